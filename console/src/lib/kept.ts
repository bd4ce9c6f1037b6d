import { useCallback, useState } from 'react';

/** Small things that a browser keeps for its user: columns, saved views, drafts. Never a token. */
export function read<T>(store: Storage, key: string, otherwise: T): T {
  try {
    const text = store.getItem(`shuangfu.${key}`);
    return text === null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise;
  }
}

export function write(store: Storage, key: string, value: unknown): void {
  try {
    if (value === null || value === undefined) store.removeItem(`shuangfu.${key}`);
    else store.setItem(`shuangfu.${key}`, JSON.stringify(value));
  } catch {
    // A full or forbidden store loses a comfort, no data.
  }
}

export function useKept<T>(key: string, otherwise: T): [T, (value: T) => void] {
  const [value, set] = useState<T>(() => read(window.localStorage, key, otherwise));
  const keep = useCallback((next: T) => { write(window.localStorage, key, next); set(next); }, [key]);
  return [value, keep];
}

/** A form's draft lasts as long as the tab: through a lost connection and through signing in again. */
export const draftOf = (key: string): Record<string, unknown> | null => read(window.sessionStorage, `draft.${key}`, null);
export const keepDraft = (key: string, value: Record<string, unknown> | null): void => write(window.sessionStorage, `draft.${key}`, value);
