import { useSyncExternalStore } from 'react';

/** Whether the server answers: `busy` after a 503, with the instant of the next attempt. */
export interface Connection { state: 'online' | 'offline' | 'busy'; until: number | null }

let now: Connection = { state: 'online', until: null };
const listeners = new Set<() => void>();

export function tellConnection(state: Connection['state'], until: number | null = null): void {
  if (now.state === state && now.until === until) return;
  now = { state, until };
  listeners.forEach((listener) => listener());
}

export const connection = (): Connection => now;

function subscribe(listener: () => void): () => void {
  const off = () => tellConnection('offline');
  const on = () => tellConnection('online');
  listeners.add(listener);
  window.addEventListener('offline', off);
  window.addEventListener('online', on);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('offline', off);
    window.removeEventListener('online', on);
  };
}

export const useConnection = (): Connection => useSyncExternalStore(subscribe, connection);
