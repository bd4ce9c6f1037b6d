import { useState } from 'react';
import { Button, Drawer, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { useRead, type Row } from '@/api/hooks';
import { OperationForm } from '@/components/form/OperationForm';
import { useGate } from '@/components/record/gate';
import { RecordPage } from '@/components/record/RecordPage';
import { ListPage } from '@/components/table/ListPage';
import { yuan } from '@/lib/values';

/** How much of an amount is used, as a bar with its figures beside it. */
function Used({ row }: { row: Row }) {
  const { t } = useTranslation('funding');
  const all = Number(row.amount_fen) + Number(row.carried_fen ?? 0);
  const used = Number(row.committed_fen) + Number(row.paid_fen);
  const share = all > 0 ? Math.min(100, Math.round((used / all) * 100)) : 0;
  const low = all > 0 && used * 10_000 >= all * Number(row.warn_from_bp ?? 10_001);
  return (
    <span className="meter" title={t('appropriations.used', { used: yuan(used), all: yuan(all) })}>
      <span className="meter-bar" aria-hidden><span className={low ? 'low' : ''} style={{ width: `${String(share)}%` }} /></span>{share}%
    </span>
  );
}

export function AppropriationsPage() {
  return <ListPage definition={{
    service: 'funding', op: 'listAppropriations', ns: 'funding', id: 'appropriations',
    columns: ['code', 'year', 'source', 'purpose', 'amount_fen', 'committed_fen', 'left_fen', 'state', 'division'],
    filters: ['year', 'source', 'purpose', 'state', 'division'], sums: ['amount_fen', 'left_fen'],
    record: (row) => `/appropriations/${encodeURIComponent(String(row.code))}`, rowKey: (row) => String(row.code),
    render: { committed_fen: (row) => <Used row={row} /> }, extra: <Enter />,
  }} />;
}

/** A new appropriation has a code of its own, which is its address. */
function Enter() {
  const { t } = useTranslation('funding');
  const [open, setOpen] = useState(false);
  const [code, setCode] = useState('');
  const navigate = useNavigate();
  const { allowed, reason } = useGate()('entry', 'budgets.write');
  return <>
    <span className="barred"><Button type="primary" disabled={!allowed} onClick={() => setOpen(true)}>{t('appropriations.new')}</Button>{reason && <span className="why">{reason}</span>}</span>
    <Drawer open={open} onClose={() => setOpen(false)} title={t('appropriations.new')} size={560} destroyOnHidden>
      <label htmlFor="appropriation-code">{t('appropriations.code')}</label>
      <Input id="appropriation-code" value={code} onChange={(event) => setCode(event.target.value.trim())} />
      <p className="hint">{t('appropriations.code.hint')}</p>
      {code && <OperationForm service="funding" op="putAppropriation" path={{ code }} cancel={() => setOpen(false)} done={() => void navigate(`/appropriations/${encodeURIComponent(code)}`)} />}
    </Drawer>
  </>;
}

export function AppropriationPage() {
  const { t } = useTranslation('funding');
  const { code = '' } = useParams();
  const gate = useGate();
  const read = useRead('funding', 'getAppropriation', { code });
  const closed = read.data?.data.state === 'closed';
  return <RecordPage definition={{
    service: 'funding', op: 'getAppropriation', ns: 'funding', id: 'appropriations', path: { code }, back: '/appropriations',
    title: (row) => String(row.code), summary: ['state', 'year', 'source', 'purpose', 'amount_fen', 'carried_fen', 'committed_fen', 'paid_fen', 'left_fen', 'level', 'division'],
    lead: [{ key: 'use', label: t('appropriations.use'), render: (row) => <Flow row={row} /> }],
    steps: (row) => [
      gate('confirmation', 'budgets.confirm', row.proposal ? null : t('bar.proposal')),
      gate('closing', 'budgets.confirm', row.state === 'open' ? null : t('bar.budget_closed')),
    ],
    ...(closed ? {} : { more: ['putAppropriation'] }),
  }} />;
}

/** What was given, what is promised, what is paid and what is left. */
function Flow({ row }: { row: Row }) {
  const { t } = useTranslation('funding');
  return <div className="cards">{(['amount_fen', 'carried_fen', 'committed_fen', 'paid_fen', 'left_fen'] as const).map((name) => (
    <div key={name} className="card">{t(`appropriations.${name}`)}<b className="money">{yuan(Number(row[name] ?? 0))}</b></div>
  ))}</div>;
}
