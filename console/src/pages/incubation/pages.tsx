import type { Row } from '@/api/hooks';
import { place } from '@/api/places';
import { listOf, recordOf, to } from '@/components/pages';
import { ListPage } from '@/components/table/ListPage';
import { Calendar } from './Calendar';
import { TwoTracks } from './TwoTracks';

const common = { service: 'incubation', ns: 'incubation' } as const;
const named = (row: Row) => String(row.name ?? row.what ?? row.code ?? row.id);
const inner = (op: string, id: string, columns: string[], given: { path?: Record<string, string>; query?: Record<string, string>; record?: (row: Row) => string }) => (
  <ListPage key={id} definition={{ ...common, op, id, columns, inner: true, ...given }} />
);

export const Incubators = listOf({
  ...common, op: 'listIncubators', id: 'incubators', record: to('incubators', 'code'),
  columns: ['name', 'code', 'operator', 'division', 'street', 'capacity', 'party_social_workers', 'state', 'ready', 'activated_on'], filters: ['state', 'ready', 'division'], sums: ['capacity'],
});
export const Incubator = recordOf({
  ...common, op: 'getIncubator', id: 'incubators', back: '/incubators', title: named, summary: ['code', 'state', 'division', 'street', 'operator', 'capacity', 'ready'], hide: ['policy', 'missing'],
  more: ['putIncubator', 'recordSupport'],
  tabs: [
    { key: 'incubatees', label: 'incubatees.title', render: (row) => inner('listIncubatees', 'incubatees', ['name', 'state', 'entered_on', 'ends_on', 'graduated_on'], { query: { incubator: String(row.code) }, record: to('incubatees') }) },
    { key: 'supports', label: 'incubators.tab.supports', render: (row) => inner('listSupports', 'supports', ['kind', 'content', 'given_on', 'amount_fen', 'area_m2', 'participants'], { path: { code: String(row.code) } }) },
    { key: 'assessments', label: 'incubators.tab.assessments', render: (row) => inner('listIncubatorAssessments', 'assessments', ['year', 'state', 'total', 'grade'], { query: { incubator: String(row.code) }, record: (one) => `/incubators/${String(row.code)}/assessments/${String(one.year)}` }) },
  ],
});
export const Assessment = recordOf({
  ...common, op: 'getIncubatorAssessment', id: 'assessments', back: '/incubators', title: (row) => String(row.year), summary: ['year', 'state', 'total', 'grade', 'division'], hide: ['policy'], more: ['putIncubatorAssessment'],
});
export const Incubatees = listOf({
  ...common, op: 'listIncubatees', id: 'incubatees', record: to('incubatees'),
  columns: ['name', 'uscc', 'division', 'state', 'applied_on', 'entered_on', 'ends_on', 'graduated_on'], filters: ['state', 'division'],
  create: { op: 'applyForIncubation', needs: 'incubators.write', then: to('incubatees') },
});
export const Incubatee = recordOf({
  ...common, op: 'getIncubatee', id: 'incubatees', back: '/incubatees', title: named, summary: ['state', 'uscc', 'division', 'applied_on', 'entered_on', 'ends_on'], hide: ['policy'], more: ['recordVisit', 'recordService', 'recordMilestone'],
  tabs: [{ key: 'tracks', label: 'incubatees.tab.tracks', render: (row) => <TwoTracks id={String(row.id)} /> }],
});

export const Meetings = listOf({
  ...common, op: 'listMeetings', id: 'meetings', record: to('meetings'), columns: ['convenor', 'level', 'division', 'planned_on', 'held_on', 'present', 'counts', 'state'], filters: ['level', 'state', 'since', 'until', 'division'],
  create: { op: 'planMeeting', needs: 'meetings.write', then: to('meetings') }, above: () => <Calendar />,
});
export const Meeting = recordOf({
  ...common, op: 'getMeeting', id: 'meetings', back: '/meetings', title: (row) => `${named((row.convenor ?? {}) as Row)} ${String(row.held_on ?? row.planned_on ?? '')}`,
  summary: ['state', 'level', 'division', 'planned_on', 'held_on', 'counts'], hide: ['policy', 'present'], more: ['changeMeeting'],
  tabs: [{ key: 'resolutions', label: 'resolutions.title', render: (row) => inner('listResolutions', 'resolutions', ['number', 'what', 'owner', 'due_on', 'state', 'overdue'], { query: { meeting: String(row.id) }, record: to('resolutions') }) }],
});
export const Resolutions = listOf({
  ...common, op: 'listResolutions', id: 'resolutions', record: to('resolutions'), columns: ['what', 'owner', 'level', 'division', 'resolved_on', 'due_on', 'state', 'overdue'], filters: ['state', 'overdue', 'division'],
});
export const Resolution = recordOf({ ...common, op: 'getResolution', id: 'resolutions', back: '/resolutions', title: named, summary: ['state', 'owner', 'due_on', 'overdue', 'completed_on', 'division'], more: ['changeResolution'] });

export const Branches = listOf({
  ...common, op: 'listJointBranches', id: 'branches', record: to('joint-branches'), columns: ['name', 'division', 'kind', 'units', 'counted_full_members', 'short', 'short_since', 'due_on'], filters: ['short', 'division'],
});
export const Branch = recordOf({ ...common, op: 'getJointBranch', id: 'branches', back: '/joint-branches', title: named, summary: ['division', 'kind', 'units', 'counted_full_members', 'short', 'short_since', 'due_on'] });

export const Stations = listOf({
  ...common, op: 'listStations', id: 'stations', record: to('stations', 'code'), columns: ['name', 'code', 'street', 'community', 'division', 'units', 'from'], filters: ['on', 'division'],
});
export const Station = recordOf({
  ...common, op: 'getStation', id: 'stations', back: '/stations', title: named, summary: ['code', 'street', 'community', 'division', 'from'], more: ['putStation', 'manageUnit'],
  tabs: [{ key: 'units', label: 'units.title', render: (row) => inner('listManagedUnits', 'units', ['name', 'uscc', 'territorial', 'from', 'until'], { query: { station: String(row.code) }, record: to('managed-units') }) }],
});
export const Units = listOf({
  ...common, op: 'listManagedUnits', id: 'units', record: to('managed-units'), columns: ['name', 'uscc', 'station', 'territorial', 'division', 'from', 'until'], filters: ['station', 'on', 'division'],
});
export const Unit = recordOf({ ...common, op: 'getManagedUnit', id: 'units', back: '/managed-units', title: named, summary: ['uscc', 'station', 'territorial', 'from', 'until'] });

export const AreaProposals = listOf({
  ...common, op: 'listAreaProposals', id: 'proposals', record: to('area-proposals'), columns: ['division', 'state', 'bodies', 'settled', 'policy', 'created_at', 'finished_at'], filters: ['division'],
  create: { op: 'createAreaProposal', needs: 'formation.decide', then: to('area-proposals') },
});
export const AreaProposal = recordOf({ ...common, op: 'getAreaProposal', id: 'proposals', back: '/area-proposals', title: (row) => place(String(row.division)), summary: ['state', 'bodies', 'settled', 'created_at', 'finished_at'], hide: ['policy'], more: ['adoptAreaProposal'] });
