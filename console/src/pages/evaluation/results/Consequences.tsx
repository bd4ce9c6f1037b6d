import { Steps as Course } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import type { Row } from '@/api/hooks';
import { RecordPage } from '@/components/record/RecordPage';
import { ListPage } from '@/components/table/ListPage';
import { word } from '@/lib/i18n';
import { instant } from '@/lib/values';

/** What follows from a rating: plans, talks, letters, effects. */
export function ConsequencesPage() {
  return <ListPage definition={{
    service: 'evaluation', op: 'listConsequences', ns: 'evaluation', id: 'consequences', columns: ['party_organization_name', 'kind', 'state', 'due_on', 'star', 'total', 'year', 'division'],
    filters: ['kind', 'state', 'division', 'cycle', 'party_organization'], record: (row) => `/consequences/${String(row.id)}`,
  }} />;
}

/** A consequence: its course from the plan to the acceptance, or from the sending to the receipt. */
export function ConsequencePage() {
  const { t } = useTranslation('evaluation');
  const { consequence_id = '' } = useParams();
  return <RecordPage definition={{
    service: 'evaluation', op: 'getConsequence', ns: 'evaluation', id: 'consequences', path: { consequence_id }, back: '/consequences',
    title: (row) => t('consequences.of', { name: row.party_organization_name, kind: word(String(row.kind), 'kind') }), summary: ['kind', 'state', 'due_on', 'star', 'total', 'year', 'closed_on', 'division'],
    hide: ['cycle_id', 'evaluation_id', 'party_organization_id'],
    lead: [{ key: 'course', label: t('consequences.course'), render: (row) => <>
      <CourseOf row={row} />
      <p><Link to={`/evaluations/${String(row.evaluation_id)}`}>{t('consequences.evaluation')}</Link></p>
    </> }],
  }} />;
}

function CourseOf({ row }: { row: Row }) {
  const { t } = useTranslation('evaluation');
  const plan = row.plan as Row | null;
  const tracking = (row.tracking ?? []) as Row[];
  const acceptance = row.acceptance as Row | null;
  const talk = row.talk as Row | null;
  const receipts = (row.receipts ?? []) as Row[];
  const waits = t('consequences.waits');
  const kind = String(row.kind);
  const steps = kind === 'talk' ? [{ title: t('consequences.talk'), content: talk ? t('consequences.talk.held', { day: talk.held_on }) : waits, done: talk !== null }]
    : ['score_letter', 'nomination', 'ceiling', 'procurement'].includes(kind)
      ? ['sending', 'receipt', 'use'].map((step) => { const one = receipts.find((each) => each.step === step); return { title: word(step, 'step'), content: one ? String(one.on) : waits, done: one !== undefined }; })
      : [
        { title: t('consequences.plan'), content: plan ? t('consequences.plan.until', { goal: plan.goal, day: plan.until, at: instant(String(plan.at)) }) : waits, done: plan !== null },
        { title: t('consequences.tracking'), content: tracking.length ? t('consequences.tracking.last', { count: tracking.length, day: tracking.at(-1)?.on, progress: tracking.at(-1)?.progress }) : waits, done: tracking.length > 0 },
        { title: t('consequences.acceptance'), content: acceptance ? t(acceptance.accepted ? 'consequences.accepted' : 'consequences.refused', { day: acceptance.on }) : waits, done: acceptance !== null },
      ];
  const current = steps.findIndex((one) => !one.done);
  return <Course orientation="vertical" size="small" current={current < 0 ? steps.length : current} items={steps.map(({ title, content }) => ({ title, content }))} />;
}
