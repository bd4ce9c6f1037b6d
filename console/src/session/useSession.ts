import { useSyncExternalStore } from 'react';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { registry } from '@/api/client';
import { Problem } from '@/api/problems';
import { currentUser, subscribe } from './session';

export interface Me {
  subject: string; name: string; roles: string[]; divisions: string[]; bodies: string[]; units: string[] | null; permissions: string[];
  /** Whether the server has said so: until then, the permissions are not known. */
  known: boolean;
}

/** Who the token says one is; for the time before the server says it. */
export function fromToken(token: string, name: string | undefined): Me {
  const claims = (() => {
    try {
      const part = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
      return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(part), (c) => c.charCodeAt(0)))) as Record<string, unknown>;
    } catch {
      return {};
    }
  })();
  const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
  return {
    subject: String(claims.sub ?? ''), name: name ?? String(claims.name ?? claims.sub ?? ''), roles: list(claims.roles),
    divisions: list(claims.divisions), bodies: list(claims.bodies), units: claims.units ? list(claims.units) : null, permissions: [], known: false,
  };
}

/** What the server says of who is signed in; null where it does not say. */
export const meQuery = (subject: string | undefined) => queryOptions({
  queryKey: ['me', subject],
  staleTime: 5 * 60_000,
  queryFn: async () => {
    try {
      return (await registry.GET('/v1/me')).data ?? null;
    } catch (error) {
      if (error instanceof Problem && error.status === 404) return null;
      throw error;
    }
  },
});

export function useMe(): Me | null {
  const user = useSyncExternalStore(subscribe, currentUser);
  const token = user?.access_token ?? '';
  const { data, isFetched } = useQuery({ ...meQuery(user?.profile.sub), enabled: token !== '' });
  if (!token) return null;
  const said = fromToken(token, user?.profile.name);
  return { ...said, ...data, name: said.name, known: isFetched };
}
