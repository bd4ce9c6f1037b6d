import { Alert, Button, Input, Select, Switch, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useRead, type Page } from '@/api/hooks';
import { SERVICES, type Service } from '@/api/meta';
import { Nothing, PageHead } from '@/components/layout/PageHead';
import { ProblemAlert } from '@/components/layout/Problems';
import { Scrollable } from '@/components/layout/Scrollable';
import { word } from '@/lib/i18n';
import { useUrlState } from '@/lib/urlState';
import { instant } from '@/lib/values';
import { changesOf, rolesOf, type Entry, type TrailChain } from './trail';

type Trail = Page<Entry> & { chains: TrailChain[] };

/** Who did what to one record, when, and whether the chain of hashes holds up to there; by its id or code, or by a link. */
export function TrailPage() {
  const { t } = useTranslation('audit');
  const [query, change] = useUrlState();
  const service = SERVICES.find((one) => one === query.service) ?? 'registry';
  const record = query.record ?? '';
  return <>
    <PageHead title={t('trail.title')} hint={t('trail.hint')} />
    <search className="filter-bar no-print" aria-label={t('trail.search')}>
      <div className="filter-field"><label htmlFor="trail-service">{t('trail.service')}</label>
        <Select id="trail-service" value={service} options={SERVICES.map((one) => ({ value: one, label: word(one, 'service') }))}
          onChange={(next: Service) => change({ service: next })} /></div>
      <div className="filter-field wide"><label htmlFor="trail-record">{t('trail.record')}</label>
        <Input.Search id="trail-record" key={record} defaultValue={record} allowClear enterButton={t('trail.ask')}
          onSearch={(value) => change({ record: value.trim() || null })} /></div>
      <div className="filter-field"><label htmlFor="trail-operation">{t('trail.operation')}</label>
        <Select id="trail-operation" allowClear value={query.operation ?? null} placeholder={t('trail.every')}
          options={['insert', 'update', 'delete', 'read'].map((one) => ({ value: one, label: t(`did.${one}`) }))}
          onChange={(next: string | undefined) => change({ operation: next ?? null })} /></div>
      <label><Switch checked={query.parts !== 'false'} onChange={(on) => change({ parts: on ? null : 'false' })} aria-label={t('trail.parts')} /> {t('trail.parts')}</label>
    </search>
    {record ? <Entries key={`${service} ${record}`} service={service} record={record} /> : <Nothing text={t('trail.none')} />}
  </>;
}

function Entries({ service, record }: { service: Service; record: string }) {
  const { t } = useTranslation('audit');
  const [query, change] = useUrlState();
  const asked = { limit: '50', ...Object.fromEntries(['operation', 'parts', 'cursor'].filter((one) => query[one]).map((one) => [one, query[one]])) };
  // Each reading leaves a row in the trail: it is not asked again by itself.
  const read = useRead<Trail>(service, 'listTrail', { record: record.replaceAll('/', '~') }, asked);
  const trail = read.data?.data;
  const next = trail?.next_cursor;
  return <>
    <ProblemAlert error={read.error} retry={() => void read.refetch()} />
    {trail?.chains.map((chain) => (
      <Alert key={chain.chain} className="trail-chain" showIcon type={chain.finding ? 'error' : 'success'}
        message={chain.finding ? t(`finding.${chain.finding}`, { chain: chain.chain, at: chain.found_at })
          : t('finding.none', { chain: chain.chain, from: chain.verified_from, to: chain.verified_to })} />
    ))}
    {trail && trail.items.length === 0 && <Nothing text={t('trail.empty')} />}
    {trail && trail.items.length > 0 && <section className="card" aria-labelledby="trail-entries">
      <h2 id="trail-entries">{t('trail.entries')}</h2>
      <Scrollable labelledBy="trail-entries"><table className="plain-table">
        <thead><tr>{['at', 'who', 'what', 'changes', 'through', 'place'].map((one) => <th scope="col" key={one}>{t(`entry.${one}`)}</th>)}</tr></thead>
        <tbody>{trail.items.map((entry) => <Line key={`${entry.chain} ${entry.number}`} entry={entry} />)}</tbody>
      </table></Scrollable>
      <p className="no-print">
        {query.cursor && <Button onClick={() => change({ cursor: null })}>{t('trail.first')}</Button>}{' '}
        {next && <Button onClick={() => change({ cursor: next }, true)}>{t('trail.next')}</Button>}
      </p>
    </section>}
  </>;
}

function Line({ entry }: { entry: Entry }) {
  const { t } = useTranslation('audit');
  const changes = changesOf(entry);
  return (
    <tr>
      <th scope="row">{instant(entry.at)}</th>
      <td>{entry.actor}<br />{rolesOf(entry.authority).map((one) => word(one, 'role')).join('、')}</td>
      <td>{t(`did.${entry.operation}`)}<br /><code>{entry.kind}</code><br /><code>{entry.record}</code></td>
      <td>{changes.length > 0 && <details open={changes.length <= 6}><summary>{t('entry.fields', { count: changes.length })}</summary>
        <dl>{changes.map(({ field, before, after }) => (
          <div key={field}><dt><code>{field}</code></dt><dd>{before ?? '—'} → <b>{after ?? '—'}</b></dd></div>
        ))}</dl></details>}</td>
      <td><code>{entry.route}</code>{entry.request_id && <><br /><small>{t('entry.request')} <code>{entry.request_id}</code></small></>}</td>
      <td><code>{`${entry.chain} #${entry.number}`}</code><br /><code title={entry.hash}>{entry.hash.slice(0, 12)}</code>{' '}
        <Tag color={entry.holds === false ? 'error' : entry.holds ? 'success' : 'default'}>{t(`holds.${entry.holds ?? 'unknown'}`)}</Tag></td>
    </tr>
  );
}
