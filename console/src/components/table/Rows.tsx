import { memo, type ReactNode } from 'react';
import { Table } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Row } from '@/api/hooks';
import { at } from '@/lib/values';
import { Value } from '../Value';

export interface Column { name: string; label: string; numeric?: boolean; shown?: boolean; sortable?: boolean; render?: (row: Row) => ReactNode }
export interface RowsProps {
  id: string; rows: Row[]; columns: Column[]; loading: boolean; rowKey: (row: Row) => string; open: ((row: Row) => void) | undefined; empty: ReactNode;
  chosen: string[]; choose: (keys: string[]) => void; selectable: boolean; focus: number; setFocus: (index: number) => void;
  sort: string | undefined; change: (changes: Record<string, string | null>) => void;
  /** The address without its page: what `change` and `open` begin from. */
  where: string; language: string;
}

const SEEN = ['id', 'rows', 'loading', 'chosen', 'selectable', 'focus', 'sort', 'where', 'language'] as const;
const OF_COLUMN = ['name', 'label', 'numeric', 'sortable', 'render'] as const;

/** Whether a table would show the same. Turning a page changes the address at once, and the rows when they are there: drawn once, not twice. */
export const showsTheSame = (a: RowsProps, b: RowsProps): boolean => (
  a.rows.length > 0 && Boolean(a.open) === Boolean(b.open) && SEEN.every((name) => a[name] === b[name])
  && a.columns.length === b.columns.length && a.columns.every((one, place) => OF_COLUMN.every((name) => one[name] === b.columns[place]?.[name])));

/** The rows of a table. */
export const Rows = memo(function Rows({ id, rows, columns, loading, rowKey, open, empty, chosen, choose, selectable, focus, setFocus, sort, change }: RowsProps) {
  const { t } = useTranslation();
  return (
    <Table<Row>
      size="small" rowKey={rowKey} dataSource={rows} loading={loading} pagination={false} locale={{ emptyText: empty }}
      {...(selectable ? { rowSelection: {
        selectedRowKeys: chosen, onChange: (ks) => choose(ks.map(String)),
        getCheckboxProps: (row: Row) => ({ 'aria-label': t('table.choose', { name: String(row.name ?? row.title ?? rowKey(row)) }) } as object),
        getTitleCheckboxProps: () => ({ 'aria-label': t('table.all') } as object),
      } } : {})}
      rowClassName={(_, index) => (index === focus ? 'row-focus' : '')}
      onRow={(row, index) => ({
        id: `${id}-row-${String(index)}`, 'aria-selected': index === focus,
        onClick: (event) => {
          setFocus(index ?? -1);
          if (open && !(event.target as HTMLElement).closest('a,button,input,label,.ant-table-selection-column')) open(row);
        },
      })}
      onChange={(_, __, sorter) => {
        const one = Array.isArray(sorter) ? sorter[0] : sorter;
        const field = typeof one?.columnKey === 'string' ? one.columnKey : '';
        if (columns.some((c) => c.sortable)) change({ sort: one?.order ? `${one.order === 'descend' ? '-' : ''}${field}` : null });
      }}
      columns={columns.map((c, position) => ({
        key: c.name, title: c.label, align: c.numeric ? ('right' as const) : ('left' as const),
        ...(c.sortable ? { sorter: true, sortOrder: sort === c.name ? 'ascend' as const : sort === `-${c.name}` ? 'descend' as const : null } : {}),
        render: (_: unknown, row: Row) => {
          const shown = c.render ? c.render(row) : <Value value={at(row, c.name)} name={c.name.split('.').pop() ?? c.name} />;
          return position === 0 && open ? <button type="button" className="cell-link" onClick={() => open(row)}>{shown}</button> : shown;
        },
      }))}
    />
  );
}, showsTheSame);
