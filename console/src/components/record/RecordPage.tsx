import type { ReactNode } from 'react';
import { Button, Input, Skeleton, Tabs, Timeline } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMeta, useRead, type Page, type Row } from '@/api/hooks';
import { operation, type Meta, type Service } from '@/api/meta';
import { word } from '@/lib/i18n';
import { useUrlState } from '@/lib/urlState';
import { instant } from '@/lib/values';
import { useMe } from '@/session/useSession';
import { PageHead } from '../layout/PageHead';
import { ProblemAlert } from '../layout/Problems';
import { Thing } from '../thing';
import { Value } from '../Value';
import { Basis, type Reason } from './Basis';
import { Details } from './Details';
import { Documents } from './Documents';
import { Steps, type NextStep } from './Steps';

export interface Tab { key: string; label: string; render: (record: Row, meta: Meta) => ReactNode }
export interface RecordDefinition {
  service: Service; op: string; ns: string; id: string;
  /** Path parameters of the operation, from those of the address. */
  path: Record<string, string>; query?: Record<string, string>;
  title: (record: Row) => string;
  /** Shown at the left whatever tab is open. */
  summary: string[];
  hide?: string[];
  tabs?: Tab[];
  /** Tabs before the details: what one comes for. */
  lead?: Tab[];
  /** Steps that the record does not list itself, with what bars them (see `useGate`). */
  steps?: (record: Row) => NextStep[];
  /** Steps that a tab takes with a form of its own. */
  elsewhere?: string[];
  /** Whether the record can be asked for as it was on a day. */
  asOf?: boolean;
  /** Operations offered beside the record's own next steps. */
  more?: string[];
  /** Where the reasons stand in another record, as a case's do in its check: a list's operation, and which item. */
  reasonsFrom?: { op: string; query: (record: Row) => Record<string, string>; key: string };
  back: string;
}

interface Taken { step: string; at: string; by: string | null; note: string | null }

/** A record: summary at the left, tabs, 依据 at the right, and the steps that its state allows. */
export function RecordPage({ definition: d }: { definition: RecordDefinition }) {
  const { t } = useTranslation([d.ns, 'common']);
  const meta = useMeta(d.service);
  const audits = useMe()?.permissions.includes('audit.read');
  const [query, change] = useUrlState();
  const day = d.asOf ? (query.as_of ?? '') : '';
  const read = useRead(d.service, d.op, d.path, { ...d.query, ...(day ? { as_of: day } : {}) });
  const record = read.data?.data;
  const schema = operation(meta, d.op).answer;
  const from = d.reasonsFrom;
  const other = useRead<Page>(d.service, from?.op ?? d.op, from ? {} : d.path, record && from ? from.query(record) : {}, Boolean(record && from));
  const source = from && record ? other.data?.data.items.find((one) => one.id === record[from.key]) : record;
  const kind = t(`${d.id}.record`);
  if (!record) {
    return <>
      <PageHead title={kind} />
      <ProblemAlert error={read.error} retry={() => void read.refetch()} />
      {!read.error && <Skeleton active />}
    </>;
  }
  const history = (record.history ?? []) as Taken[];
  const tabs: Tab[] = [
    ...(d.lead ?? []),
    { key: 'details', label: t('common:tab.details'), render: () => <Details meta={meta} schema={schema} value={record} hide={[...d.summary, ...(d.hide ?? [])]} /> },
    ...(d.tabs ?? []).map((one) => ({ ...one, label: t(one.label) })),
    ...(history.length ? [{ key: 'steps', label: t('common:tab.steps'), render: () => <History steps={history} /> }] : []),
    ...(typeof record.id === 'string' && meta.operations.listDocuments
      ? [{ key: 'documents', label: t('common:tab.documents'), render: () => <Documents service={d.service} about={String(record.id)} /> }] : []),
  ];
  const tab = tabs.some((one) => one.key === query.tab) ? query.tab : tabs[0]?.key;
  return (
    <Thing value={d.id}><article className="record">
      <nav className="crumb no-print" aria-label={t('common:crumb')}><Link to={d.back}>{t(`${d.id}.title`)}</Link>
        {audits && typeof record.id === 'string' && <Link className="trail-link" to={`/trail?service=${d.service}&record=${record.id}`}>{t('common:trail')}</Link>}</nav>
      <PageHead
        title={d.title(record)} hint={kind}
        extra={<Steps service={d.service} meta={meta} op={d.op} path={d.path} etag={read.data?.etag ?? null} steps={day ? [] : [...((record.next_steps ?? []) as NextStep[]).filter((one) => !d.elsewhere?.includes(one.step)), ...(d.steps?.(record) ?? [])]}
          {...(d.more && !day ? { more: d.more } : {})} initial={record} refresh={() => void read.refetch()} />}
      />
      <ProblemAlert error={read.error} retry={() => void read.refetch()} />
      {d.asOf && <div className="as-of no-print">
        <label htmlFor="as-of">{t('common:as_of')}</label>
        <Input id="as-of" type="date" key={day} defaultValue={day} onChange={(event) => { if (event.target.value !== day) change({ as_of: event.target.value }, true); }} />
        {day && <><span role="status">{t('common:as_of.shown', { day })}</span><Button size="small" onClick={() => change({ as_of: null }, true)}>{t('common:as_of.now')}</Button></>}
      </div>}
      <div className="record-body">
        <aside className="summary" aria-label={t('common:summary')}><Details meta={meta} schema={schema} value={record} names={d.summary} /></aside>
        <Tabs className="record-tabs" {...(tab ? { activeKey: tab } : {})} onChange={(key) => change({ tab: key }, true)}
          items={tabs.map((one) => ({ key: one.key, label: one.label, children: one.key === tab ? one.render(record, meta) : null }))} />
        <Basis service={d.service} meta={meta} reasons={(source?.reasons ?? []) as Reason[]} policy={source?.policy} missing={record.missing} loading={Boolean(from) && other.isFetching && !source} />
      </div>
    </article></Thing>
  );
}

function History({ steps }: { steps: Taken[] }) {
  return (
    <Timeline
      items={steps.map((one) => ({
        title: <b>{word(one.step, 'step')}</b>,
        content: <><span className="hint">{instant(one.at)} · <Value value={one.by} name="by" /></span>{one.note && <p>{one.note}</p>}</>,
      }))}
    />
  );
}
