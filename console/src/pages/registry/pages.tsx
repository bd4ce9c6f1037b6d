import type { Row } from '@/api/hooks';
import { Create } from '@/components/form/Create';
import { listOf, recordOf, to } from '@/components/pages';
import { ListPage } from '@/components/table/ListPage';
import { Provenance } from './Provenance';

const common = { service: 'registry', ns: 'registry' } as const;
const named = (row: Row) => String(row.name ?? row.id);

export const Organizations = listOf({
  ...common, op: 'listOrganizations', id: 'organizations', record: to('organizations'),
  columns: ['name', 'uscc', 'kind', 'division', 'street', 'coverage', 'status', 'full_members', 'full_time_staff'],
  filters: ['q', 'kind', 'coverage', 'status', 'division'], sums: ['full_members', 'full_time_staff'],
});

const inner = (op: string, id: string, columns: string[], given: { path?: Record<string, string>; query?: Record<string, string>; record?: (row: Row) => string }) => (
  <ListPage key={id} definition={{ ...common, op, id, columns, inner: true, ...given, rowKey: (row) => String(row.id ?? row.code ?? row.year ?? row.on) }} />
);

export const Organization = recordOf({
  ...common, op: 'getOrganization', id: 'organizations', back: '/organizations', title: named, summary: ['uscc', 'kind', 'division', 'coverage', 'status'],
  more: ['correctOrganization', 'succeedOrganization', 'giveAssessmentGrade'], asOf: true,
  tabs: [
    { key: 'party', label: 'organizations.tab.party', render: (o) => inner('listPartyOrganizations', 'organizationParty', ['name', 'form', 'structure', 'established_on', 'state'], { query: { organization: String(o.id) }, record: to('party-organizations') }) },
    { key: 'inspections', label: 'organizations.tab.inspections', render: (o) => inner('listInspections', 'organizationInspections', ['year', 'outcome', 'reported_on', 'concluded_on', 'late'], { query: { organization: String(o.id) }, record: (row) => `/inspections/${String(row.uscc)}/${String(row.year)}` }) },
    { key: 'grades', label: 'organizations.tab.grades', render: (o) => inner('listGradesOfOrganization', 'organizationGrades', ['grade', 'state', 'announced_on', 'valid_until'], { path: { reference: String(o.id) }, record: to('assessment-grades') }) },
    { key: 'versions', label: 'organizations.tab.versions', render: (o) => inner('listOrganizationHistory', 'organizationVersions', ['as_of', 'until', 'name', 'division', 'street', 'full_members', 'status', 'source'], { path: { reference: String(o.id) } }) },
    { key: 'provenance', label: 'organizations.tab.provenance', render: (o, meta) => <Provenance organization={String(o.id)} meta={meta} /> },
    { key: 'successions', label: 'organizations.tab.successions', render: (o) => inner('listSuccessions', 'organizationSuccessions', ['succeeded_on', 'kind', 'predecessor_uscc', 'uscc', 'reason'], { path: { reference: String(o.id) } }) },
    { key: 'corrections', label: 'organizations.tab.corrections', render: (o) => inner('listCorrections', 'organizationCorrections', ['corrected_at', 'corrected_by', 'fields', 'reason'], { path: { reference: String(o.id) } }) },
  ],
});

export const Reviews = listOf({
  ...common, op: 'listRegistrationReviews', id: 'reviews', record: to('registration-reviews'),
  columns: ['name', 'kind', 'division', 'applied_on', 'state', 'missing', 'hand_over_due_on', 'overdue'], filters: ['state', 'overdue', 'uscc', 'division'],
  create: { op: 'applyForRegistration', needs: 'reviews.apply', then: to('registration-reviews') },
});
export const Review = recordOf({
  ...common, op: 'getRegistrationReview', id: 'reviews', back: '/registration-reviews', title: named,
  summary: ['state', 'kind', 'division', 'street', 'applied_on', 'hand_over_due_on', 'overdue', 'uscc'], hide: ['missing', 'policy'],
});

export const FiledBodies = listOf({
  ...common, op: 'listFiledBodies', id: 'filed', record: (row) => `/filed-bodies/${encodeURIComponent(String(row.number))}?street=${encodeURIComponent(String(row.street))}`,
  columns: ['name', 'number', 'kind', 'street', 'community', 'people', 'full_members', 'area', 'since'], filters: ['q', 'kind', 'street', 'covered', 'division'], sums: ['people', 'full_members'],
});
export const FiledBody = recordOf({
  ...common, op: 'getFiledBody', id: 'filed', back: '/filed-bodies', title: named, summary: ['number', 'kind', 'street', 'community', 'people', 'full_members'], more: ['putFiledBody'],
});

