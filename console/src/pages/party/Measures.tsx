import { useMemo } from 'react';
import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMeta, useRead, type Row } from '@/api/hooks';
import { resolve } from '@/api/meta';
import { Lines } from '@/components/chart/Lines';
import { Scrollable } from '@/components/layout/Scrollable';
import { ProblemAlert } from '@/components/layout/Problems';
import { label, plain } from '@/components/Value';
import { word } from '@/lib/i18n';
import { useUrlState } from '@/lib/urlState';
import { today } from '@/lib/values';
import { monthsUntil } from './months';

const SHARES = ['organization_coverage_bp', 'work_coverage_bp'];
const COUNTS = ['organizations', 'covered', 'standalone', 'joint', 'area', 'eligible', 'eligible_with_own', 'due_not_built', 'fewer_than_three', 'no_members'];
const MONTHS = 12;

/** Both coverages as forms ask for them: over a year, and now by what they are made of. */
export function Measures({ division }: { division: string }) {
  const { t } = useTranslation('party');
  const meta = useMeta('registry');
  const [query, change] = useUrlState();
  const by = ['division', 'street', 'kind'].includes(query.by ?? '') ? (query.by ?? '') : 'division';
  const names = useMemo(() => monthsUntil(today(), MONTHS), []);
  const series = useRead<{ months: Row[] }>('registry', 'getCoverageSeries', {}, { division, first: names[0], last: names.at(-1) }, division !== '');
  const measures = useRead<{ on: string; whole: Row; parts: Row[] }>('registry', 'getCoverageMeasures', {}, { division, by }, division !== '');
  const fields = resolve(meta, { r: 'CoveragePartOut' }).o ?? {};
  const called = (name: string) => label(fields[name], name).replace('（万分比）', '').replace(/ bp$/i, '');
  const months = series.data?.data.months;
  const lines = useMemo(() => SHARES.map((name) => ({
    name: t(`coverage.${name}`), values: (months ?? []).map((one) => (typeof one[name] === 'number' ? one[name] : null)),
  })), [months, t]);
  const found = measures.data?.data;
  const rows = found ? [{ ...found.whole, key: '' }, ...found.parts] as Row[] : [];
  const cell = (row: Row, name: string) => <td key={name} className="money">{plain(row[name], name)}</td>;
  return <>
    <ProblemAlert error={series.error ?? measures.error} />
    {months && <section className="card block" aria-labelledby="coverage-series">
      <h2 id="coverage-series">{t('coverage.series')}</h2>
      <Lines label={t('coverage.series')} names={names} lines={lines} />
      <Scrollable labelledBy="coverage-series"><table className="plain-table">
        <thead><tr><th scope="col">{t('coverage.month')}</th>{[...SHARES, 'organizations', 'covered'].map((name) => <th key={name} scope="col">{called(name)}</th>)}</tr></thead>
        <tbody>{months.map((row, at) => <tr key={String(row.on)}><th scope="row">{names[at] ?? String(row.on)}</th>{[...SHARES, 'organizations', 'covered'].map((name) => cell(row, name))}</tr>)}</tbody>
      </table></Scrollable>
    </section>}
    {found && <section className="card block" aria-labelledby="coverage-measures">
      <h2 id="coverage-measures">{t('coverage.measures', { day: found.on })}</h2>
      <Segmented className="no-print" aria-label={t('coverage.by')} value={by} onChange={(value) => change({ by: value })} options={['division', 'street', 'kind'].map((value) => ({ value, label: t(`coverage.by.${value}`) }))} />
      <Scrollable labelledBy="coverage-measures"><table className="plain-table">
        <thead><tr><th scope="col">{t(`coverage.by.${by}`)}</th>{[...SHARES, ...COUNTS].map((name) => <th key={name} scope="col">{called(name)}</th>)}</tr></thead>
        <tbody>{rows.map((row) => <tr key={String(row.key)}><th scope="row">{row.key ? word(String(row.key), by) : t('coverage.whole')}</th>{[...SHARES, ...COUNTS].map((name) => cell(row, name))}</tr>)}</tbody>
      </table></Scrollable>
    </section>}
  </>;
}
