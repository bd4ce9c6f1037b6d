import { Button, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { address, download } from '@/api/client';
import { useMeta, useRead, type Row } from '@/api/hooks';
import { operation } from '@/api/meta';
import { ProblemAlert } from '@/components/layout/Problems';
import { useGate } from '@/components/record/gate';
import { RecordPage } from '@/components/record/RecordPage';
import type { NextStep } from '@/components/record/Steps';
import { ListPage } from '@/components/table/ListPage';
import { word } from '@/lib/i18n';
import type { Level } from './points';
import { Divergences, STAGES, Tree } from './Tree';

/** My evaluations. */
export function EvaluationsPage() {
  return <ListPage definition={{
    service: 'evaluation', op: 'listEvaluations', ns: 'evaluation', id: 'evaluations', columns: ['party_organization_name', 'year', 'type', 'state', 'total', 'star', 'notice_until', 'division'],
    filters: ['state', 'star', 'division', 'cycle', 'party_organization'], record: (row) => `/evaluations/${String(row.id)}`,
  }} />;
}

/** The indicators of an evaluation's own system. */
export function useLevels(evaluation: Row | undefined) {
  return useRead<{ levels: Level[] }>('evaluation', 'getIndicatorSystem', { type: String(evaluation?.type ?? '') }, { year: evaluation?.year, division: evaluation?.division }, evaluation !== undefined);
}

function Scores({ evaluation }: { evaluation: Row }) {
  const { t } = useTranslation('evaluation');
  const levels = useLevels(evaluation);
  const navigate = useNavigate();
  const sheet = operation(useMeta('evaluation'), 'printOnSiteSheet');
  const id = String(evaluation.id);
  const steps = ((evaluation.next_steps ?? []) as NextStep[]).filter((one) => (STAGES as readonly string[]).includes(one.step));
  return <>
    <div className="steps no-print" role="group" aria-label={t('score.stages')}>
      {steps.map((one) => (
        <span key={one.step} className="barred"><Button disabled={!one.allowed} aria-describedby={one.allowed ? undefined : `why-${one.step}`} onClick={() => void navigate(`/evaluations/${id}/scores/${one.step}`)}>{t('score.fill', { stage: word(one.step, 'stage') })}</Button>
          {!one.allowed && <span id={`why-${one.step}`} className="why">{one.reason}</span>}</span>
      ))}
      <Button onClick={() => void download(address('evaluation', sheet, { path: { evaluation_id: id }, query: { format: 'pdf' } }), t('score.sheet'))}>{t('score.sheet')}</Button>
    </div>
    <Divergences evaluation={evaluation} />
    <ProblemAlert error={levels.error} />
    {levels.data ? <Tree levels={levels.data.data.levels} evaluation={evaluation} /> : !levels.error && <Skeleton active />}
  </>;
}

export function EvaluationPage() {
  const { t } = useTranslation('evaluation');
  const { evaluation_id = '' } = useParams();
  const gate = useGate();
  return <RecordPage definition={{
    service: 'evaluation', op: 'getEvaluation', ns: 'evaluation', id: 'evaluations', path: { evaluation_id }, back: '/evaluations',
    title: (row) => String(row.party_organization_name ?? row.party_organization_id), summary: ['state', 'star', 'total', 'type', 'year', 'published_on', 'notice_until', 'division'],
    hide: ['stages', 'basis', 'divergences', 'cycle_id', 'party_organization_id'],
    lead: [{ key: 'scores', label: t('score.title'), render: (row) => <Scores evaluation={row} /> }],
    // What the state leaves no room for is no step; what the role lacks is shown with its reason.
    steps: (row) => {
      const state = String(row.state);
      return [
        ...(state === 'enrolled' || state === 'scoring' ? [
          gate('satisfaction', 'ratings.write'), gate('on_site_check', 'ratings.write'), gate('vetoes', 'ratings.write'), gate('bonuses', 'ratings.write'),
          gate('return', 'ratings.write'), gate('extensions', 'extensions.apply'),
        ] : []),
        ...(state === 'published' || state === 'objected' ? [gate('objections', 'objections.write')] : []),
        ...(state === 'completed' ? [gate('reopening', 'cycles.manage')] : []),
      ];
    },
    tabs: [
      { key: 'objections', label: t('objections.title'), render: () => <ListPage definition={{ service: 'evaluation', op: 'listObjections', ns: 'evaluation', id: 'objections', inner: true, query: { evaluation: evaluation_id }, columns: ['ground', 'on', 'raised_at', 'due_on', 'state', 'reason'] }} /> },
      { key: 'consequences', label: t('consequences.title'), render: (row) => <ListPage definition={{ service: 'evaluation', op: 'listConsequences', ns: 'evaluation', id: 'consequences', inner: true, query: { party_organization: String(row.party_organization_id) }, columns: ['kind', 'state', 'due_on', 'year'], record: (one) => `/consequences/${String(one.id)}` }} /> },
    ],
  }} />;
}
