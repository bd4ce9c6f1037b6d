import { useQueries } from '@tanstack/react-query';
import { send } from '@/api/client';
import type { Page, Row } from '@/api/hooks';
import { loadMeta, operation, SERVICES, type Service } from '@/api/meta';
import type { Query } from '@/lib/urlState';

export interface Task extends Row {
  service: Service; kind: string; title: string; subject: Row; division: string; due_on: string | null; overdue: boolean; since: string;
  waits_for: string; body: { code: string; name: string } | null; assignee: string | null; link: string;
}
export interface Count { kind: string; count: number; overdue: number }

/** What is due first, first; what has no day, last, the longest waiting before the others. */
export const inOrder = (a: Task, b: Task): number => (
  (a.due_on ?? '9999').localeCompare(b.due_on ?? '9999') || a.since.localeCompare(b.since));

/** `/incubation/v1/formation-cases/0190…` → the record's page in the console. */
export function pageOf(link: string): string | null {
  const [, , , room, ...rest] = link.split('?')[0]?.split('/') ?? [];
  return room && rest.length ? `/${[room, ...rest].join('/')}` : room ? `/${room}` : null;
}

/** The tasks of the four services as one list. One that fails does not take the others away. */
export function useTasks(query: Query) {
  const asked = { mine: query.mine, overdue: query.overdue, kind: query.kind, division: query.division, limit: 500 };
  const all = useQueries({
    queries: SERVICES.map((service) => ({
      queryKey: [service, 'listTasks', asked],
      queryFn: async () => {
        const op = operation(await loadMeta(service), 'listTasks');
        if (asked.kind && !op.query.kind?.e?.includes(asked.kind)) return { items: [], counts: [] };
        const page = (await send<Page & { counts: Count[] | null }>(service, op, { query: asked })).data;
        return { items: page.items.map((one) => ({ ...one, service }) as Task), counts: page.counts ?? [] };
      },
    })),
  });
  return {
    tasks: all.flatMap((one) => one.data?.items ?? []).sort(inOrder),
    counts: all.flatMap((one) => one.data?.counts ?? []).sort((a, b) => b.overdue - a.overdue || b.count - a.count),
    pending: all.some((one) => one.isPending),
    errors: all.flatMap((one, at) => (one.error ? [{ service: SERVICES[at] as Service, error: one.error }] : [])),
    again: () => all.forEach((one) => void one.refetch()),
  };
}
