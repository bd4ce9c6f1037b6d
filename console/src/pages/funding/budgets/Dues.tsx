import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import type { Row } from '@/api/hooks';
import { Act } from '@/components/form/Act';
import { useGate } from '@/components/record/gate';
import { RecordPage } from '@/components/record/RecordPage';
import { ListPage } from '@/components/table/ListPage';
import { yuan } from '@/lib/values';
import { quartersOf } from './quarters';

const sum = (row: Row, name: string): string => yuan(quartersOf(row).reduce((all, one) => all + (one.now ? Number(one.now[name] ?? 0) : 0), 0));

/** Dues: collected, remitted and retained by quarter; certified by another. */
export function DuesListPage() {
  const { t } = useTranslation('funding');
  const navigate = useNavigate();
  return <ListPage definition={{
    service: 'funding', op: 'listDues', ns: 'funding', id: 'dues',
    columns: ['holder_name', 'year', 'quarters.collected', 'quarters.remitted', 'base_fen', 'state', 'division'], filters: ['year', 'state', 'division', 'holder'],
    sums: ['base_fen'], record: (row) => `/dues/${String(row.id)}`,
    render: { 'quarters.collected': (row) => <span className="money">{sum(row, 'collected_fen')}</span>, 'quarters.remitted': (row) => <span className="money">{sum(row, 'remitted_fen')}</span> },
    extra: <><Link to="/dues-refunds">{t('refunds.title')}</Link>
      <Act service="funding" op="recordDues" needs="dues.write" primary done={(row) => void navigate(`/dues/${String(row.id)}`)} /></>,
  }} />;
}

function Quarters({ row }: { row: Row }) {
  const { t } = useTranslation('funding');
  const names = ['collected_fen', 'remitted_fen', 'retained_fen', 'interest_fen'] as const;
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={t('dues.quarters')}>
      <table className="plain-table money-table">
        <thead><tr><th scope="col">{t('dues.quarter')}</th>{names.map((name) => <th key={name} scope="col" className="money">{t(`dues.${name}`)}</th>)}<th scope="col">{t('dues.papers')}</th></tr></thead>
        <tbody>{quartersOf(row).map(({ quarter, now }) => (
          <tr key={quarter}><th scope="row">{t('dues.quarter.of', { quarter })}</th>
            {now ? names.map((name) => <td key={name} className="money">{yuan(Number(now[name] ?? 0))}</td>) : <td colSpan={4}>{t('dues.quarter.none')}</td>}
            <td>{now ? t('dues.papers.of', { count: (now.papers as unknown[]).length }) : ''}</td></tr>
        ))}</tbody>
      </table>
    </div>
  );
}

export function DuesPage() {
  const { t } = useTranslation('funding');
  const { dues_id = '' } = useParams();
  const gate = useGate();
  const navigate = useNavigate();
  return <RecordPage definition={{
    service: 'funding', op: 'getDues', ns: 'funding', id: 'dues', path: { dues_id }, back: '/dues',
    title: (row) => t('dues.of', { name: row.holder_name, year: row.year }), summary: ['state', 'year', 'holder_kind', 'base_fen', 'certified_at', 'certified_by', 'division'],
    lead: [{ key: 'quarters', label: t('dues.quarters'), render: (row) => <>
      <Quarters row={row} />
      <p className="row-actions">
        <Act service="funding" op="recordDues" needs="dues.write" bar={row.state === 'open' ? null : t('bar.dues_certified')} hide={['holder_id', 'holder_kind', 'holder_name', 'division', 'year']}
          fixed={{ holder_id: row.holder_id, holder_kind: row.holder_kind, holder_name: row.holder_name, division: row.division, year: row.year }} />
        <Act service="funding" op="claimDuesRefund" needs="dues.write" bar={row.state === 'certified' ? null : t('bar.dues_open')} hide={['dues_id']} fixed={{ dues_id }} done={(refund) => void navigate(`/dues-refunds/${String(refund.id)}`)} />
        <Act service="funding" op="createAwardPool" needs="pools.write" bar={row.state === 'certified' ? null : t('bar.dues_open')} hide={['dues_id']} fixed={{ dues_id }} done={(pool) => void navigate(`/award-pools/${String(pool.id)}`)} />
      </p>
    </> }],
    steps: (row) => [
      gate('certification', 'dues.certify', row.state === 'open' ? null : t('bar.dues_certified')),
      gate('reopening', 'dues.certify', row.state === 'certified' ? null : t('bar.dues_open')),
    ],
  }} />;
}

/** Refunds of dues that were claimed. */
export function RefundsPage() {
  const { t } = useTranslation('funding');
  return <ListPage definition={{
    service: 'funding', op: 'listDuesRefunds', ns: 'funding', id: 'refunds',
    columns: ['claimed_on', 'year', 'amount_fen', 'list_reference', 'slip_reference', 'claimed_by', 'division'], filters: ['year', 'division', 'holder'],
    sums: ['amount_fen'], record: (row) => `/dues-refunds/${String(row.id)}`,
    extra: <><Link to="/dues">{t('dues.title')}</Link><Act service="funding" op="claimDuesRefund" needs="dues.write" primary /></>,
  }} />;
}

export function RefundPage() {
  const { t } = useTranslation('funding');
  const { refund_id = '' } = useParams();
  return <RecordPage definition={{
    service: 'funding', op: 'getDuesRefund', ns: 'funding', id: 'refunds', path: { refund_id }, back: '/dues-refunds',
    title: (row) => t('refunds.of', { year: row.year, reference: row.slip_reference }), summary: ['amount_fen', 'year', 'claimed_on', 'claimed_by', 'list_reference', 'slip_reference', 'division'],
    tabs: [{ key: 'grant', label: t('refunds.grant'), render: (row) => <p>
      {row.grant_id ? <Link to={`/grants/${String(row.grant_id)}`}>{t('refunds.grant.open')}</Link> : t('refunds.grant.none')} <Link to={`/dues/${String(row.dues_id)}`}>{t('refunds.dues')}</Link>
    </p> }],
  }} />;
}
