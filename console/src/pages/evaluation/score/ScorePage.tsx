import { useId, useState } from 'react';
import { Alert, Button, Input, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { useChange, useRead, type Row } from '@/api/hooks';
import { Nothing, PageHead } from '@/components/layout/PageHead';
import { ProblemAlert } from '@/components/layout/Problems';
import type { NextStep } from '@/components/record/Steps';
import { word } from '@/lib/i18n';
import { draftOf, keepDraft } from '@/lib/kept';
import { useLevels } from './Evaluations';
import { Evidence } from './Evidence';
import { FactField, ScoreField } from './FactField';
import type { Indicator, Level } from './points';
import { bodyOf, byFacts, indicatorsOf, lacks, sheetOf, totalOf, type Sheet } from './sheet';
import { Divergences, Tree } from './Tree';

/** One stage's sheet is written: the tree with the other stages beside it, the evidence at the right, the total running. */
export function ScorePage() {
  const { t } = useTranslation('evaluation');
  const { evaluation_id = '', stage = 'self' } = useParams();
  const read = useRead('evaluation', 'getEvaluation', { evaluation_id });
  const evaluation = read.data?.data;
  const levels = useLevels(evaluation);
  const title = t('score.of', { stage: word(stage, 'stage'), name: evaluation?.party_organization_name ?? '…' });
  return <>
    <nav className="crumb no-print"><Link to={`/evaluations/${evaluation_id}`}>{t('evaluations.record')}</Link></nav>
    <PageHead title={title} hint={t('score.hint')} />
    <ProblemAlert error={read.error ?? levels.error} retry={() => { void read.refetch(); void levels.refetch(); }} />
    {evaluation && levels.data ? <Writing key={`${evaluation_id} ${stage}`} evaluation={evaluation} etag={read.data?.etag ?? null} stage={stage} levels={levels.data.data.levels} /> : !read.error && !levels.error && <Skeleton active />}
  </>;
}

function Writing({ evaluation, etag, stage, levels }: { evaluation: Row; etag: string | null; stage: string; levels: Level[] }) {
  const { t } = useTranslation(['evaluation', 'common']);
  const id = useId();
  const evaluation_id = String(evaluation.id);
  const draft = `scores.${evaluation_id}.${stage}`;
  const [kept] = useState(() => draftOf(draft) as unknown as Sheet | null);
  const [sheet, setSheet] = useState<Sheet>(() => kept ?? sheetOf(evaluation, stage));
  const [chosen, setChosen] = useState<string | null>(levels[0]?.indicators[0]?.code ?? null);
  const facts = byFacts(levels);
  const change = useChange('evaluation', facts ? 'putFacts' : 'putScores');
  const navigate = useNavigate();
  const step = ((evaluation.next_steps ?? []) as NextStep[]).find((one) => one.step === stage);
  const reason = step ? step.reason : t('bar.scored');
  const allowed = step?.allowed === true;
  const write = (next: Sheet) => { setSheet(next); keepDraft(draft, next as unknown as Row); };
  const { missing, unshown } = lacks(levels, sheet);
  const indicator = indicatorsOf(levels).find((one) => one.code === chosen);
  const send = () => change.mutate({ path: { evaluation_id, stage }, etag, body: bodyOf(levels, sheet) }, { onSuccess: () => { keepDraft(draft, null); void navigate(`/evaluations/${evaluation_id}`); } });
  if (levels.length === 0) return <Nothing text={t('score.empty')} />;
  return <>
    {!allowed && <Alert type="warning" showIcon className="problem" title={t('score.barred')} description={reason} />}
    {kept && <p className="hint" role="status">{t('common:form.draft')}</p>}
    <ProblemAlert error={change.error} />
    <Divergences evaluation={evaluation} />
    <div className="score-body">
      <div className="card">
        <Tree levels={levels} evaluation={evaluation} chosen={chosen} choose={setChosen} {...(allowed ? { edit: {
          stage, total: totalOf(levels, sheet),
          cell: (one: Indicator) => (facts
            ? <FactField indicator={one} fact={sheet.facts[one.code]} change={(fact) => { setChosen(one.code); write({ ...sheet, facts: { ...sheet.facts, [one.code]: fact } }); }} />
            : <ScoreField indicator={one} score={sheet.scores[one.code]} change={(score) => { setChosen(one.code); write({ ...sheet, scores: { ...sheet.scores, [one.code]: score } }); }} />),
        } } : {})} />
        <label htmlFor={`${id}w`}>{t('score.word')}</label>
        <Input.TextArea id={`${id}w`} rows={2} maxLength={2000} disabled={!allowed} value={sheet.word} onChange={(event) => write({ ...sheet, word: event.target.value })} />
      </div>
      {indicator && <Evidence evaluation={evaluation_id} stage={stage} indicator={indicator} open={allowed && facts} />}
    </div>
    {allowed && <div className="score-foot">
      <b>{t('score.so_far', { total: totalOf(levels, sheet) })}</b>
      <span className="hint">{missing.length ? t('score.missing', { count: missing.length, codes: missing.slice(0, 8).join('、') }) : t('score.complete')} {unshown.length > 0 && t('score.unshown', { codes: unshown.join('、') })}</span>
      <span className="spacer" />
      <Button onClick={() => { write(sheetOf(evaluation, stage)); keepDraft(draft, null); }}>{t('score.reset')}</Button>
      <Button type="primary" disabled={!allowed} loading={change.isPending} onClick={send}>{t('score.put', { stage: word(stage, 'stage') })}</Button>
    </div>}
  </>;
}
