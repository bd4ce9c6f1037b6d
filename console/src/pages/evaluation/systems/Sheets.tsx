import { useId, useState, type FormEvent } from 'react';
import { Alert, Button, Checkbox, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { address, download } from '@/api/client';
import { useChange, useMeta, useRead, type Page } from '@/api/hooks';
import { operation } from '@/api/meta';
import { PageHead } from '@/components/layout/PageHead';
import { ProblemAlert } from '@/components/layout/Problems';
import { useGate } from '@/components/record/gate';
import { spoken, word } from '@/lib/i18n';

interface Fault { row: number; cell: string; indicator: string; zh: string; en: string }
interface Report { dry_run: boolean; stage: string; type: string; system_version: string; saved: string[]; unchanged: string[]; empty: string[]; refused: string[]; faults: Fault[] }
const COUNTED = ['saved', 'unchanged', 'empty', 'refused'] as const;

/** Score sheets of many evaluations at once: downloaded, filled in, tried, and then kept. */
export function SheetsPage() {
  const { t } = useTranslation('evaluation');
  const id = useId();
  const blank = operation(useMeta('evaluation'), 'getScoreSheets');
  const cycles = useRead<Page>('evaluation', 'listCycles', {}, { state: 'open' }).data?.data.items ?? [];
  const systems = useRead<Page>('evaluation', 'listIndicatorSystems').data?.data.items ?? [];
  const [chosen, setChosen] = useState<{ cycle?: string; type?: string; stage: string }>({ stage: 'committee' });
  const [file, setFile] = useState<File | null>(null);
  const [trial, setTrial] = useState(true);
  const change = useChange<Report>('evaluation', 'importScoreSheets');
  const { allowed, reason } = useGate()('score-sheets', 'scores.write');
  const { cycle, type, stage } = chosen;
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!file || !cycle) return;
    const body = new FormData();
    body.append('file', file);
    body.append('cycle', cycle);
    body.append('dry_run', String(trial));
    change.mutate({ body });
  };
  const choice = (name: 'cycle' | 'type' | 'stage', options: { value: string; label: string }[]) => (
    <div className="filter-field wide"><label htmlFor={id + name}>{t(`sheets.${name}`)}</label>
      <Select id={id + name} value={chosen[name] ?? null} options={options} placeholder={t('fact.choose')} popupMatchSelectWidth={false} onChange={(value) => setChosen({ ...chosen, [name]: value })} /></div>
  );
  const report = change.data?.data;
  return <>
    <PageHead title={t('sheets.title')} hint={t('sheets.hint')} />
    {reason && <Alert type="info" showIcon className="problem" title={reason} />}
    <section className="filter-bar" aria-label={t('sheets.blank')}>
      {choice('cycle', cycles.map((one) => ({ value: String(one.id), label: t('cycles.of', { year: one.year, division: one.division }) })))}
      {choice('type', systems.map((one) => ({ value: String(one.type), label: `${String(one.type)} ${String(one.name)}` })))}
      {choice('stage', (blank.query.stage?.e ?? []).map((value) => ({ value, label: word(value, 'stage') })))}
      <div className="filter-actions"><Button disabled={!allowed || !cycle || !type} onClick={() => void download(address('evaluation', blank, { path: { type: type ?? '' }, query: { cycle, stage } }), `${type ?? ''}.xlsx`)}>{t('sheets.download')}</Button></div>
    </section>
    <ProblemAlert error={change.error} />
    <form className="filter-bar" onSubmit={send} aria-label={t('sheets.import')}>
      <div><label htmlFor={`${id}file`}>{t('sheets.file')}</label><br /><input id={`${id}file`} type="file" accept=".xlsx" disabled={!allowed} onChange={(event) => { setFile(event.target.files?.[0] ?? null); setTrial(true); change.reset(); }} /></div>
      <div className="filter-actions">
        <Checkbox checked={trial} onChange={(event) => setTrial(event.target.checked)}>{t('sheets.trial')}</Checkbox>
        <Button type="primary" htmlType="submit" disabled={!allowed || !file || !cycle} loading={change.isPending}>{t('sheets.import')}</Button>
      </div>
    </form>
    {report && <section aria-live="polite">
      <Alert showIcon className="problem" type={report.faults.length ? 'warning' : 'success'} title={t(report.dry_run ? 'sheets.tried' : 'sheets.kept', { type: report.type, stage: word(report.stage, 'stage'), version: report.system_version })} />
      <div className="cards">{COUNTED.map((name) => <div className="card" key={name}>{t(`sheets.${name}`)}<b>{report[name].length}</b></div>)}</div>
      {report.faults.length > 0 && <table className="plain-table">
        <caption>{t('sheets.faults')}</caption>
        <thead><tr>{['row', 'cell', 'indicator', 'detail'].map((name) => <th scope="col" key={name}>{t(`sheets.faults.${name}`)}</th>)}</tr></thead>
        <tbody>{report.faults.map((one) => <tr key={`${one.cell} ${one.indicator} ${one.en}`}><td>{one.row}</td><td><code>{one.cell}</code></td><td>{one.indicator}</td><td>{spoken() === 'zh' ? one.zh : one.en}</td></tr>)}</tbody>
      </table>}
    </section>}
  </>;
}
