import { useEffect, useRef } from 'react';

export type Keys = Record<string, (event: KeyboardEvent) => void>;

/** Keys are for the page, not for who is writing, choosing, or pressing a combination. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)
    || target.closest('[role=dialog],[role=listbox],[role=menu],.ant-select-open') !== null;
}

/** Follows single keys and pairs like "g t"; `now` in ms, as a pair must be pressed within one second. */
export function matcher(): (key: string, now: number, known: (keys: string) => boolean) => string | null {
  let first: { key: string; at: number } | null = null;
  return (key, now, known) => {
    const pair = first && now - first.at < 1000 ? `${first.key} ${key}` : null;
    first = { key, at: now };
    if (pair && known(pair)) {
      first = null;
      return pair;
    }
    return known(key) ? key : null;
  };
}

export function useKeys(keys: Keys): void {
  const current = useRef(keys);
  useEffect(() => { current.current = keys; });
  useEffect(() => {
    const match = matcher();
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
      // On a button or link, Enter is its own.
      if (event.key === 'Enter' && event.target instanceof HTMLElement && event.target.closest('a,button,[role=button],[role=tab]')) return;
      const found = match(event.key, Date.now(), (name) => name in current.current);
      if (found) {
        event.preventDefault();
        current.current[found]?.(event);
      }
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}
