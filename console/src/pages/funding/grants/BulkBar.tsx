import { useId, useState } from 'react';
import { Button, Input, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useChange, type Row } from '@/api/hooks';
import { Act } from '@/components/form/Act';
import { ProblemAlert } from '@/components/layout/Problems';
import { useGate } from '@/components/record/gate';
import { yuan } from '@/lib/values';
import { bulkOf, commonDivision, matches, together, type Bulk } from './together';

const OPERATION: Record<Bulk, string> = { review: 'reviewGrants', approve: 'approveGrants', order: 'createPaymentOrder' };
const NEEDS: Record<Bulk, string> = { review: 'grants.review', approve: 'grants.approve', order: 'grants.pay' };

/** What can be done with the selection: only what count and sum confirm. */
export function BulkBar({ rows, done }: { rows: Row[]; done: () => void }) {
  const { t } = useTranslation(['funding', 'common']);
  const [open, setOpen] = useState(false);
  const bulk = bulkOf(rows);
  const gate = useGate();
  if (!bulk) return <span className="hint">{t('bulk.mixed')}</span>;
  const { allowed, reason } = gate(bulk, NEEDS[bulk]);
  return <>
    <Button size="small" type="primary" disabled={!allowed} aria-describedby={allowed ? undefined : 'why-bulk'} onClick={() => setOpen(true)}>{t(`bulk.${bulk}`)}</Button>
    {!allowed && <span id="why-bulk" className="hint">{reason}</span>}
    {bulk === 'approve' && <Act small service="funding" op="publishGrants" needs="grants.review" label={t('bulk.publish')} fixed={{ ...together(rows) }} hide={['ids', 'count', 'total_fen']} done={done} />}
    {open && <Confirm bulk={bulk} rows={rows} close={() => setOpen(false)} done={done} />}
  </>;
}

function Confirm({ bulk, rows, close, done }: { bulk: Bulk; rows: Row[]; close: () => void; done: () => void }) {
  const { t } = useTranslation(['funding', 'common']);
  const id = useId();
  const [count, setCount] = useState('');
  const [amount, setAmount] = useState('');
  const [note, setNote] = useState('');
  const [division, setDivision] = useState(() => commonDivision(rows.map((row) => String(row.division))));
  const change = useChange('funding', OPERATION[bulk]);
  const navigate = useNavigate();
  const chosen = together(rows);
  const fits = matches(chosen, count, amount);
  const send = () => change.mutate(
    { body: { ...chosen, ...(note.trim() ? { note: note.trim() } : {}), ...(bulk === 'order' ? { division, channel: rows[0]?.channel } : {}) } },
    { onSuccess: ({ data }) => { close(); done(); if (bulk === 'order') void navigate(`/payment-orders/${String(data.id)}`); } },
  );
  const told = count !== '' && amount !== '';
  return (
    <Modal open title={t(`bulk.${bulk}.title`)} onCancel={close} okText={t(`bulk.${bulk}`)} cancelText={t('common:cancel')}
      okButtonProps={{ disabled: !fits || (bulk === 'order' && !division), loading: change.isPending }} onOk={send}>
      <ProblemAlert error={change.error} />
      <p>{t('bulk.selected', { count: chosen.count, amount: yuan(chosen.total_fen) })}</p>
      <p className="hint">{t('bulk.why')}</p>
      <div className="pair">
        <div><label htmlFor={`${id}c`}>{t('bulk.count')}</label><Input id={`${id}c`} inputMode="numeric" value={count} onChange={(e) => setCount(e.target.value)} autoFocus /></div>
        <div><label htmlFor={`${id}a`}>{t('bulk.amount')}</label><Input id={`${id}a`} inputMode="decimal" value={amount} onChange={(e) => setAmount(e.target.value)} /></div>
        {bulk === 'order' && <div><label htmlFor={`${id}d`}>{t('bulk.division')}</label><Input id={`${id}d`} value={division} onChange={(e) => setDivision(e.target.value.trim())} /></div>}
      </div>
      <label htmlFor={`${id}n`}>{t('bulk.note')}</label><Input id={`${id}n`} value={note} maxLength={500} onChange={(e) => setNote(e.target.value)} />
      <p role="status" className={told && !fits ? 'mismatch' : 'hint'}>{told ? t(fits ? 'bulk.fits' : 'bulk.differs') : ''}</p>
    </Modal>
  );
}
