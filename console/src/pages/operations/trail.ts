/** Entries of the audit trail, and what of them is shown. */
export interface Entry {
  at: string; actor: string; authority: string; operation: 'insert' | 'update' | 'delete' | 'read'; kind: string; record: string;
  division: string; route: string; request_id: string | null; chain: string; number: number; hash: string; holds: boolean | null;
  before: Record<string, unknown> | null; after: Record<string, unknown> | null;
}
export interface TrailChain { chain: string; verified_from: number; verified_to: number; finding: 'deleted' | 'edited' | 'truncated' | null; found_at: number | null }
export interface Change { field: string; before: string | null; after: string | null }

const text = (value: unknown): string | null => (
  value === null || value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value));

/** What changed, by field: null where there was nothing before, or is nothing after. */
export function changesOf({ before, after }: Pick<Entry, 'before' | 'after'>): Change[] {
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].sort();
  return fields.map((field) => ({ field, before: text(before?.[field]), after: text(after?.[field]) }));
}

/** "rater,reviewer for XIHU" names two roles. */
export const rolesOf = (authority: string): string[] => (authority.split(' for ')[0] ?? '').split(',').filter(Boolean);

/** A reading of a trail names the record with its kind before it: `organizations/0190…`. */
export function trailOf({ kind, record }: { kind: string; record: string }): string {
  return kind === 'audit_log' ? record.slice(record.indexOf('/') + 1) : record;
}
