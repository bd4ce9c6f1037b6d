import { Button } from 'antd';
import { useId, useState, type FormEvent } from 'react';
import { Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { address, download } from '@/api/client';
import { useChange, useMeta, useRead, type Page } from '@/api/hooks';
import { operation } from '@/api/meta';
import { ProblemAlert } from '@/components/layout/Problems';
import { word } from '@/lib/i18n';
import type { Indicator } from './points';

/** What shows an indicator: what is asked for, the files that there are, and another one to be filed. */
export function Evidence({ evaluation, stage, indicator, open }: { evaluation: string; stage: string; indicator: Indicator; open: boolean }) {
  const { t } = useTranslation('evaluation');
  const get = operation(useMeta('evaluation'), 'getEvidenceContent');
  const read = useRead<Page>('evaluation', 'listEvidenceFiles', {}, { evaluation, code: indicator.code });
  const files = (read.data?.data.items ?? []).filter((one) => !one.withdrawn_at);
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- WCAG 2.1.1: a scrolled region has no other way
    <aside className="basis" aria-label={t('evidence.title')} tabIndex={0}>
      <h2>{t('evidence.title')}</h2>
      <p className="sentence">{indicator.code} {indicator.what}</p>
      <dl><div><dt>{t('evidence.how')}</dt><dd>{indicator.how}</dd></div><div><dt>{t('evidence.degree')}</dt><dd>{indicator.degree}</dd></div>
        {indicator.evidence.length > 0 && <div><dt>{t('evidence.asked')}</dt><dd>{indicator.evidence.join('、')}</dd></div>}</dl>
      <ProblemAlert error={read.error} />
      <h3>{t('evidence.files')}</h3>
      {files.length === 0 && <p className="hint">{t('evidence.none')}</p>}
      <ul className="documents">{files.map((file) => (
        <li key={String(file.id)}><span>{String(file.title)} <span className="hint">{word(String(file.stage), 'stage')}</span></span>
          <Button size="small" onClick={() => void download(address('evaluation', get, { path: { evidence_file_id: String(file.id) } }), String(file.title))}>{t('evidence.save')}</Button></li>
      ))}</ul>
      {open && <Filing key={indicator.code} evaluation={evaluation} stage={stage} code={indicator.code} />}
    </aside>
  );
}

function Filing({ evaluation, stage, code }: { evaluation: string; stage: string; code: string }) {
  const { t } = useTranslation('evaluation');
  const id = useId();
  const [title, setTitle] = useState('');
  const [file, setFile] = useState<File | null>(null);
  const change = useChange('evaluation', 'fileEvidence');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!file) return;
    const body = new FormData();
    for (const [name, value] of Object.entries({ stage, code, title: title.trim() })) body.append(name, value);
    body.append('file', file);
    change.mutate({ path: { evaluation_id: evaluation }, body }, { onSuccess: () => { setTitle(''); setFile(null); } });
  };
  return <form className="filing" onSubmit={submit} aria-label={t('evidence.file')}>
    <h3>{t('evidence.file')}</h3>
    <ProblemAlert error={change.error} />
    <label htmlFor={`${id}t`}>{t('evidence.name')}</label><Input id={`${id}t`} size="small" value={title} maxLength={200} placeholder={t('evidence.name.place')} onChange={(event) => setTitle(event.target.value)} />
    <label htmlFor={`${id}f`}>{t('evidence.pick')}</label><input id={`${id}f`} key={String(file === null)} type="file" accept=".pdf,.ofd,.jpg,.jpeg,.png,.tif,.tiff" onChange={(event) => setFile(event.target.files?.[0] ?? null)} />
    <Button size="small" htmlType="submit" loading={change.isPending} disabled={!file || !title.trim()}>{t('evidence.send')}</Button>
  </form>;
}
