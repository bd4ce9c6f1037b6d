import { useState } from 'react';
import { Button, Form, Input, Select, Upload } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { address, download } from '@/api/client';
import { useChange, useMeta } from '@/api/hooks';
import { operation, resolve } from '@/api/meta';
import { Problem } from '@/api/problems';
import { ProblemAlert } from '@/components/layout/Problems';
import { ListPage } from '@/components/table/ListPage';
import { to } from '@/components/pages';
import { word } from '@/lib/i18n';
import { ColumnMapping } from './ColumnMapping';
import { last, taken, toSend, type FileHeading, type Mapping } from './mapping';

interface Values { subject: string; division?: string; datum?: string; sheet?: string }

/** Imports: a file is tried first, its result is shown, then it is taken in. */
export function Imports() {
  return <ListPage definition={{
    service: 'registry', ns: 'registry', id: 'imports', op: 'listImports', record: to('imports'),
    columns: ['filename', 'subject', 'state', 'dry_run', 'counts.total', 'counts.created', 'counts.changed', 'counts.refused', 'warned', 'created_at'],
    above: () => <NewImport />,
  }} />;
}

function NewImport() {
  const { t } = useTranslation(['registry', 'common']);
  const meta = useMeta('registry');
  const schema = resolve(meta, operation(meta, 'createImport').body).o ?? {};
  const [file, setFile] = useState<File | null>(null);
  const [chosen, setChosen] = useState<Mapping>({});
  const [form] = Form.useForm<Values>();
  const change = useChange('registry', 'createImport');
  const navigate = useNavigate();
  const subject = Form.useWatch('subject', form) ?? 'organizations';
  const options = (name: string) => (schema[name]?.e ?? []).map((value) => ({ value, label: word(value, name) }));
  // A file whose headings are not enough is refused with what they could be mapped to.
  const extra = change.error instanceof Problem ? change.error.extra : {};
  const headings = (extra.headings ?? []) as FileHeading[];
  const submit = (values: Values) => {
    if (!file) return;
    last.file = file;
    const mapping = toSend(headings, chosen);
    const body = new FormData();
    body.append('file', file);
    body.append('dry_run', 'true');
    for (const [name, value] of Object.entries(values)) if (value) body.append(name, String(value));
    if (Object.keys(mapping).length) body.append('mapping', JSON.stringify(mapping));
    change.mutate({ body }, { onSuccess: ({ data }) => void navigate(`/imports/${String(data.id)}`) });
  };
  const take = (given: File | null) => {
    setFile(given);
    setChosen({});
    change.reset();
  };
  return (
    <section className="card block" aria-label={t('imports.new')}>
      <h2>{t('imports.new')}</h2>
      <p className="hint">{t('imports.how')}</p>
      <ProblemAlert error={change.error} />
      <Form form={form} layout="vertical" className="inline-form" initialValues={{ subject: 'organizations' }} onFinish={submit} name="import">
        <Form.Item name="subject" label={t('imports.subject')}><Select options={options('subject')} style={{ width: 150 }} /></Form.Item>
        <Form.Item name="division" label={t('imports.division')}><Input style={{ width: 120 }} inputMode="numeric" /></Form.Item>
        <Form.Item name="datum" label={t('imports.datum')}><Select allowClear options={options('datum')} style={{ width: 130 }} placeholder={t('imports.datum.none')} /></Form.Item>
        <Form.Item label={t('imports.file')} htmlFor="import-file">
          <Upload id="import-file" accept=".xlsx,.csv,.ndjson" maxCount={1} fileList={file ? [{ uid: '1', name: file.name }] : []}
            beforeUpload={(given) => { take(given); return false; }} onRemove={() => { take(null); return true; }}>
            <Button>{t('imports.choose')}</Button>
          </Upload>
        </Form.Item>
        {headings.length > 0 && <div className="wide">
          <p className="hint">{t('imports.map.how')}</p>
          <ColumnMapping headings={headings} fields={extra.fields as Record<string, string>} chosen={chosen} onChange={setChosen} />
        </div>}
        <div className="form-buttons flat">
          <Button onClick={() => void download(address('registry', operation(meta, 'getImportTemplate'), { query: { subject } }), t('imports.template'))}>{t('imports.template')}</Button>
          <Button type="primary" htmlType="submit" disabled={!file || taken(headings, chosen).length > 0} loading={change.isPending}>{t('imports.try')}</Button>
        </div>
      </Form>
    </section>
  );
}