const ofYear = (room: string, key = 'uscc') => (row: Row) => `/${room}/${encodeURIComponent(String(row[key]))}/${String(row.year)}`;
export const Inspections = listOf({
  ...common, op: 'listInspections', id: 'inspections', record: ofYear('inspections'),
  columns: ['name', 'uscc', 'year', 'outcome', 'reported_on', 'concluded_on', 'late', 'owed'], filters: ['year', 'outcome', 'established', 'division'],
});
export const Inspection = recordOf({
  ...common, op: 'getInspection', id: 'inspections', back: '/inspections', title: named, summary: ['uscc', 'year', 'outcome', 'due_on', 'reported_on', 'late'], hide: ['policy'], more: ['putInspection'],
});
export const Outstanding = listOf({
  ...common, op: 'listOutstandingInspections', id: 'outstanding', record: (row) => `/organizations/${String(row.uscc)}`,
  columns: ['name', 'uscc', 'kind', 'year', 'competent_unit_due', 'authority_due', 'overdue'], filters: ['year', 'kind', 'division'],
});
export const Grades = listOf({
  ...common, op: 'listAssessmentGrades', id: 'grades', record: to('assessment-grades'),
  columns: ['name', 'uscc', 'grade', 'state', 'announced_on', 'valid_from', 'valid_until', 'origin'], filters: ['division'],
});
export const Grade = recordOf({
  ...common, op: 'getAssessmentGrade', id: 'grades', back: '/assessment-grades', title: named, summary: ['grade', 'state', 'uscc', 'announced_on', 'valid_from', 'valid_until'],
  hide: ['policy'], more: ['correctAssessmentGrade', 'verifyAssessmentGrade'],
});
export const GradeReviews = listOf({
  ...common, op: 'listGradeReviews', id: 'gradeReviews', record: to('grade-reviews'), columns: ['name', 'uscc', 'grade', 'cause', 'state', 'outcome', 'opened_at'], filters: ['state', 'division'],
});
export const GradeReview = recordOf({
  ...common, op: 'getGradeReview', id: 'gradeReviews', back: '/grade-reviews', title: named, summary: ['grade', 'state', 'outcome', 'uscc', 'opened_at'], more: ['decideGradeReview'],
});

export const Surveys = listOf({
  ...common, op: 'listSurveys', id: 'surveys', record: to('surveys'), columns: ['period', 'division', 'reference_day', 'due_on', 'state'], filters: ['state', 'period', 'division'],
  create: { op: 'openSurvey', needs: 'surveys.manage', then: to('surveys') },
});
export const Survey = recordOf({
  ...common, op: 'getSurvey', id: 'surveys', back: '/surveys', title: (row) => String(row.period), summary: ['state', 'division', 'reference_day', 'due_on'],
  tabs: [{
    key: 'returns', label: 'surveys.tab.returns', render: (survey) => inner('listReturns', 'returns', ['name', 'street', 'state', 'full_members', 'full_time_staff', 'applicants', 'jump'],
      { path: { survey_id: String(survey.id) }, record: (row) => `/surveys/${String(survey.id)}/returns/${String(row.organization_id)}` }),
  }],
});
export const SurveyReturn = recordOf({
  ...common, op: 'getReturn', id: 'returns', back: '/surveys', title: named, summary: ['uscc', 'street', 'state', 'jump'], hide: ['policy'], more: ['putReturn', 'confirmReturn'],
});

export const YearlyForms = listOf({
  ...common, op: 'listYearlyForms', id: 'yearly', record: ofYear('yearly-forms'), columns: ['name', 'uscc', 'year', 'place', 'people', 'money', 'founders', 'recorded_at'], filters: ['year', 'division'],
});
export const YearlyForm = recordOf({ ...common, op: 'getYearlyForm', id: 'yearly', back: '/yearly-forms', title: named, summary: ['uscc', 'year', 'division'], more: ['putYearlyForm'] });

export const CodeExceptions = listOf({
  ...common, op: 'listCodeExceptions', id: 'exceptions', columns: ['uscc', 'division', 'authority', 'reason', 'recorded_at'], rowKey: (row) => String(row.uscc),
  extra: <Create service="registry" op="createCodeException" needs="registrations.correct" />,
});
