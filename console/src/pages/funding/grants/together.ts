import type { Row } from '@/api/hooks';
import { fen } from '@/lib/values';

/** What is sent of a selection: the ids, and the count and sum that whoever decides has in hand. */
export interface Together { ids: string[]; count: number; total_fen: number }

export const together = (rows: Row[]): Together => ({
  ids: rows.map((row) => String(row.id)), count: rows.length, total_fen: rows.reduce((sum, row) => sum + Number(row.amount_fen ?? 0), 0),
});

/** Whether the count and sum that were written down are those of the selection. */
export const matches = (chosen: Together, count: string, amount: string): boolean => (
  count.trim() === String(chosen.count) && fen(amount) === chosen.total_fen);

export type Bulk = 'review' | 'approve' | 'order';
/** What a selection may be taken through together: all its grants wait for the same step. */
export function bulkOf(rows: Row[]): Bulk | null {
  const states = new Set(rows.map((row) => row.state));
  const [state] = states;
  if (states.size !== 1) return null;
  if (state === 'raised') return 'review';
  if (state === 'reviewed') return 'approve';
  if (state !== 'approved') return null;
  return new Set(rows.map((row) => row.channel)).size === 1 && rows.every((row) => !row.order_id || row.order_state === 'failed') ? 'order' : null;
}

/** The longest code that all divisions begin with: whose payment order it can be. */
export function commonDivision(codes: string[]): string {
  const [first = ''] = codes;
  for (const length of [6, 4, 2]) {
    if (first.length >= length && codes.every((code) => code.startsWith(first.slice(0, length)))) return first.slice(0, length);
  }
  return first.length < 6 && codes.every((code) => code.startsWith(first)) ? first : '';
}
