import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import type { Row } from '@/api/hooks';
import { Act } from '@/components/form/Act';
import { useGate } from '@/components/record/gate';
import { RecordPage } from '@/components/record/RecordPage';
import { ListPage, type ListDefinition } from '@/components/table/ListPage';
import { plain } from '@/components/Value';
import { word } from '@/lib/i18n';

/** A year's rating: its cycles. */
export function CyclesPage() {
  const { t } = useTranslation('evaluation');
  const navigate = useNavigate();
  return <ListPage definition={{
    service: 'evaluation', op: 'listCycles', ns: 'evaluation', id: 'cycles', columns: ['year', 'division', 'state', 'enrolled', 'not_rated', 'reference_date', 'opened_at', 'closed_at'],
    filters: ['year', 'state', 'division'], record: (row) => `/cycles/${String(row.id)}`,
    extra: <><Link to="/late-evaluations">{t('late.title')}</Link><Link to="/extensions">{t('extensions.title')}</Link>
      <Act service="evaluation" op="createCycle" needs="cycles.manage" primary done={(row) => void navigate(`/cycles/${String(row.id)}`)} /></>,
  }} />;
}

const LATE: ListDefinition = {
  service: 'evaluation', op: 'listLateEvaluations', ns: 'evaluation', id: 'late', columns: ['party_organization_name', 'type', 'stages', 'division'],
  filters: ['stage', 'cycle', 'division'], record: (row) => `/evaluations/${String(row.id)}`, render: { stages: (row) => <Stages stages={row.stages as Row[]} /> },
};

function Stages({ stages }: { stages: Row[] }) {
  const { t } = useTranslation('evaluation');
  return <>{stages.map((one) => <Tag key={String(one.stage)} color="error">{t('late.stage', { stage: word(String(one.stage), 'stage'), day: one.due_on })}</Tag>)}</>;
}

export const LatePage = () => <ListPage definition={LATE} />;

export function CyclePage() {
  const { t } = useTranslation('evaluation');
  const { cycle_id = '' } = useParams();
  const gate = useGate();
  const inner = (op: string, id: string, columns: string[], more: Partial<ListDefinition> = {}) => (
    <ListPage definition={{ service: 'evaluation', op, ns: 'evaluation', id, columns, query: { cycle: cycle_id }, inner: true, ...more }} />);
  return <RecordPage definition={{
    service: 'evaluation', op: 'getCycle', ns: 'evaluation', id: 'cycles', path: { cycle_id }, back: '/cycles',
    title: (row) => t('cycles.of', { year: row.year, division: plain(row.division, 'division') }), summary: ['state', 'year', 'division', 'enrolled', 'not_rated', 'reference_date', 'opened_at', 'closed_at'],
    steps: (row) => {
      const open = row.state === 'open' ? null : t('bar.cycle_not_open');
      return [
        gate('opening', 'cycles.manage', row.state === 'drafted' ? null : t('bar.cycle_opened')), gate('publication', 'cycles.manage', open),
        gate('samples', 'cycles.manage', open), gate('closing', 'cycles.manage', open),
      ];
    },
    lead: [{ key: 'evaluations', label: t('evaluations.title'), render: (row) => <>
      {row.state === 'open' && <p><Link to={`/cycles/${cycle_id}/session`}>{t('session.open')}</Link></p>}
      {inner('listEvaluations', 'evaluations', ['party_organization_name', 'type', 'state', 'total', 'star', 'division'], { record: (one) => `/evaluations/${String(one.id)}` })}
    </> }],
    tabs: [
      { key: 'late', label: t('late.title'), render: () => inner('listLateEvaluations', 'late', LATE.columns, { record: (one) => `/evaluations/${String(one.id)}`, ...(LATE.render ? { render: LATE.render } : {}) }) },
      { key: 'sessions', label: t('cycles.sessions'), render: () => <>
        <h3>{t('sessions.title')}</h3>{inner('listSessions', 'sessions', ['held_on', 'decided', 'members_due', 'members_present', 'laggards', 'recorded_by', 'note'])}
        <h3>{t('publications.title')}</h3>{inner('listPublications', 'publications', ['published_on', 'notice_until', 'published', 'recorded_by', 'note'])}
        <h3>{t('samples.title')}</h3>{inner('listSamples', 'samples', ['drawn_at', 'seed', 'sample_bp', 'among', 'drawn_by'])}
      </> },
    ],
  }} />;
}
