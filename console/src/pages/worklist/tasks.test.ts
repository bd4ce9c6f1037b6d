import { expect, it } from 'vitest';
import { loadMeta, SERVICES } from '@/api/meta';
import { asks, inOrder, merge, pageOf, READS, type Task } from './tasks';

it.each([
  ['/incubation/v1/formation-cases/0190', '/formation-cases/0190'],
  ['/funding/v1/documents/7?format=pdf', '/documents/funding/7'],
  ['/registry/v1/party-organizations/7/leadership/1', '/party-organizations/7/leadership/1'],
  ['/registry/v1/party-organizations/7/leadership', '/party-organizations/7?tab=terms'],
  ['/evaluation/v1/late-evaluations?cycle=7', '/late-evaluations?cycle=7'],
  ['', null],
])('leads from %s to %s', (link, page) => { expect(pageOf(link)).toBe(page); });

it('shows what is due first, first, and what has no day last', () => {
  const task = (due_on: string | null, since: string) => ({ due_on, since }) as Task;
  // Instants as the services write them: with the fractions that they have.
  const [a, b, c, d] = ['2026-01-04T00:00:00Z', '2026-01-03T00:00:00Z', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00.5Z'] as const;
  const sorted = [task(null, a), task('2026-02-01', b), task('2026-01-01', d), task('2026-01-01', c)].sort(inOrder);
  expect(sorted.map((one) => one.since)).toEqual([c, d, b, a]);
});

it('makes one list of several as far as each is read', () => {
  const list = (hasNextPage: boolean, ...days: (string | null)[]) => ({ hasNextPage, items: days.map((due_on) => ({ due_on, since: '2026-01-01T00:00:00Z' }) as Task) });
  const days = (...lists: ReturnType<typeof list>[]) => merge(lists).map((one) => one.due_on);
  expect(days(list(false, '2026-01-01', null), list(false, '2026-01-02'))).toEqual(['2026-01-01', '2026-01-02', null]);
  // The first list may have more of the second day, and none before it.
  expect(days(list(true, '2026-01-01', '2026-01-02'), list(false, '2026-01-02', '2026-01-03', null))).toEqual(['2026-01-01', '2026-01-02', '2026-01-02']);
  expect(days(list(true, '2026-01-05', null), list(true, '2026-01-03', '2026-01-04'))).toEqual(['2026-01-03', '2026-01-04']);
  expect(days(list(true), list(false, '2026-01-03'))).toEqual([]);
});

it('asks the services that one may read, once it is known which', async () => {
  for (const service of SERVICES) expect((await loadMeta(service)).operations.listTasks?.needs).toEqual([READS[service]]);
  expect(asks(false, [])).toEqual([]);
  expect(asks(true, [])).toEqual(SERVICES);
  expect(asks(true, ['statistics.read', 'grants.read'])).toEqual(['funding']);
});
