import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import type { Row } from '@/api/hooks';
import { Act } from '@/components/form/Act';
import { RecordPage } from '@/components/record/RecordPage';
import { ListPage } from '@/components/table/ListPage';
import { word } from '@/lib/i18n';
import { yuan } from '@/lib/values';

/** What a year will need: by scheme and by source, against what is there. */
export function ForecastsPage() {
  const navigate = useNavigate();
  return <ListPage definition={{
    service: 'funding', op: 'listForecasts', ns: 'funding', id: 'forecasts',
    columns: ['year', 'budget_year', 'need_fen', 'held_fen', 'unfunded_fen', 'counted_on', 'created_at', 'created_by', 'division'], filters: ['year', 'division'],
    record: (row) => `/forecasts/${String(row.id)}`, extra: <Act service="funding" op="createForecast" needs="budgets.write" primary done={(row) => void navigate(`/forecasts/${String(row.id)}`)} />,
  }} />;
}

function Sums({ title, rows, names, field }: { title: string; rows: Row[]; names: string[]; field: string }) {
  const { t } = useTranslation('funding');
  const most = Math.max(1, ...rows.map((row) => Number(row.need_fen ?? 0)));
  return <section className="inner"><h3>{title}</h3>
    <div className="scroll-x" tabIndex={0} role="region" aria-label={title}><table className="plain-table money-table">
      <thead><tr><th scope="col">{t(`forecasts.${field}`)}</th>{names.map((name) => <th key={name} scope="col" className="money">{t(`forecasts.${name}`)}</th>)}<th scope="col" aria-hidden /></tr></thead>
      <tbody>{rows.map((row) => <tr key={String(row[field])}><th scope="row">{word(String(row[field]), field)}</th>
        {names.map((name) => <td key={name} className="money">{name === 'count' ? Number(row[name]).toLocaleString('en-US') : yuan(Number(row[name] ?? 0))}</td>)}
        <td aria-hidden className="bar-cell"><span style={{ width: `${String(Math.round((Number(row.need_fen ?? 0) / most) * 100))}%` }} /></td></tr>)}</tbody>
    </table></div>
  </section>;
}

export function ForecastPage() {
  const { t } = useTranslation('funding');
  const { forecast_id = '' } = useParams();
  const inner = (op: string, id: string, columns: string[]) => <ListPage definition={{ service: 'funding', op, ns: 'funding', id, path: { forecast_id }, inner: true, columns, rowKey: (row) => String(row.number ?? JSON.stringify(row)) }} />;
  return <RecordPage definition={{
    service: 'funding', op: 'getForecast', ns: 'funding', id: 'forecasts', path: { forecast_id }, back: '/forecasts',
    title: (row) => t('forecasts.of', { year: row.year, division: row.division }), summary: ['year', 'budget_year', 'need_fen', 'held_fen', 'unfunded_fen', 'counted_on', 'created_at', 'created_by', 'division'],
    hide: ['by_scheme', 'by_source', 'input_hash'],
    lead: [{ key: 'sums', label: t('forecasts.sums'), render: (row) => <>
      <div className="cards">{(['need_fen', 'held_fen', 'unfunded_fen'] as const).map((name) => <div key={name} className="card">{t(`forecasts.${name}`)}<b className="money">{yuan(Number(row[name]))}</b></div>)}</div>
      <Sums title={t('forecasts.by_scheme')} rows={row.by_scheme as Row[]} names={['count', 'need_fen', 'held_fen']} field="scheme" />
      <Sums title={t('forecasts.by_source')} rows={row.by_source as Row[]} names={['need_fen', 'unfunded_fen']} field="source" />
      {row.simulation ? <p><Link to={`/simulations/${String((row.simulation as Row).id)}`}>{t('forecasts.simulation')}</Link></p> : null}
    </> }],
    tabs: [
      { key: 'funds', label: t('forecasts.funds'), render: () => inner('listForecastFunds', 'funds', ['source', 'purpose', 'level', 'appropriation', 'need_fen', 'left_fen', 'unfunded_fen', 'division']) },
      { key: 'lines', label: t('forecasts.lines'), render: () => inner('listForecastLines', 'lines', ['scheme', 'kind', 'count', 'need_fen', 'held_fen', 'source', 'division']) },
    ],
  }} />;
}
