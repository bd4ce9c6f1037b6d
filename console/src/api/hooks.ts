import { use, useState } from 'react';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { send, type Answered } from './client';
import { loadMeta, operation, type Meta, type Service } from './meta';

export type Row = Record<string, unknown>;
export interface Page<T = Row> { items: T[]; next_cursor?: string | null; [more: string]: unknown }

/** The description of a service's interface; the page waits for it. */
export const useMeta = (service: Service): Meta => use(loadMeta(service));

/** Any reading operation, with its ETag. */
export function useRead<T = Row>(service: Service, op: string, path: Record<string, string> = {}, query: Record<string, unknown> = {}, enabled = true) {
  return useQuery<Answered<T>>({
    queryKey: [service, op, path, query],
    enabled,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => send<T>(service, operation(await loadMeta(service), op), { path, query, signal }),
  });
}

export interface Change { path?: Record<string, string>; query?: Record<string, unknown>; body?: unknown; etag?: string | null }

/** Any changing operation; the key is made when the form opens and again only after it succeeded. */
export function useChange<T = Row>(service: Service, op: string) {
  const [key, setKey] = useState(() => crypto.randomUUID());
  const queries = useQueryClient();
  return useMutation<Answered<T>, Error, Change>({
    mutationFn: async (change) => send<T>(service, operation(await loadMeta(service), op), { ...change, key }),
    onSuccess: async () => {
      setKey(crypto.randomUUID());
      await queries.invalidateQueries();
    },
  });
}
