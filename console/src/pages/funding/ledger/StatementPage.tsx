import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import type { Page, Row } from '@/api/hooks';
import { ListPage } from '@/components/table/ListPage';
import { yuan } from '@/lib/values';

/** Everything between one recipient and the funds: decisions, steps and postings in the order of their days. */
export function StatementPage() {
  const { recipient = '' } = useParams();
  return <ListPage definition={{
    service: 'funding', op: 'getStatement', ns: 'funding', id: 'statement', path: { recipient }, columns: ['day', 'kind', 'what', 'scheme', 'amount_fen', 'account', 'debit_fen', 'credit_fen', 'balance_fen', 'note'],
    filters: ['from', 'to'], rowKey: (row) => JSON.stringify([row.at, row.kind, row.what, row.account, row.grant_id, row.debit_fen, row.credit_fen]), above: (page) => <Summary page={page} />,
  }} />;
}

function Summary({ page }: { page: Page | undefined }) {
  const { t } = useTranslation('funding');
  const summary = page?.summary as Row | undefined;
  if (!summary) return null;
  const totals = summary.totals as Record<string, number>;
  return <section aria-label={t('statement.summary')}>
    <h2 className="statement-of">{String(summary.recipient_name ?? summary.recipient_id)}</h2>
    <div className="cards">{['owed_before_fen', 'approved_fen', 'paid_fen', 'refunds_fen', 'awards_fen', 'owed_after_fen'].map((name) => (
      <div key={name} className="card">{t(`statement.${name}`)}<b className="money">{yuan(totals[name] ?? 0)}</b></div>
    ))}</div>
  </section>;
}
