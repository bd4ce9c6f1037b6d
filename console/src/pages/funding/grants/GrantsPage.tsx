import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useChange, type Row } from '@/api/hooks';
import { useGate } from '@/components/record/gate';
import { ListPage, type ListDefinition } from '@/components/table/ListPage';
import { ProblemAlert } from '@/components/layout/Problems';
import { BulkBar } from './BulkBar';

const GRANTS: ListDefinition = {
  service: 'funding', op: 'listGrants', ns: 'funding', id: 'grants',
  columns: ['recipient_name', 'scheme', 'year', 'period', 'amount_fen', 'state', 'channel', 'division'],
  filters: ['state', 'year', 'scheme', 'division', 'recipient'], sums: ['amount_fen'],
  record: (row) => `/grants/${String(row.id)}`,
  bulk: (rows, done) => <BulkBar rows={rows} done={done} />,
};

/** My grants: with the count and the sum of what is chosen, and what can be done with them together. */
export function GrantsPage() {
  const { t } = useTranslation('funding');
  return <ListPage definition={{ ...GRANTS, extra: <Link to="/grants/decisions">{t('decisions.title')}</Link> }} />;
}

const DECISIONS: ListDefinition = {
  service: 'funding', op: 'listGrantDecisions', ns: 'funding', id: 'decisions',
  columns: ['decided_at', 'scheme', 'outcome', 'amount_fen', 'trigger', 'period', 'year', 'division'],
  filters: ['outcome', 'year', 'without_scheme', 'division', 'recipient'],
};

/** Every decision, also those of which no grant came. */
export function DecisionsPage() {
  const { t } = useTranslation('funding');
  const again = useChange('funding', 'redecideGrants');
  const { allowed, reason } = useGate()('redecision', 'grants.redecide');
  return <>
    <ProblemAlert error={again.error} />
    <ListPage definition={{
      ...DECISIONS, record: (row: Row) => (row.grant_id ? `/grants/${String(row.grant_id)}` : `/statements/${String(row.recipient_id)}`),
      extra: <>
        <Link to="/grants">{t('grants.title')}</Link>
        <span className="barred"><Button disabled={!allowed} loading={again.isPending} onClick={() => again.mutate({})}>{t('decisions.again')}</Button>
          {reason && <span className="why">{reason}</span>}</span>
      </>,
    }} />
  </>;
}
