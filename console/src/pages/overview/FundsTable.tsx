import { useTranslation } from 'react-i18next';
import { useRead, type Page } from '@/api/hooks';
import { ProblemAlert } from '@/components/layout/Problems';
import { percent, yuan } from '@/lib/values';

interface Line { key: string; grants: number; raised_fen: number; approved_fen: number; paid_fen: number; owed_fen: number; execution_bp: number | null }

/** Money by year: what was raised, approved, paid and is owed. */
export function FundsTable({ division }: { division: string }) {
  const { t } = useTranslation('overview');
  const read = useRead<Page<Line>>('funding', 'getFundingReport', { kind: 'grants' }, { by: 'year', division });
  const lines = [...(read.data?.data.items ?? [])].sort((a, b) => Number(a.key === '') - Number(b.key === ''));  // the total last
  return (
    <section className="card" aria-labelledby="funds">
      <h2 id="funds">{t('funds.title')}</h2>
      <ProblemAlert error={read.error} retry={() => void read.refetch()} />
      {lines.length === 0 && !read.error ? <p className="hint">{t('funds.empty')}</p> : (
        <table className="plain-table">
          <thead><tr>{['year', 'grants', 'raised', 'approved', 'paid', 'owed', 'execution'].map((one) => <th scope="col" key={one}>{t(`funds.${one}`)}</th>)}</tr></thead>
          <tbody>{lines.map((one) => (
            <tr key={one.key}><th scope="row">{one.key || t('funds.total')}</th><td>{one.grants}</td><td>{yuan(one.raised_fen)}</td><td>{yuan(one.approved_fen)}</td><td>{yuan(one.paid_fen)}</td><td>{yuan(one.owed_fen)}</td><td>{one.execution_bp === null ? '—' : percent(one.execution_bp)}</td></tr>
          ))}</tbody>
        </table>
      )}
    </section>
  );
}
