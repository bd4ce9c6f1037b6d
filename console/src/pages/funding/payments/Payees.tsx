import { useId, useState } from 'react';
import { Button, Drawer, Input, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { useMeta, useRead } from '@/api/hooks';
import { operation } from '@/api/meta';
import { Act } from '@/components/form/Act';
import { OperationForm } from '@/components/form/OperationForm';
import { PageHead } from '@/components/layout/PageHead';
import { ProblemAlert } from '@/components/layout/Problems';
import { Details } from '@/components/record/Details';
import { useGate } from '@/components/record/gate';
import { ListPage } from '@/components/table/ListPage';
import { masked } from './mask';

/** Accounts that grants are paid to: entered by one, verified by another. */
export function PayeesPage() {
  return <ListPage definition={{
    service: 'funding', op: 'listPayees', ns: 'funding', id: 'payees',
    columns: ['recipient_id', 'held_by', 'bank_code', 'state', 'entered_at', 'entered_by', 'verified_at', 'verified_by', 'division'], filters: ['state', 'division'],
    record: (row) => `/payees/${String(row.recipient_id)}`, rowKey: (row) => String(row.recipient_id), extra: <Enter />,
  }} />;
}

function Enter() {
  const { t } = useTranslation('funding');
  const [open, setOpen] = useState(false);
  const [recipient, setRecipient] = useState('');
  const navigate = useNavigate();
  const { allowed, reason } = useGate()('entry', 'payees.write');
  const valid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(recipient);
  return <>
    <span className="barred"><Button type="primary" disabled={!allowed} onClick={() => setOpen(true)}>{t('payees.new')}</Button>{reason && <span className="why">{reason}</span>}</span>
    <Drawer open={open} onClose={() => setOpen(false)} title={t('payees.new')} size={560} destroyOnHidden>
      <label htmlFor="payee-recipient">{t('payees.recipient')}</label>
      <Input id="payee-recipient" value={recipient} onChange={(event) => setRecipient(event.target.value.trim())} />
      <p className="hint">{t('payees.recipient.hint')}</p>
      {valid && <OperationForm service="funding" op="putPayee" path={{ recipient }} cancel={() => setOpen(false)} done={() => void navigate(`/payees/${recipient}`)} />}
    </Drawer>
  </>;
}

/** The account is masked until one asks for it; who verifies it types it in from the paper. Each reading is audited. */
export function PayeePage() {
  const { t } = useTranslation(['funding', 'common']);
  const { recipient = '' } = useParams();
  const id = useId();
  const meta = useMeta('funding');
  const [shown, setShown] = useState(false);
  const read = useRead('funding', 'getPayee', { recipient });
  const payee = read.data?.data;
  const entered = payee?.state === 'entered' ? null : t('bar.payee_verified');
  return <>
    <PageHead title={t('payees.record')} hint={t('payees.record.hint')} extra={payee && <>
      <Act service="funding" op="verifyPayee" needs="payees.verify" primary path={{ recipient }} etag={read.data?.etag ?? null} bar={entered} hint={<p className="hint">{t('payees.verify.hint')}</p>} />
      <Act service="funding" op="putPayee" needs="payees.write" path={{ recipient }} etag={read.data?.etag ?? null} initial={{ bank_code: payee.bank_code, held_by: payee.held_by, holder: payee.holder }} label={t('payees.change')} />
    </>} />
    <ProblemAlert error={read.error} retry={() => void read.refetch()} />
    {!payee && !read.error && <Skeleton active />}
    {payee && <div className="card narrow">
      <p className="account"><span id={id}>{t('payees.account')}</span> <code aria-labelledby={id}>{shown ? String(payee.account_number) : masked(String(payee.account_number))}</code>
        <Button size="small" aria-pressed={shown} onClick={() => setShown(!shown)}>{t(shown ? 'payees.hide' : 'payees.show')}</Button></p>
      <Details meta={meta} schema={operation(meta, 'getPayee').answer} value={payee} hide={['account_number']} />
    </div>}
  </>;
}
