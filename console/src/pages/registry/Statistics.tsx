import { useState } from 'react';
import { Button, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { address, download } from '@/api/client';
import { useChange, useMeta, useRead, type Row } from '@/api/hooks';
import { operation } from '@/api/meta';
import { Nothing } from '@/components/layout/PageHead';
import { ProblemAlert } from '@/components/layout/Problems';
import { Scrollable } from '@/components/layout/Scrollable';
import { listOf, to } from '@/components/pages';
import { RecordPage } from '@/components/record/RecordPage';
import type { NextStep } from '@/components/record/Steps';
import { percent } from '@/lib/values';

const common = { service: 'registry', ns: 'registry', id: 'statistics' } as const;
interface Column { code: string; title: string; definition: string; share: boolean }
interface Changed { column: string; before: number; now: number; word: string | null }
interface Broken { rule: string; row: string; left: number | null; right: number | null }

/** Statistical reports: drawn up of a cut-off day, explained, signed and locked. */
export const Statistics = listOf({
  ...common, op: 'listStatistics', record: to('statistics'), columns: ['table_code', 'cut_off', 'division', 'lower_levels', 'state', 'due_on', 'computed_at', 'policy'],
  filters: ['state', 'table', 'cut_off', 'division'], create: { op: 'openStatistics', needs: 'statistics.write', then: to('statistics') },
});

export function Statistic() {
  const { t } = useTranslation('registry');
  const { report_id = '' } = useParams();
  return <RecordPage definition={{
    ...common, op: 'getStatistics', path: { report_id }, back: '/statistics', title: (row) => `${String(row.title)} ${String(row.cut_off)}`,
    summary: ['state', 'table_code', 'cut_off', 'division', 'lower_levels', 'due_on', 'computed_at', 'compared_with', 'assumed'],
    hide: ['columns', 'rows', 'total', 'changed_totals', 'broken_rules', 'title', 'policy'], elsewhere: ['explanation'],
    lead: [
      { key: 'figures', label: t('statistics.figures'), render: (row) => <Figures report={row} /> },
      { key: 'changes', label: t('statistics.changes'), render: (row) => <Changes report={row} /> },
    ],
  }} />;
}

function Figures({ report }: { report: Row }) {
  const { t } = useTranslation('registry');
  const meta = useMeta('registry');
  const save = (op: string, ending: string) => void download(address('registry', operation(meta, op), { path: { report_id: String(report.id) } }), `${String(report.title)}.${ending}`);
  const columns = report.columns as Column[];
  const rows = report.rows as { key: string; cells: Record<string, number | null> }[];
  const shown = (one: Column, value: number | null | undefined) => (value === null || value === undefined ? '—' : one.share ? percent(value) : value.toLocaleString('en-US'));
  return <>
    <p className="no-print">
      <Button onClick={() => save('getStatisticsWorkbook', 'xlsx')}>{t('statistics.workbook')}</Button>{' '}
      <Button onClick={() => save('printStatistics', 'pdf')}>{t('statistics.sheet')}</Button>
    </p>
    <h3 id="statistic-figures" className="hint">{t('statistics.table', { code: report.table_code })}</h3>
    <Scrollable labelledBy="statistic-figures"><table className="plain-table">
      <thead><tr><th scope="col">{t('statistics.key')}</th>{columns.map((one) => <th scope="col" key={one.code} title={one.definition}>{one.title}</th>)}</tr></thead>
      <tbody>{rows.map((row) => <tr key={row.key}><th scope="row">{row.key}</th>{columns.map((one) => <td key={one.code} className="money">{shown(one, row.cells[one.code])}</td>)}</tr>)}</tbody>
      <tfoot><tr><th scope="row">{t('statistics.total')}</th>{columns.map((one) => <td key={one.code} className="money"><b>{shown(one, (report.total as Record<string, number | null>)[one.code])}</b></td>)}</tr></tfoot>
    </table></Scrollable>
  </>;
}

/** What stands in the way of the signature: rules that are broken, and changes that nobody gave a word for. */
function Changes({ report }: { report: Row }) {
  const { t } = useTranslation(['registry', 'common']);
  const report_id = String(report.id);
  const etag = useRead('registry', 'getStatistics', { report_id }).data?.etag ?? null;
  const change = useChange('registry', 'explainStatistics');
  const [words, setWords] = useState<Record<string, string>>({});
  const step = ((report.next_steps ?? []) as NextStep[]).find((one) => one.step === 'explanation');
  const changed = report.changed_totals as Changed[];
  const broken = report.broken_rules as Broken[];
  const called = (code: string) => (report.columns as Column[]).find((one) => one.code === code)?.title ?? code;
  const said = Object.fromEntries(Object.entries(words).filter(([, word]) => word.trim()));
  if (changed.length + broken.length === 0) return <Nothing text={t('statistics.changes.none')} />;
  return <>
    {broken.length > 0 && <section><h3>{t('statistics.broken')}</h3><ul>{broken.map((one) => (
      <li key={`${one.row} ${one.rule}`} className="mismatch">{t('statistics.broken.one', { row: one.row || t('statistics.total'), rule: one.rule, left: one.left ?? '—', right: one.right ?? '—' })}</li>
    ))}</ul></section>}
    {changed.length > 0 && <section><h3>{t('statistics.changed')}</h3>
      <ProblemAlert error={change.error} />
      <table className="plain-table">
        <thead><tr>{['column', 'before', 'now', 'word'].map((name) => <th key={name} scope="col">{t(`statistics.changed.${name}`)}</th>)}</tr></thead>
        <tbody>{changed.map((one) => <tr key={one.column}><th scope="row">{called(one.column)}</th><td className="money">{one.before}</td><td className="money">{one.now}</td>
          <td>{step?.allowed ? <Input aria-label={t('statistics.changed.of', { column: called(one.column) })} maxLength={500} value={words[one.column] ?? one.word ?? ''} onChange={(event) => setWords({ ...words, [one.column]: event.target.value })} /> : one.word ?? '—'}</td></tr>)}</tbody>
      </table>
      {step && <p className="barred"><Button type="primary" disabled={!step.allowed || Object.keys(said).length === 0} loading={change.isPending} aria-describedby="why-explanation"
        onClick={() => change.mutate({ path: { report_id }, etag, body: { words: said } }, { onSuccess: () => setWords({}) })}>{t('statistics.explain')}</Button>
        <span id="why-explanation" className="why">{step.reason}</span></p>}
    </section>}
  </>;
}
