import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useRead } from '@/api/hooks';
import { ProblemAlert } from '@/components/layout/Problems';
import { word } from '@/lib/i18n';

interface Entry { event: string; on: string; id: string | null; note: string | null; service: string | null; track: string | null; known: boolean; moment: string | null }
interface Moment { moment: string; organization: string | null; party_organization: string | null; due_on: string | null; in_step: boolean; behind: string | null }
interface Timeline { entries: Entry[]; moments: Moment[]; services: { service: string; count: number; last_on: string | null }[]; next_visit_due_on: string | null }

/** Both tracks of an incubatee side by side: its registration and growth, and those of its Party organization. */
export function TwoTracks({ id }: { id: string }) {
  const { t } = useTranslation('incubation');
  const read = useRead<Timeline>('incubation', 'getIncubateeTimeline', { incubatee_id: id });
  const line = read.data?.data;
  if (!line) return <ProblemAlert error={read.error} retry={() => void read.refetch()} />;
  return <>
    {line.next_visit_due_on && <p>{t('tracks.visit', { day: line.next_visit_due_on })}</p>}
    <table className="plain-table">
      <caption className="hint">{t('tracks.caption')}</caption>
      <thead><tr>{['moment', 'organization', 'party', 'due', 'step'].map((n) => <th key={n} scope="col">{t(`tracks.${n}`)}</th>)}</tr></thead>
      <tbody>{line.moments.map((one) => (
        <tr key={one.moment} className={one.behind ? 'differs' : undefined}>
          <th scope="row">{word(one.moment, 'moment')}</th><td>{one.organization ?? '—'}</td><td>{one.party_organization ?? '—'}</td><td>{one.due_on ?? '—'}</td>
          <td><Tag color={one.in_step ? 'success' : one.behind ? 'error' : 'default'}>{one.in_step ? t('tracks.in_step') : one.behind ? t('tracks.behind', { track: word(one.behind, 'track') }) : t('tracks.not_yet')}</Tag></td>
        </tr>
      ))}</tbody>
    </table>
    <h3>{t('tracks.events')}</h3>
    <ol className="events">{[...line.entries].sort((a, b) => b.on.localeCompare(a.on)).map((one, at) => (
      <li key={`${one.on} ${String(at)}`}><time dateTime={one.on}>{one.on}</time> <b>{word(one.event, 'event')}</b> {one.service && word(one.service, 'service')} {one.moment && word(one.moment, 'moment')} {one.track && <Tag>{word(one.track, 'track')}</Tag>} {one.note}</li>
    ))}</ol>
    <h3>{t('tracks.services')}</h3>
    <ul className="counts">{line.services.map((one) => <li key={one.service} className="card">{word(one.service, 'service')} <b>{one.count}</b></li>)}</ul>
  </>;
}
