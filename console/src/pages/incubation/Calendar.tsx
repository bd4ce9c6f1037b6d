import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useRead, type Row } from '@/api/hooks';
import { word } from '@/lib/i18n';
import { useUrlState } from '@/lib/urlState';
import { useMe } from '@/session/useSession';

interface Entry { convenor: Row; level: string; street: string | null; last_on: string | null; planned_on: string | null; due_on: string | null; standing: string }

/** Who is to meet by when: the meetings that are due, above those that were held. */
export function Calendar() {
  const { t } = useTranslation('incubation');
  const [query] = useUrlState();
  const me = useMe();
  const division = query.division ?? me?.divisions[0] ?? '';
  const read = useRead<{ entries: Entry[]; due: number; overdue: number }>('incubation', 'getMeetingCalendar', {}, { division }, division !== '');
  const found = read.data?.data;
  if (!found) return null;
  const due = found.entries.filter((one) => one.standing !== 'none_due');
  return (
    <section className="card block">
      <h2>{t('calendar.title')}</h2>
      <p>{t('calendar.sum', { due: found.due, overdue: found.overdue })}</p>
      <div className="scroll-x" tabIndex={0} role="region" aria-label={t('calendar.title')}>
        <table className="plain-table">
          <thead><tr>{['convenor', 'level', 'last', 'planned', 'due', 'standing'].map((n) => <th key={n} scope="col">{t(`calendar.${n}`)}</th>)}</tr></thead>
          <tbody>{due.slice(0, 12).map((one) => (
            <tr key={`${String(one.convenor.code)} ${one.level} ${String(one.street)}`}>
              <td>{String(one.convenor.name)}</td><td>{word(one.level, 'level')}</td><td>{one.last_on ?? '—'}</td><td>{one.planned_on ?? '—'}</td><td>{one.due_on ?? '—'}</td>
              <td><Tag color={one.standing === 'overdue' ? 'error' : 'default'}>{word(one.standing, 'standing')}</Tag></td>
            </tr>
          ))}</tbody>
        </table>
      </div>
    </section>
  );
}
