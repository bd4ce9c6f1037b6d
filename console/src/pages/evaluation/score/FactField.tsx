import { Checkbox, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { numberOf, pointsOf, shown, type Fact, type Indicator, type Value } from './points';

/** What was found at an indicator, as its method asks for it, what shows it, and what it is worth. */
export function FactField({ indicator, fact, change }: { indicator: Indicator; fact: Partial<Fact> | undefined; change: (fact: Partial<Fact>) => void }) {
  const { t } = useTranslation('evaluation');
  const value = fact?.value;
  const absent = value === 'not_applicable';
  const points = pointsOf(indicator, value);
  const set = (next: Value | undefined) => {
    const written = { ...fact };
    if (next === undefined) delete written.value;
    else written.value = next;
    change(written);
  };
  return <div className="fact">
    <div className="fact-value">
      {absent ? <span>{t('fact.absent')}</span> : <Control indicator={indicator} value={value} set={set} />}
      {indicator.absent_when && <Checkbox checked={absent} title={indicator.absent_when} onChange={(event) => set(event.target.checked ? 'not_applicable' : undefined)}>{t('fact.not_applicable')}</Checkbox>}
      <span className="worth">{points === null ? '—' : t('fact.worth', { points: shown(points) })}</span>
    </div>
    <Input size="small" aria-label={t('fact.evidence', { code: indicator.code })} placeholder={t('fact.evidence.place')} maxLength={2000} value={fact?.evidence ?? ''} onChange={(event) => change({ ...fact, evidence: event.target.value })} />
  </div>;
}

function Control({ indicator, value, set }: { indicator: Indicator; value: Value | undefined; set: (value: Value | undefined) => void }) {
  const { t } = useTranslation('evaluation');
  const method = indicator.method;
  const called = t('fact.value', { code: indicator.code });
  const pair = typeof value === 'object' ? value : { part: undefined, whole: undefined };
  const whole = (text: string) => (/^\d+$/.test(text) ? Number(text) : undefined);
  switch (method?.kind) {
    case 'graded': return <Select<string> size="small" allowClear aria-label={called} placeholder={t('fact.choose')} value={typeof value === 'string' ? value : null} popupMatchSelectWidth={false} style={{ width: 190 }}
      options={method.grades.map((one) => ({ value: one.code, label: t('fact.grade', { code: one.code.toUpperCase(), means: one.means, points: one.points }) }))} onChange={(next) => set(next ?? undefined)} />;
    case 'yes_no': return <Select<string> size="small" allowClear aria-label={called} placeholder={t('fact.choose')} value={typeof value === 'boolean' ? String(value) : null} style={{ width: 110 }}
      options={[{ value: 'true', label: t('fact.yes') }, { value: 'false', label: t('fact.no') }]} onChange={(next) => set(next ? next === 'true' : undefined)} />;
    case 'ratio': return <>
      <Input size="small" inputMode="numeric" aria-label={t('fact.part', { code: indicator.code })} placeholder={t('fact.part.place')} style={{ width: 76 }} value={pair.part ?? ''} onChange={(event) => set({ part: whole(event.target.value), whole: pair.whole })} />
      <span aria-hidden>/</span>
      <Input size="small" inputMode="numeric" aria-label={t('fact.whole', { code: indicator.code })} placeholder={t('fact.whole.place')} style={{ width: 76 }} value={pair.whole ?? ''} onChange={(event) => set({ part: pair.part, whole: whole(event.target.value) })} />
    </>;
    default: return <Input size="small" inputMode="numeric" aria-label={called} title={method?.of ?? undefined} style={{ width: 110 }} value={typeof value === 'number' ? value : ''} onChange={(event) => set(whole(event.target.value) ?? undefined)} />;
  }
}

/** The points themselves, of a version without methods. */
export function ScoreField({ indicator, score, change }: { indicator: Indicator; score: string | undefined; change: (score: string) => void }) {
  const { t } = useTranslation('evaluation');
  const number = score ? numberOf(score) : 0;
  const wrong = number === null || number > Number(indicator.points);
  return <>
    <Input size="small" inputMode="decimal" style={{ width: 96 }} aria-label={t('fact.score', { code: indicator.code })} aria-invalid={wrong} {...(wrong ? { status: 'error' as const } : {})} value={score ?? ''} onChange={(event) => change(event.target.value)} />
    {wrong && <span className="mismatch"> {t('fact.score.most', { most: indicator.points })}</span>}
  </>;
}
