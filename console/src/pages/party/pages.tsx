import type { Row } from '@/api/hooks';
import { listOf, recordOf, to } from '@/components/pages';
import { Create } from '@/components/form/Create';
import { ListPage } from '@/components/table/ListPage';

const registry = { service: 'registry', ns: 'party' } as const;
const incubation = { service: 'incubation', ns: 'party' } as const;
const named = (row: Row) => String(row.name ?? row.title ?? row.id);

export const PartyOrganizations = listOf({
  ...registry, op: 'listPartyOrganizations', id: 'organizations', record: to('party-organizations'),
  columns: ['name', 'kind', 'form', 'structure', 'division', 'street', 'established_on', 'term.until', 'affiliation', 'state'],
  filters: ['kind', 'form', 'state', 'term', 'ends_within_months', 'body', 'affiliated', 'division'],
});
const inner = (op: string, id: string, columns: string[], row: Row, record?: (row: Row) => string) => (
  <ListPage key={id} definition={{
    ...registry, op, id, columns, inner: true, path: { party_organization_id: String(row.id) }, ...(record ? { record } : {}),
    rowKey: (one) => String(one.id ?? one.organization_id ?? `${String(one.kind)} ${String(one.from)}`),
  }} />
);
export const PartyOrganization = recordOf({
  ...registry, op: 'getPartyOrganization', id: 'organizations', back: '/party-organizations', title: named,
  summary: ['kind', 'form', 'structure', 'state', 'division', 'established_on', 'secretary_is_head'], hide: ['covers', 'covers_cursor'],
  more: ['reportLeadership', 'putAffiliation', 'changeKind', 'movePartyOrganization', 'mergePartyOrganization', 'dissolvePartyOrganization'],
  tabs: [
    { key: 'covers', label: 'organizations.tab.covers', render: (row) => inner('listCovers', 'covers', ['uscc', 'since', 'organization_id'], row, (one) => `/organizations/${String(one.organization_id)}`) },
    { key: 'terms', label: 'organizations.tab.terms', render: (row) => inner('listLeaderships', 'leaderships', ['number', 'state', 'method', 'held_on', 'due', 'elected', 'term.until'], row, (one) => `/party-organizations/${String(row.id)}/leadership/${String(one.number)}`) },
    { key: 'affiliations', label: 'organizations.tab.affiliations', render: (row) => inner('listAffiliations', 'affiliations', ['kind', 'body', 'name', 'from', 'until', 'by_default', 'set_by'], row) },
    { key: 'reorganizations', label: 'organizations.tab.reorganizations', render: (row) => inner('listReorganizations', 'reorganizations', ['kind', 'decided_on', 'approval_number', 'reason'], row) },
  ],
});
export const Leadership = recordOf({
  ...registry, op: 'getLeadership', id: 'leaderships', back: '/party-organizations', title: (row) => named((row.party_organization ?? row) as Row),
  summary: ['number', 'state', 'method', 'held_on', 'due', 'secretary_is_head'],
});

export const Cases = listOf({
  ...incubation, op: 'listFormationCases', id: 'cases', record: to('formation-cases'),
  columns: ['name', 'uscc', 'division', 'street', 'outcome', 'state', 'due_on', 'occasion', 'instructor'], filters: ['state', 'outcome', 'division'],
});
export const Case = recordOf({
  ...incubation, op: 'getFormationCase', id: 'cases', back: '/formation-cases', title: named,
  summary: ['outcome', 'state', 'uscc', 'division', 'street', 'due_on', 'deferred_until', 'occasion'], hide: ['check_id', 'organization_id', 'party_organization_id'],
  reasonsFrom: { op: 'listFormationChecks', query: (row) => ({ organization: String(row.organization_id), limit: '500' }), key: 'check_id' },
  tabs: [{
    key: 'checks', label: 'cases.tab.checks',
    render: (row) => <ListPage definition={{ ...incubation, op: 'listFormationChecks', id: 'caseChecks', inner: true, query: { organization: String(row.organization_id) }, columns: ['checked_at', 'outcome', 'counted_full_members', 'policy'] }} />,
  }],
});
export const Checks = listOf({
  ...incubation, op: 'listFormationChecks', id: 'checks', columns: ['uscc', 'division', 'outcome', 'counted_full_members', 'policy', 'checked_at'], filters: ['organization', 'division'],
  record: (row) => `/organizations/${String(row.organization_id)}`,
});

export const Bodies = listOf({
  ...registry, op: 'listBodies', id: 'bodies', record: to('bodies', 'code'), rowKey: (row) => String(row.code),
  columns: ['name', 'code', 'kind', 'level', 'division', 'parent', 'structure', 'from'], filters: ['kind', 'level', 'on', 'division'],
});
export const Body = recordOf({ ...registry, op: 'getBody', id: 'bodies', back: '/bodies', title: named, summary: ['code', 'kind', 'level', 'division', 'parent', 'from', 'until'], more: ['putBody'] });

export const Activities = listOf({
  ...incubation, op: 'listActivities', id: 'activities', record: to('activities'), columns: ['title', 'kind', 'field', 'on_day', 'participants', 'place', 'state', 'division'], filters: ['kind', 'state', 'year', 'division'],
  sums: ['participants'], extra: <Create service="incubation" op="recordActivity" needs="activities.write" then={to('activities')} />,
});
export const Activity = recordOf({ ...incubation, op: 'getActivity', id: 'activities', back: '/activities', title: named, summary: ['kind', 'field', 'on_day', 'state', 'participants', 'division'], hide: ['policy'] });
