import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

export type Query = Record<string, string>;

/** What changes with the state: null and '' take a name away; whatever filters also begins at the first page again. */
export function merge(now: URLSearchParams, changes: Record<string, string | null | undefined>, keepPage = false): URLSearchParams {
  const next = new URLSearchParams(now);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === '') next.delete(name);
    else next.set(name, value);
  }
  if (!keepPage) {
    next.delete('cursor');
    next.delete('back');
  }
  return next;
}

/** The page's state, which is its address: can be sent to a colleague and walked back. */
export function useUrlState(): [Query, (changes: Record<string, string | null | undefined>, keepPage?: boolean) => void] {
  const [params, set] = useSearchParams();
  const change = useCallback(
    (changes: Record<string, string | null | undefined>, keepPage = false) => set((now) => merge(now, changes, keepPage)),
    [set],
  );
  return [Object.fromEntries(params), change];
}
