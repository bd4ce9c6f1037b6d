import { useEffect, useState } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { evaluation, funding, incubation, registry } from '@/api/client';
import type { Page, Row } from '@/api/hooks';
import { SERVICES, type Service } from '@/api/meta';
import type { Query } from '@/lib/urlState';
import { useMe } from '@/session/useSession';

export interface Task extends Row {
  service: Service; kind: string; title: string; subject: Row; division: string; due_on: string | null; overdue: boolean; since: string;
  waits_for: string; body: { code: string; name: string } | null; assignee: string | null; link: string;
}
export interface Count { service: Service; kind: string; count: number; overdue: number }

/** The place of a task in the list: what is due first, first; what has no day, last; the longest waiting before the others. */
const placeOf = (task: Task): string => `${task.due_on ?? '9999'} ${new Date(task.since).toISOString()}`;
const byPlace = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
export const inOrder = (a: Task, b: Task): number => byPlace(placeOf(a), placeOf(b));

/** What is a tab of a record, and no page of its own. */
const TABS: Record<string, string> = {
  'surveys/returns': 'returns', 'grants/settlement': 'after', 'grants/notices': 'notices', 'party-organizations/leadership': 'terms', 'party-organizations/affiliation': 'affiliations', 'incubatees/timeline': 'details', 'incubatees/maturity': 'details',
};

/** `/incubation/v1/formation-cases/0190…` → the record's page in the console, or the list with its filters. */
export function pageOf(link: string): string | null {
  const [path = '', query = ''] = link.split('?');
  const [, service, , room, ...rest] = path.split('/');
  if (!room) return null;
  if (room === 'documents') return `/documents/${service ?? ''}/${rest.join('/')}`;
  if (room === 'meeting-calendar') return '/meetings';
  const tab = TABS[`${room}/${rest[1] ?? ''}`];
  if (tab && rest.length === 2) return `/${room}/${rest[0] ?? ''}?tab=${tab}`;
  return `/${[room, ...rest].join('/')}${query ? `?${query}` : ''}`;
}

type Asked = Record<string, string | number | undefined>;
type TaskPage = Page & { counts: Count[] | null };

/** Typed clients, not the description of the interface: the first page is light. */
const LIST: Record<Service, (query: Asked) => Promise<{ data?: unknown }>> = {
  registry: (query) => registry.GET('/v1/tasks', { params: { query: query as never } }),
  incubation: (query) => incubation.GET('/v1/tasks', { params: { query: query as never } }),
  evaluation: (query) => evaluation.GET('/v1/tasks', { params: { query: query as never } }),
  funding: (query) => funding.GET('/v1/tasks', { params: { query: query as never } }),
};

/** Who may not read a service has no tasks there, and it is not asked (a test holds these to the interfaces). */
export const READS: Record<Service, string> = { registry: 'registry.read', incubation: 'formation.read', evaluation: 'evaluation.read', funding: 'grants.read' };
/** Which services to ask: none before the permissions are known, and all where they never will be. */
export const asks = (known: boolean, permissions: string[]): Service[] => (
  known ? SERVICES.filter((service) => permissions.length === 0 || permissions.includes(READS[service])) : []);

async function tasksOf(service: Service, query: Asked) {
  const said = Object.fromEntries(Object.entries(query).filter(([, value]) => value));
  const answer = await LIST[service](said);
  const page = answer.data as TaskPage;
  return {
    items: page.items.map((one) => ({ ...one, service }) as Task),
    counts: (page.counts ?? []).map((one) => ({ ...one, service })),
    next: page.next_cursor ?? null,
  };
}

function useTasksOf(service: Service, asked: Asked, enabled: boolean) {
  const list = useInfiniteQuery({
    queryKey: [service, 'tasks', asked], enabled, initialPageParam: '',
    queryFn: ({ pageParam }) => tasksOf(service, { ...asked, cursor: pageParam }),
    getNextPageParam: (page) => page.next,
  });
  return { ...list, service, items: list.data?.pages.flatMap((page) => page.items) ?? [], counts: list.data?.pages[0]?.counts ?? [] };
}

export interface Listed { items: Task[]; hasNextPage: boolean }
const END = '~';
/** Up to which place a list is read. */
const readTo = (list: Listed): string => (list.hasNextPage ? list.items.map(placeOf).at(-1) ?? '' : END);
const horizonOf = (lists: Listed[]): string => lists.map(readTo).sort()[0] ?? END;

/** Several lists as one, in order, as far as it is certain: nothing that is not read yet stands before what is shown. */
export const merge = (lists: Listed[]): Task[] => {
  const horizon = horizonOf(lists);
  return lists.flatMap((list) => list.items).filter((task) => placeOf(task) <= horizon).sort(inOrder);
};

const STEP = 50;

/** The tasks of the four services as one list, so many at a time. One that fails does not take the others away. */
export function useTasks(query: Query) {
  const asked = { mine: query.mine, overdue: query.overdue, division: query.division, limit: STEP };
  const [kind, of] = [query.kind, query.of as Service | undefined];
  const of_kind = Boolean(kind && of);
  const me = useMe();
  const services = asks(me?.known ?? false, me?.permissions ?? []);
  const all = [
    useTasksOf('registry', asked, services.includes('registry')), useTasksOf('incubation', asked, services.includes('incubation')),
    useTasksOf('evaluation', asked, services.includes('evaluation')), useTasksOf('funding', asked, services.includes('funding')),
  ].filter((list) => services.includes(list.service));
  const one = useTasksOf(of ?? 'registry', { ...asked, kind }, of_kind);
  const lists = of_kind ? [one] : all;
  const filter = JSON.stringify([asked, kind, of]);
  const [grown, grow] = useState({ filter, to: STEP });
  const to = grown.filter === filter ? grown.to : STEP;
  const certain = merge(lists);
  // Of those lists that hold the others back, the next page; until there is as much as is asked for.
  const waiting = lists.filter((list) => list.hasNextPage && readTo(list) === horizonOf(lists) && !list.isFetching && !list.isError);
  const short = certain.length < to;
  useEffect(() => { if (short) waiting.forEach((list) => void list.fetchNextPage()); });
  return {
    tasks: certain.slice(0, to),
    more: certain.length > to || lists.some((list) => list.hasNextPage) ? () => grow({ filter, to: to + STEP }) : null,
    counts: all.flatMap((each) => each.counts).sort((a, b) => b.overdue - a.overdue || b.count - a.count),
    pending: of_kind ? one.isPending : !me?.known || all.some((each) => each.isPending),
    fetching: lists.some((list) => list.isFetchingNextPage),
    errors: lists.flatMap((each) => (each.error ? [{ service: each.service, error: each.error }] : [])),
    again: () => lists.forEach((each) => void (each.isFetchNextPageError ? each.fetchNextPage() : each.refetch())),
  };
}
