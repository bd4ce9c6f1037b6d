import { useId, useState, type FormEvent } from 'react';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useChange, type Row } from '@/api/hooks';
import type { Service } from '@/api/meta';
import { ProblemAlert } from '../layout/Problems';

interface Props {
  service: Service; op: string; label: string; send: string; accept?: string; path?: Record<string, string>; etag?: string | null;
  fields?: Record<string, string>; done?: (answer: Row) => void;
}

/** One file sent to an operation, with the small fields that go with it. */
export function FileAct({ service, op, label, send, accept, path = {}, etag = null, fields = {}, done }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const [file, setFile] = useState<File | null>(null);
  const change = useChange(service, op);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!file) return;
    const body = new FormData();
    body.append('file', file);
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    change.mutate({ path, etag, body }, { onSuccess: ({ data }) => { setFile(null); done?.(data); } });
  };
  return (
    <form className="file-act" onSubmit={submit}>
      <ProblemAlert error={change.error} />
      <label htmlFor={id}>{label}</label>
      <input id={id} type="file" key={String(change.isSuccess)} {...(accept ? { accept } : {})} onChange={(event) => setFile(event.target.files?.[0] ?? null)} />
      <Button htmlType="submit" type="primary" size="small" loading={change.isPending} disabled={!file}>{send}</Button>
      <span role="status" className="hint">{change.isSuccess ? t('file.sent') : ''}</span>
    </form>
  );
}
