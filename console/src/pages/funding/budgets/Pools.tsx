import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { Act } from '@/components/form/Act';
import { useGate } from '@/components/record/gate';
import { RecordPage } from '@/components/record/RecordPage';
import { ListPage } from '@/components/table/ListPage';

/** Award pools: set aside from retained dues, distributed in rounds. */
export function PoolsPage() {
  const { t } = useTranslation('funding');
  const navigate = useNavigate();
  return <ListPage definition={{
    service: 'funding', op: 'listAwardPools', ns: 'funding', id: 'pools',
    columns: ['year', 'base_fen', 'share_bp', 'amount_fen', 'distributed_fen', 'left_fen', 'rounds', 'state', 'division'],
    filters: ['year', 'state', 'division'], sums: ['amount_fen', 'left_fen'], record: (row) => `/award-pools/${String(row.id)}`,
    extra: <><Link to="/dues?state=certified">{t('pools.dues')}</Link>
      <Act service="funding" op="createAwardPool" needs="pools.write" primary hint={<p className="hint">{t('pools.new.hint')}</p>} done={(row) => void navigate(`/award-pools/${String(row.id)}`)} /></>,
  }} />;
}

export function PoolPage() {
  const { t } = useTranslation('funding');
  const { pool_id = '' } = useParams();
  const gate = useGate();
  return <RecordPage definition={{
    service: 'funding', op: 'getAwardPool', ns: 'funding', id: 'pools', path: { pool_id }, back: '/award-pools',
    title: (row) => t('pools.of', { year: row.year, division: row.division }),
    summary: ['state', 'year', 'base_fen', 'share_bp', 'amount_fen', 'distributed_fen', 'left_fen', 'rounds', 'division'],
    steps: (row) => {
      const closed = row.state === 'open' ? null : t('bar.pool_closed');
      return [gate('distribution', 'pools.distribute', closed ?? (Number(row.left_fen) > 0 ? null : t('bar.pool_empty'))), gate('closing', 'pools.write', closed)];
    },
  }} />;
}
