import { Skeleton, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { useRead, type Row } from '@/api/hooks';
import { Act } from '@/components/form/Act';
import { RecordPage } from '@/components/record/RecordPage';
import { ListPage } from '@/components/table/ListPage';
import { plain } from '@/components/Value';
import { word } from '@/lib/i18n';

/** What other rules would have made of a year's ratings. It changes no rating. */
export function SimulationsPage() {
  const navigate = useNavigate();
  return <ListPage definition={{
    service: 'evaluation', op: 'listSimulations', ns: 'evaluation', id: 'simulations', columns: ['year', 'state', 'evaluations', 'changed', 'risen', 'fallen', 'laggards_before', 'laggards_after', 'note', 'created_at', 'division'],
    filters: ['year', 'division'], record: (row) => `/simulations/${String(row.id)}`,
    extra: <Act service="evaluation" op="requestSimulation" needs="simulations.run" primary done={(row) => void navigate(`/simulations/${String(row.id)}`)} />,
  }} />;
}

function Beside({ caption, rows, name }: { caption: string; rows: Row[]; name: (row: Row) => string }) {
  const { t } = useTranslation('evaluation');
  const most = Math.max(1, ...rows.flatMap((row) => [Number(row.before), Number(row.after)]));
  const bar = (value: unknown) => <span className="meter"><span className="meter-bar" aria-hidden><span style={{ width: `${String((Number(value) / most) * 100)}%` }} /></span>{String(value)}</span>;
  return <table className="plain-table"><caption>{caption}</caption>
    <thead><tr><th scope="col">{t('simulations.what')}</th><th scope="col">{t('simulations.before')}</th><th scope="col">{t('simulations.after')}</th><th scope="col" className="money">{t('simulations.difference')}</th></tr></thead>
    <tbody>{rows.map((row) => { const difference = Number(row.after) - Number(row.before); return (
      <tr key={name(row)}><th scope="row">{name(row)}</th><td>{bar(row.before)}</td><td>{bar(row.after)}</td><td className="money">{difference > 0 ? `+${String(difference)}` : String(difference)}</td></tr>); })}</tbody>
  </table>;
}

export function SimulationPage() {
  const { t } = useTranslation('evaluation');
  const { simulation_id = '' } = useParams();
  const read = useRead('evaluation', 'getSimulation', { simulation_id });
  const computing = read.data?.data.state === 'computing';
  const star = (value: unknown) => (value === null || value === undefined ? t('star.unrated') : Number(value) > 0 ? t('star', { star: value }) : t('star.none'));
  const pair = (before: unknown, after: unknown) => <>{String(before ?? '—')} → {before === after ? String(after ?? '—') : <b>{String(after ?? '—')}</b>}</>;
  return <RecordPage definition={{
    service: 'evaluation', op: 'getSimulation', ns: 'evaluation', id: 'simulations', path: { simulation_id }, back: '/simulations',
    title: (row) => t('simulations.of', { year: row.year, division: plain(row.division, 'division') }), summary: ['state', 'year', 'evaluations', 'settled', 'changed', 'risen', 'fallen', 'laggards_before', 'laggards_after', 'created_at', 'division'],
    hide: ['stars', 'effects', 'cycle_ids'],
    lead: [{ key: 'stars', label: t('simulations.stars'), render: (row) => (computing ? <Skeleton active /> : <div className="side-by-side">
      <Beside caption={t('simulations.stars')} rows={row.stars as Row[]} name={(one) => star(one.star)} />
      <Beside caption={t('simulations.effects')} rows={row.effects as Row[]} name={(one) => `${word(String(one.effect), 'effect')} ${word(String(one.value ?? ''), 'effect_value')}`} />
    </div>) }],
    tabs: [{ key: 'changes', label: t('changes.title'), render: () => <ListPage definition={{
      service: 'evaluation', op: 'listSimulationChanges', ns: 'evaluation', id: 'changes', path: { simulation_id }, inner: true, rowKey: (row) => String(row.evaluation_id), record: (row) => `/evaluations/${String(row.evaluation_id)}`,
      columns: ['party_organization_name', 'type', 'star_after', 'total_after', 'laggard_after', 'reproduced'],
      render: {
        star_after: (row) => { const up = Number(row.star_after ?? -1) - Number(row.star_before ?? -1); return <>{star(row.star_before)} → <b>{star(row.star_after)}</b> {up !== 0 && <Tag color={up > 0 ? 'success' : 'error'}>{t(up > 0 ? 'changes.risen' : 'changes.fallen')}</Tag>}</>; },
        total_after: (row) => pair(row.total_before, row.total_after), laggard_after: (row) => t(row.laggard_before === row.laggard_after ? 'changes.same' : row.laggard_after ? 'changes.laggard' : 'changes.not_laggard'),
      },
    }} /> }],
  }} />;
}
