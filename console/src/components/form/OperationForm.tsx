import { useState } from 'react';
import { Button, Form } from 'antd';
import { useTranslation } from 'react-i18next';
import { useChange, useMeta, type Row } from '@/api/hooks';
import { operation, type Service } from '@/api/meta';
import { fieldPath, Problem } from '@/api/problems';
import { draftOf, keepDraft } from '@/lib/kept';
import { spoken } from '@/lib/i18n';
import { useConnection } from '@/lib/connection';
import { ProblemAlert } from '../layout/Problems';
import { Fields } from './Fields';
import { bodyOf, known } from './shape';

interface Props {
  service: Service; op: string; path?: Record<string, string>; etag?: string | null; initial?: Row; hide?: string[]; fixed?: Row;
  done: (answer: Row) => void; cancel?: () => void; refresh?: (() => void) | undefined;
}

/** A form made from what an operation asks for. A draft survives a lost connection and signing in again. */
export function OperationForm({ service, op: id, path = {}, etag = null, initial, hide = [], fixed, done, cancel, refresh }: Props) {
  const { t } = useTranslation();
  const meta = useMeta(service);
  const op = operation(meta, id);
  const [form] = Form.useForm<Row>();
  const draft = `${id}.${Object.values(path).join('.')}`;
  const [kept] = useState(() => draftOf(draft));
  const change = useChange(service, id);
  const online = useConnection().state !== 'offline';
  const submit = (values: Row) => change.mutate(
    { path, etag, ...(op.body ? { body: { ...bodyOf(meta, op.body, values), ...fixed } } : {}) },
    {
      onSuccess: ({ data }) => { keepDraft(draft, null); done(data); },
      onError: (error) => {
        if (!(error instanceof Problem) || !op.body) return;
        const body = op.body;
        const placed = error.errors.map((one) => ({ name: fieldPath(one.pointer), errors: [one.detail] })).filter((one) => known(meta, body, one.name));
        form.setFields(placed as Parameters<typeof form.setFields>[0]);
        const first = placed[0];
        if (first) form.scrollToField(first.name, { focus: true, block: 'center' });
      },
    },
  );
  const stale = change.error instanceof Problem && change.error.stale;
  return (
    <Form
      form={form} layout="vertical" requiredMark onFinish={submit} initialValues={{ ...initial, ...kept }} scrollToFirstError={{ focus: true }}
      onValuesChange={(_, all) => keepDraft(draft, all)} aria-label={spoken() === 'zh' ? op.zh : op.en} name={id}
    >
      {kept && <p className="hint" role="status">{t('form.draft')}</p>}
      <ProblemAlert error={change.error} {...(stale && refresh ? { retry: () => { change.reset(); refresh(); } } : {})} />
      {op.body && <Fields meta={meta} schema={op.body} hide={hide} />}
      <div className="form-buttons">
        {cancel && <Button onClick={cancel}>{t('cancel')}</Button>}
        <Button type="primary" htmlType="submit" loading={change.isPending} disabled={!online}>{spoken() === 'zh' ? op.zh : op.en}</Button>
      </div>
    </Form>
  );
}
