import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { Act } from '@/components/form/Act';
import { useGate } from '@/components/record/gate';
import { RecordPage } from '@/components/record/RecordPage';
import { ListPage } from '@/components/table/ListPage';
import { Tag } from 'antd';

/** The “double strong” Party organizations: recommended, visited, assessed, commended. */
export function SelectionsPage() {
  const navigate = useNavigate();
  return <ListPage definition={{
    service: 'evaluation', op: 'listSelections', ns: 'evaluation', id: 'selections', columns: ['party_organization_name', 'tier', 'state', 'year', 'recommended_on', 'ground', 'division'],
    filters: ['year', 'tier', 'state', 'division', 'party_organization'], record: (row) => `/selections/${String(row.id)}`,
    extra: <Act service="evaluation" op="recommend" needs="cycles.manage" primary done={(row) => void navigate(`/selections/${String(row.id)}`)} />,
  }} />;
}

export function SelectionPage() {
  const { t } = useTranslation('evaluation');
  const { selection_id = '' } = useParams();
  const gate = useGate();
  return <RecordPage definition={{
    service: 'evaluation', op: 'getSelection', ns: 'evaluation', id: 'selections', path: { selection_id }, back: '/selections',
    title: (row) => String(row.party_organization_name ?? row.party_organization_id), summary: ['state', 'tier', 'year', 'recommended_on', 'ground', 'division'], hide: ['party_organization_id'],
    steps: (row) => {
      const after = (...states: string[]) => (states.includes(String(row.state)) ? null : t('bar.order'));
      return [
        gate('visit', 'ratings.write', after('recommended')), gate('assessment', 'ratings.write', after('visited')), gate('commendation', 'cycles.manage', after('assessed')),
        gate('publicity', 'cycles.manage', after('commended')), gate('ending', 'cycles.manage', after('commended')), gate('withdrawal', 'cycles.manage', after('recommended', 'visited', 'assessed')),
      ];
    },
  }} />;
}

/** The year's duty of each body: reported, then appraised. */
export function DutiesPage() {
  const { t } = useTranslation('evaluation');
  return <ListPage definition={{
    service: 'evaluation', op: 'listDutyItems', ns: 'evaluation', id: 'duties', columns: ['body_name', 'year', 'level', 'state', 'report_due', 'overdue', 'reported_on', 'appraisal_due', 'grade_name', 'division'],
    filters: ['year', 'state', 'overdue', 'level', 'division', 'body'], rowKey: (row) => `${String(row.body)} ${String(row.year)}`,
    record: (row) => `/duty-items/${encodeURIComponent(String(row.body))}/${String(row.year)}`,
    render: { overdue: (row) => (row.overdue ? <Tag color="error">{t('duties.overdue')}</Tag> : '—') },
  }} />;
}

export function DutyPage() {
  const { t } = useTranslation('evaluation');
  const { body = '', year = '' } = useParams();
  return <RecordPage definition={{
    service: 'evaluation', op: 'getDutyItem', ns: 'evaluation', id: 'duties', path: { body, year }, back: '/duty-items',
    title: (row) => t('duties.of', { name: row.body_name, year: row.year }), summary: ['state', 'year', 'level', 'report_due', 'reported_on', 'appraisal_due', 'appraised_on', 'grade_name', 'division'], hide: ['body_id'],
  }} />;
}
