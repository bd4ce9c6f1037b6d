import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { address, download } from '@/api/client';
import { useMeta, useRead, type Page, type Row } from '@/api/hooks';
import { answerFields, operation, type Service } from '@/api/meta';
import { useUrlState } from '@/lib/urlState';
import { Create } from '../form/Create';
import { Nothing, PageHead } from '../layout/PageHead';
import { ProblemAlert } from '../layout/Problems';
import { Thing } from '../thing';
import { isNumber, label } from '../Value';
import { FilterBar } from './FilterBar';
import { RecordTable, type Column } from './RecordTable';

export interface ListDefinition {
  service: Service; op: string;
  /** Namespace of the page's sentences: `<id>.title`, `<id>.hint`, `<id>.empty`. */
  ns: string; id: string;
  /** Fields that are shown at first, in this order; all others can be chosen. A path like `term.until` is a field, too. */
  columns: string[];
  filters?: string[];
  /** Where a row leads. */
  record?: (row: Row) => string;
  sums?: string[];
  path?: Record<string, string>; query?: Record<string, string>;
  rowKey?: (row: Row) => string;
  render?: Record<string, (row: Row) => ReactNode>;
  /** What makes a new one: its operation and the permission that it needs. */
  create?: { op: string; needs?: string; then?: (made: Row) => string | null };
  extra?: ReactNode; bulk?: (rows: Row[], done: () => void) => ReactNode; above?: (page: Page | undefined) => ReactNode;
  /** Inside a record: without a heading and filters of its own. */
  inner?: boolean;
}

const INTERNAL = new Set(['id', 'version', 'next_steps', 'history', 'reasons']);

/** A list: its route, its columns, its filters and where a row leads. Everything else is the same everywhere. */
export function ListPage({ definition: d }: { definition: ListDefinition }) {
  const { t } = useTranslation([d.ns, 'common']);
  const meta = useMeta(d.service);
  const op = operation(meta, d.op);
  const [query] = useUrlState();
  const navigate = useNavigate();
  const names = ['cursor', ...(op.query.sort ? ['sort'] : []), ...(d.inner ? [] : (d.filters ?? []))];
  const asked = {
    ...d.query, ...(op.query.limit ? { limit: '50' } : {}),
    ...Object.fromEntries(names.filter((n) => query[n] && (n !== 'cursor' || op.query.cursor)).map((n) => [n, query[n]])),
  };
  const list = useRead<Page>(d.service, d.op, d.path, asked);
  const page = list.data?.data;
  const sortable = op.query.sort?.e ?? [];
  const fields = answerFields(meta, d.op);
  const schema = (name: string) => fields[name] ?? fields[name.split('.')[0] ?? ''];
  const rest = Object.keys(fields).filter((n) => !d.columns.some((c) => c.split('.')[0] === n) && !INTERNAL.has(n));
  const columns: Column[] = [...d.columns, ...rest].map((name) => ({
    name, label: t(`${d.id}.column.${name}`, { defaultValue: label(schema(name), name) }), numeric: isNumber(schema(name), name),
    shown: d.columns.includes(name), sortable: sortable.includes(name), ...(d.render?.[name] ? { render: d.render[name] } : {}),
  }));
  const filters = Object.fromEntries((d.filters ?? []).flatMap((n) => {
    const own = t(`${d.id}.filter.${n}`, { defaultValue: '' });
    return op.query[n] ? [[n, own ? { ...op.query[n], zh: own, en: own } : op.query[n]]] : [];
  }));
  const title = t(`${d.id}.title`);
  const exportable = op.query.format?.e?.includes('xlsx');
  const record = d.record;
  return (
    <Thing value={d.id}>
      {!d.inner && <PageHead title={title} hint={t(`${d.id}.hint`, { defaultValue: '' })} extra={<>{d.extra}{d.create && <Create service={d.service} {...d.create} />}</>} />}
      {d.above?.(page)}
      {!d.inner && Object.keys(filters).length > 0 && <FilterBar id={d.id} filters={filters} />}
      <ProblemAlert error={list.error} retry={() => void list.refetch()} />
      <RecordTable
        id={d.id} label={title} rows={page?.items ?? []} columns={columns} loading={list.isPending} next={page?.next_cursor}
        {...(d.rowKey ? { rowKey: d.rowKey } : {})} {...(d.sums ? { sums: d.sums } : {})} {...(d.bulk ? { bulk: d.bulk } : {})}
        open={record ? (row) => void navigate(record(row)) : undefined}
        onExport={exportable ? () => void download(address(d.service, op, { path: d.path ?? {}, query: { ...asked, cursor: null, limit: null, format: 'xlsx' } }), `${title}.xlsx`) : undefined}
        empty={list.error ? ' ' : <Nothing text={t(`${d.id}.empty`)} />}
      />
    </Thing>
  );
}
