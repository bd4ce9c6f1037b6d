import type { Query } from '@/lib/urlState';

/** Where a page begins, and which part of it is open, is no view of it. */
const NOT_KEPT = new Set(['cursor', 'back', 'tab']);

/** What of the address is kept as a view. */
export function viewQuery(query: Query): string {
  return new URLSearchParams(Object.entries(query).filter(([name, value]) => value && !NOT_KEPT.has(name))).toString();
}

/** What choosing a view changes: what it does not name is taken away. */
export function viewChanges(query: Query, view: string): Record<string, string | null> {
  const away = Object.keys(query).filter((name) => !NOT_KEPT.has(name)).map((name): [string, null] => [name, null]);
  return { ...Object.fromEntries(away), ...Object.fromEntries(new URLSearchParams(view)) };
}
