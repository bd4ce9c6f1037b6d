import type { ReactNode } from 'react';
import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Row } from '@/api/hooks';
import { word } from '@/lib/i18n';
import { at } from '@/lib/values';
import { diverges, gap, shown, type Divergence, type Indicator, type Level } from './points';

export const STAGES = ['self', 'group', 'first_check', 'committee'] as const;
interface Props {
  levels: Level[]; evaluation: Row; chosen?: string | null; choose?: (code: string) => void;
  /** The column that is written, with its total so far. */
  edit?: { stage: string; cell: (indicator: Indicator) => ReactNode; total: string };
}

/** All indicators with their points, and the stages side by side with running totals. */
export function Tree({ levels, evaluation, chosen = null, choose, edit }: Props) {
  const { t } = useTranslation('evaluation');
  const stages = STAGES.filter((stage) => at(evaluation, `stages.${stage}`) && stage !== edit?.stage);
  const divergences = (evaluation.divergences ?? []) as Divergence[];
  const scores = (stage: string) => (at(evaluation, `stages.${stage}.scores`) ?? {}) as Record<string, string>;
  const fact = (stage: string, code: string) => at(evaluation, `stages.${stage}.facts.${code}.evidence`);
  const head = (stage: string) => <>{word(stage, 'stage')}{diverges(divergences, stage) && <> <Tag color="error">{t('score.diverges')}</Tag></>}</>;
  const total = (stage: string) => String(at(evaluation, `stages.${stage}.points`) ?? '0.00');
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={t('score.tree')}>
      <table className="plain-table score-tree">
        <thead><tr>
          <th scope="col">{t('score.indicator')}</th><th scope="col" className="money">{t('score.points')}</th>
          {stages.map((stage) => <th key={stage} scope="col" className="money">{head(stage)}</th>)}
          {edit && <th scope="col" className="editing">{t('score.editing', { stage: word(edit.stage, 'stage') })}</th>}
        </tr></thead>
        {levels.map((level) => (
          <tbody key={level.code}>
            <tr className="level"><th scope="rowgroup">{level.code} {level.name}</th><td className="money">{level.points}</td>
              {stages.map((stage) => <td key={stage} className="money">{shown(level.indicators.reduce((sum, one) => sum + Math.round(Number(scores(stage)[one.code] ?? 0) * 100), 0))}</td>)}{edit && <td />}</tr>
            {level.indicators.map((one) => (
              <tr key={one.code} className={chosen === one.code ? 'chosen' : ''}>
                <th scope="row">{choose ? <button type="button" className="cell-link" aria-pressed={chosen === one.code} onClick={() => choose(one.code)}>{one.code} {one.what}</button> : `${one.code} ${one.what}`}
                  <span className="hint how">{one.method?.explanation ?? one.degree}</span></th>
                <td className="money">{one.points}</td>
                {stages.map((stage, index) => {
                  const now = scores(stage)[one.code];
                  const before = stages[index - 1];
                  const differs = before ? gap(scores(before)[one.code], now) : 0;
                  const shows = fact(stage, one.code);
                  return <td key={stage} className="money" title={typeof shows === 'string' ? shows : undefined}>{now ?? '—'}
                    {differs !== 0 && <span className={differs < 0 ? 'gap down' : 'gap'}>{differs > 0 ? '+' : ''}{shown(differs)}</span>}</td>;
                })}
                {edit && <td className="editing">{edit.cell(one)}</td>}
              </tr>
            ))}
          </tbody>
        ))}
        <tfoot><tr><th scope="row">{t('score.total')}</th><td />{stages.map((stage) => <td key={stage} className="money"><b>{total(stage)}</b></td>)}{edit && <td className="editing"><b>{edit.total}</b></td>}</tr></tfoot>
      </table>
    </div>
  );
}

/** Which stages are too far apart, by how much they may be, and why they are. */
export function Divergences({ evaluation }: { evaluation: Row }) {
  const { t } = useTranslation('evaluation');
  const found = (evaluation.divergences ?? []) as Divergence[];
  if (found.length === 0) return null;
  return <ul className="divergences">{found.map((one) => (
    <li key={`${one.earlier} ${one.later}`}><b>{t('score.divergence', { earlier: word(one.earlier, 'stage'), later: word(one.later, 'stage'), from: one.earlier_total, to: one.later_total, bound: one.bound })}</b>{' '}
      {one.word ? t('score.divergence.word', { word: one.word }) : t('score.divergence.none')}</li>
  ))}</ul>;
}
