import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Progress, Tag, Upload } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { send } from '@/api/client';
import { useChange, type Row } from '@/api/hooks';
import { loadMeta, operation } from '@/api/meta';
import type { components } from '@/api/generated/registry';
import { PageHead } from '@/components/layout/PageHead';
import { ProblemAlert } from '@/components/layout/Problems';
import { Value } from '@/components/Value';
import { ListPage } from '@/components/table/ListPage';
import { word } from '@/lib/i18n';
import { ColumnMapping } from './ColumnMapping';
import { last, taken, toSend, type Mapping } from './mapping';
import { useProgress } from './progress';

type Import = components['schemas']['ImportOut'];
interface Cell { cell: string | null; heading: string | null; value: string | null; detail: string }

/** One import: how the columns were read, what came of the rows, each fault in its cell; then taking it in for good. */
export function ImportPage() {
  const { import_id = '' } = useParams();
  return <OneImport key={import_id} id={import_id} />;
}

function OneImport({ id: import_id }: { id: string }) {
  const [chosen, setChosen] = useState<Mapping>({});
  const { t } = useTranslation(['registry', 'common']);
  const read = useQuery({
    queryKey: ['registry', 'getImport', import_id],
    queryFn: async () => (await send<Import>('registry', operation(await loadMeta('registry'), 'getImport'), { path: { import_id } })).data,
    refetchInterval: (query) => (query.state.data && !['waiting', 'running'].includes(query.state.data.state) ? false : 3000),
  });
  const one = read.data;
  const working = one?.state === 'waiting' || one?.state === 'running';
  useProgress(import_id, working);
  if (!one) return <><PageHead title={t('imports.title')} /><ProblemAlert error={read.error} retry={() => void read.refetch()} /></>;
  const { counts } = one;
  const tried = one.dry_run && one.state === 'completed' && !!one.fields;
  const headings = [...(one.columns ?? []), ...(one.ignored_columns ?? []).map((c) => ({ ...c, field: null }))]
    .sort((a, b) => a.column.length - b.column.length || a.column.localeCompare(b.column));
  const tiles = [['total', counts.total], ['created', counts.created], ['changed', counts.changed], ['same', counts.same], ['refused', counts.refused], ['warned', one.warned]] as const;
  return <>
    <nav className="crumb" aria-label={t('common:crumb')}><Link to="/imports">{t('imports.title')}</Link></nav>
    <PageHead title={one.filename} hint={<>{word(one.subject, 'subject')} · <Value value={one.state} name="state" /> {one.dry_run && <Tag>{t('imports.tried')}</Tag>}</>} />
    {working && <Progress percent={counts.total ? Math.round((counts.done / counts.total) * 100) : 0} aria-label={t('imports.progress')} />}
    {one.message && <Alert showIcon type={counts.refused ? 'warning' : 'success'} title={one.message} className="problem" />}
    {one.problem && <Alert showIcon type="error" title={String((one.problem as Row).title)} description={String((one.problem as Row).detail)} className="problem" />}
    {(one.warnings ?? []).map((warning) => <Alert key={warning} showIcon type="warning" title={warning} className="problem" />)}
    <div className="cards">{tiles.map(([name, value]) => <div className="card" key={name}>{t(`imports.count.${name}`)}<b>{value.toLocaleString('en-US')}</b></div>)}</div>
    {tried && <TakeIn one={one} mapping={toSend(headings, chosen, one.mapping)} changed={Object.keys(chosen).length > 0} barred={taken(headings, chosen).length > 0} />}
    <section className="card block">
      <h2>{t('imports.columns')}</h2>
      <p className="hint">{t(tried ? 'imports.map.how' : 'imports.columns.hint')}</p>
      {tried ? <ColumnMapping headings={headings} fields={one.fields ?? {}} chosen={chosen} onChange={setChosen} /> : <div className="scroll-x" tabIndex={0} role="region" aria-label={t('imports.columns')}>
        <table className="plain-table"><thead><tr>{['column', 'heading', 'field'].map((n) => <th key={n} scope="col">{t(`imports.${n}`)}</th>)}</tr></thead>
          <tbody>
            {(one.columns ?? []).map((c) => <tr key={c.column}><td>{c.column}</td><td>{c.heading}</td><td>{t('imports.read')}</td></tr>)}
            {(one.ignored_columns ?? []).map((c) => <tr key={c.column} className="differs"><td>{c.column}</td><td>{c.heading}</td><td>{c.like ? t('imports.like', { name: c.like }) : t('imports.ignored')}</td></tr>)}
          </tbody></table>
      </div>}
    </section>
    {counts.refused + one.warned > 0 && <section className="block"><h2>{t('imports.errors')}</h2><Errors id={import_id} /></section>}
  </>;
}

function Errors({ id }: { id: string }) {
  return <ListPage definition={{
    service: 'registry', ns: 'registry', id: 'importErrors', op: 'listImportErrors', path: { import_id: id }, inner: true, columns: ['row', 'severity', 'key', 'cells', 'problem'],
    rowKey: (row) => `${String(row.row)} ${String(row.severity)} ${JSON.stringify(row.cells)}`,
    render: {
      cells: (row) => <ul className="cells">{((row.cells ?? []) as Cell[]).map((c) => <li key={`${String(c.cell)}${c.detail}`}>{c.cell && <code>{c.cell}</code>} {c.heading} “{c.value}” {c.detail}</li>)}</ul>,
      problem: (row) => String((row.problem as Row).detail ?? (row.problem as Row).title ?? ''),
    },
  }} />;
}

interface Given { one: Import; mapping: Mapping; changed: boolean; barred: boolean }

/** The same file again: once more on trial where a column was mapped anew, or for good. The trial kept none of it. */
function TakeIn({ one, mapping, changed, barred }: Given) {
  const { t } = useTranslation('registry');
  const [file, setFile] = useState<File | null>(last.file?.name === one.filename ? last.file : null);
  const change = useChange('registry', 'createImport');
  const navigate = useNavigate();
  const take = (dry: boolean) => {
    if (!file) return;
    const body = new FormData();
    body.append('file', file);
    const { subject, division, datum, sheet } = one;
    const given = Object.keys(mapping).length ? JSON.stringify(mapping) : null;
    for (const [name, value] of Object.entries({ subject, division, datum, sheet: one.sheets_left_out?.length ? sheet : null, mapping: given, dry_run: String(dry) })) if (value) body.append(name, value);
    change.mutate({ body }, { onSuccess: ({ data }) => void navigate(`/imports/${String(data.id)}`) });
  };
  return (
    <section className="card block">
      <h2>{t('imports.take')}</h2>
      <p className="hint">{t('imports.take.hint', { filename: one.filename })}</p>
      <ProblemAlert error={change.error} />
      <Upload accept=".xlsx,.csv,.ndjson" maxCount={1} fileList={file ? [{ uid: '1', name: file.name }] : []} beforeUpload={(given) => { setFile(given); return false; }} onRemove={() => { setFile(null); return true; }}>
        <Button>{t('imports.choose')}</Button>
      </Upload>
      <p className="form-buttons flat">
        {changed && <Button disabled={!file || barred} loading={change.isPending} onClick={() => take(true)}>{t('imports.try')}</Button>}
        <Button type="primary" disabled={!file || changed} loading={change.isPending} onClick={() => take(false)}>{t('imports.take')}</Button>
      </p>
    </section>
  );
}
