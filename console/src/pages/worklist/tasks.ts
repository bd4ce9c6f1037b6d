import { useQueries, useQuery } from '@tanstack/react-query';
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

/** What is due first, first; what has no day, last, the longest waiting before the others. */
export const inOrder = (a: Task, b: Task): number => (
  (a.due_on ?? '9999').localeCompare(b.due_on ?? '9999') || a.since.localeCompare(b.since));

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
  };
}

/** The tasks of the four services as one list. One that fails does not take the others away. */
export function useTasks(query: Query) {
  const asked = { mine: query.mine, overdue: query.overdue, division: query.division, limit: 500 };
  const [kind, of] = [query.kind, query.of as Service | undefined];
  const me = useMe();
  const services = asks(me?.known ?? false, me?.permissions ?? []);
  const all = useQueries({
    queries: services.map((service) => ({ queryKey: [service, 'tasks', asked], queryFn: () => tasksOf(service, asked) })),
  });
  const one = useQuery({
    queryKey: [of, 'tasks', asked, kind], enabled: Boolean(kind && of), queryFn: () => tasksOf(of ?? 'registry', { ...asked, kind }),
  });
  const items = kind && of ? (one.data?.items ?? []) : all.flatMap((each) => each.data?.items ?? []);
  return {
    tasks: [...items].sort(inOrder),
    counts: all.flatMap((each) => each.data?.counts ?? []).sort((a, b) => b.overdue - a.overdue || b.count - a.count),
    pending: kind && of ? one.isPending : !me?.known || all.some((each) => each.isPending),
    errors: all.flatMap((each, at) => (each.error ? [{ service: services[at] as Service, error: each.error }] : [])),
    again: () => all.forEach((each) => void each.refetch()),
  };
}
