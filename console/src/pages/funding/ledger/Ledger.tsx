import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useChange, useRead, type Row } from '@/api/hooks';
import { Act } from '@/components/form/Act';
import { PageHead } from '@/components/layout/PageHead';
import { ProblemAlert } from '@/components/layout/Problems';
import { useGate } from '@/components/record/gate';
import { ListPage } from '@/components/table/ListPage';
import { word } from '@/lib/i18n';
import { useUrlState } from '@/lib/urlState';
import { yuan } from '@/lib/values';

/** Links between the ledger's pages, and whether the books agree. */
function Ways() {
  const { t } = useTranslation('funding');
  return <><Link to="/ledger/accounts">{t('accounts.title')}</Link><Link to="/ledger/entries">{t('entries.title')}</Link><Link to="/ledger/periods">{t('periods.title')}</Link></>;
}

function Check() {
  const { t } = useTranslation('funding');
  const found = useRead('funding', 'checkLedger').data?.data;
  if (!found) return null;
  const size = (value: unknown) => (Array.isArray(value) ? value.length : Number(value));
  const wrong = { accounts: size(found.accounts_drifting), transactions: size(found.transactions_out_of_balance) };
  const fine = wrong.accounts === 0 && wrong.transactions === 0;
  return <Alert className="problem" type={fine ? 'success' : 'error'} showIcon title={t(fine ? 'ledger.agrees' : 'ledger.differs', wrong)} />;
}

export function AccountsPage() {
  return <ListPage definition={{
    service: 'funding', op: 'listLedgerAccounts', ns: 'funding', id: 'accounts', columns: ['code', 'name', 'kind', 'balance_fen'],
    filters: ['on', 'source', 'purpose', 'recipient', 'division'], rowKey: (row) => String(row.code), record: (row) => `/ledger/accounts/${String(row.code)}`,
    extra: <Ways />, above: () => <Check />,
  }} />;
}

export function AccountPage() {
  const { t } = useTranslation(['funding', 'common']);
  const { code = '' } = useParams();
  const read = useRead('funding', 'getLedgerAccount', { code });
  const account = read.data?.data;
  return <>
    <nav className="crumb no-print" aria-label={t('common:crumb')}><Link to="/ledger/accounts">{t('accounts.title')}</Link></nav>
    <PageHead title={account ? `${code} ${String(account.name)}` : code} hint={account ? t('accounts.balance', { kind: word(String(account.kind), 'account_kind'), amount: yuan(Number(account.balance_fen)) }) : undefined} extra={<Ways />} />
    <ProblemAlert error={read.error} retry={() => void read.refetch()} />
    <ListPage definition={{
      service: 'funding', op: 'listLedgerAccountEntries', ns: 'funding', id: 'entries', path: { code }, inner: true,
      columns: ['booked_on', 'kind', 'debit_fen', 'credit_fen', 'concerns', 'source', 'purpose', 'division'], sums: ['debit_fen', 'credit_fen'],
    }} />
  </>;
}

export function EntriesPage() {
  return <ListPage definition={{
    service: 'funding', op: 'listLedgerEntries', ns: 'funding', id: 'entries',
    columns: ['booked_on', 'account', 'kind', 'debit_fen', 'credit_fen', 'source', 'purpose', 'posted_at', 'division'], filters: ['account', 'transaction', 'grant', 'division'],
    sums: ['debit_fen', 'credit_fen'], record: (row: Row) => (row.grant_id ? `/grants/${String(row.grant_id)}` : `/ledger/accounts/${String(row.account)}`),
    extra: <><Ways /><Act service="funding" op="postVouchers" needs="ledger.post" /><Act service="funding" op="reverseTransactions" needs="ledger.control" /></>,
  }} />;
}

/** The months of a division: closed when they are over, locked for good. */
export function PeriodsPage() {
  const [query] = useUrlState();
  return <ListPage definition={{
    service: 'funding', op: 'listLedgerPeriods', ns: 'funding', id: 'periods', columns: ['month', 'state', 'closed_at', 'closed_by', 'locked_at', 'locked_by', 'division', 'version'],
    filters: ['state', 'division'], rowKey: (row) => `${String(row.division)} ${String(row.month)}`, extra: <Ways />, render: { version: (row) => <PeriodSteps key={query.cursor ?? ''} row={row} /> },
  }} />;
}

function PeriodSteps({ row }: { row: Row }) {
  const { t } = useTranslation('funding');
  const path = { division: String(row.division), month: String(row.month) };
  const etag = `"${String(row.version)}"`;
  const close = useChange('funding', 'closeLedgerPeriod');
  const lock = useChange('funding', 'lockLedgerPeriod');
  const gate = useGate();
  const [closing, locking] = [gate('closing', 'ledger.post'), gate('locking', 'ledger.control')];
  return <span className="steps">
    <ProblemAlert error={close.error ?? lock.error} />
    {row.state === 'open' && <Button size="small" disabled={!closing.allowed} title={closing.reason ?? ''} onClick={() => close.mutate({ path, etag })}>{t('periods.close')}</Button>}
    {row.state === 'closed' && <Button size="small" disabled={!locking.allowed} title={locking.reason ?? ''} onClick={() => lock.mutate({ path, etag })}>{t('periods.lock')}</Button>}
    {row.state === 'closed' && <Act service="funding" op="reopenLedgerPeriod" needs="ledger.control" small path={path} etag={etag} />}
  </span>;
}
