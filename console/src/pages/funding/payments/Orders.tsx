import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { address, download } from '@/api/client';
import { useMeta, type Row } from '@/api/hooks';
import { operation } from '@/api/meta';
import { FileAct } from '@/components/form/FileAct';
import { useGate } from '@/components/record/gate';
import { RecordPage } from '@/components/record/RecordPage';
import { RecordTable, type Column } from '@/components/table/RecordTable';
import { ListPage } from '@/components/table/ListPage';
import { Nothing } from '@/components/layout/PageHead';

/** Payment orders: made from approved grants, sent as a file, answered by the bank's. */
export function OrdersPage() {
  const { t } = useTranslation('funding');
  return <ListPage definition={{
    service: 'funding', op: 'listPaymentOrders', ns: 'funding', id: 'orders',
    columns: ['number', 'channel', 'count', 'total_fen', 'paid', 'paid_total_fen', 'failed', 'open', 'state', 'ordered_at', 'division'],
    filters: ['channel', 'state', 'division'], sums: ['count', 'total_fen', 'paid_total_fen'], record: (row) => `/payment-orders/${String(row.id)}`,
    extra: <Link to="/grants?state=approved">{t('orders.new')}</Link>,
  }} />;
}

function Lines({ order }: { order: Row }) {
  const { t } = useTranslation('funding');
  const columns: Column[] = ['line', 'recipient_name', 'amount_fen', 'state', 'because', 'paid_on', 'reference'].map((name) => (
    { name, label: t(`orders.line.${name}`), ...(name.endsWith('_fen') ? { numeric: true } : {}) }));
  columns[1] = { name: 'recipient_name', label: t('orders.line.recipient_name'), render: (row) => <Link to={`/grants/${String(row.grant_id)}`}>{String(row.recipient_name ?? row.recipient_id)}</Link> };
  return <RecordTable id="order-lines" label={t('orders.lines')} rows={(order.lines ?? []) as Row[]} columns={columns} rowKey={(row) => String(row.line)} sums={['amount_fen']} empty={<Nothing text={t('orders.lines.empty')} />} />;
}

function Files({ order, order_id }: { order: Row; order_id: string }) {
  const { t } = useTranslation('funding');
  const op = operation(useMeta('funding'), 'getPaymentFile');
  const gate = useGate();
  const { allowed, reason } = gate('file', 'grants.pay');
  const back = gate('returns', 'grants.pay', order.state === 'ordered' ? null : t('bar.order_settled'));
  const formats = op.query.format?.e ?? [];
  const get = (format?: string) => void download(address('funding', op, { path: { order_id }, query: { format } }), String(order.number));
  return <div className="files">
    <section><h3>{t('orders.file')}</h3><p className="hint">{t('orders.file.hint')}</p>
      {(formats.length ? formats : [undefined]).map((format) => <Button key={format ?? 'file'} disabled={!allowed} onClick={() => get(format)}>{t('orders.file.get', { format: format?.toUpperCase() ?? '' })}</Button>)}
      {reason && <p className="hint">{reason}</p>}
    </section>
    <section><h3>{t('orders.return')}</h3><p className="hint">{t('orders.return.hint')}</p>
      {back.allowed ? <FileAct service="funding" op="returnPaymentOrder" path={{ order_id }} label={t('orders.return.file')} send={t('orders.return.send')} accept=".xlsx,.csv" /> : <p>{back.reason}</p>}
    </section>
  </div>;
}

export function OrderPage() {
  const { t } = useTranslation('funding');
  const { order_id = '' } = useParams();
  const gate = useGate();
  return <RecordPage definition={{
    service: 'funding', op: 'getPaymentOrder', ns: 'funding', id: 'orders', path: { order_id }, back: '/payment-orders',
    title: (row) => String(row.number), summary: ['state', 'channel', 'count', 'total_fen', 'paid', 'paid_total_fen', 'failed', 'open', 'contradicted', 'ordered_at', 'ordered_by', 'division'],
    hide: ['lines'],
    lead: [
      { key: 'lines', label: t('orders.lines'), render: (row) => <Lines order={row} /> },
      { key: 'files', label: t('orders.files'), render: (row) => <Files order={row} order_id={order_id} /> },
    ],
    steps: (row) => [gate('withdrawal', 'grants.pay', row.state === 'ordered' ? null : t('bar.order_settled'))],
  }} />;
}
