import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Button, Checkbox, Popover } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import type { Row } from '@/api/hooks';
import { useKept } from '@/lib/kept';
import { useKeys } from '@/lib/keyboard';
import { useUrlState } from '@/lib/urlState';
import { at, yuan } from '@/lib/values';
import { Rows, type Column } from './Rows';

export type { Column } from './Rows';
interface Props {
  id: string; label: string; rows: Row[]; columns: Column[]; loading?: boolean; rowKey?: (row: Row) => string;
  open?: ((row: Row) => void) | undefined; next?: string | null | undefined; empty: ReactNode; sums?: string[];
  onExport?: (() => void) | undefined; bulk?: (rows: Row[], done: () => void) => ReactNode; keys?: Record<string, (row: Row) => void>; tools?: ReactNode;
}

/** The table that every list is: columns to choose, selection with count and sum, pages by cursor, keys j, k, Enter, x. */
export function RecordTable({
  id, label, rows, columns, loading = false, rowKey = (row) => String(row.id), open, next, empty, sums = [], onExport, bulk, keys = {}, tools,
}: Props) {
  const { t, i18n } = useTranslation();
  const [query, change] = useUrlState();
  const [hidden, keepHidden] = useKept<string[]>(`columns.${id}`, columns.filter((c) => c.shown === false).map((c) => c.name));
  const [focus, setFocus] = useState(-1);
  const [chosen, setChosen] = useState<string[]>([]);
  const [navigate, location] = [useNavigate(), useLocation()];
  const where = new URLSearchParams(location.search);
  where.delete('cursor');
  const depth = (location.state as { depth?: number } | null)?.depth ?? 0;
  const picked = rows.filter((row) => chosen.includes(rowKey(row)));
  const box = useRef<HTMLElement>(null);
  // What scrolls can be reached by the keyboard, also where nothing in it can (WCAG 2.1.1).
  useEffect(() => {
    const content = box.current?.querySelector('.ant-table-content');
    for (const [name, value] of [['tabindex', '0'], ['role', 'region'], ['aria-label', label]] as const) content?.setAttribute(name, value);
  }, [label, rows]);
  const move = (by: number) => {
    const to = Math.min(Math.max(focus + by, 0), rows.length - 1);
    setFocus(to);
    document.getElementById(`${id}-row-${to}`)?.scrollIntoView({ block: 'nearest' });
  };
  const toggle = (row: Row) => setChosen((now) => (now.includes(rowKey(row)) ? now.filter((k) => k !== rowKey(row)) : [...now, rowKey(row)]));
  const focused = (run: (row: Row) => void) => () => { const row = rows[focus]; if (row) run(row); };
  useKeys({
    j: () => move(1), k: () => move(-1),
    ...(open ? { Enter: focused(open) } : {}),
    ...(sums.length || bulk ? { x: focused(toggle) } : {}),
    ...(onExport ? { e: onExport } : {}),
    ...Object.fromEntries(Object.entries(keys).map(([key, run]) => [key, focused(run)])),
  });
  const turn = (cursor: string | null) => {
    const params = new URLSearchParams(location.search);
    if (cursor) params.set('cursor', cursor);
    else params.delete('cursor');
    setFocus(-1);
    void navigate({ search: params.toString() }, { state: { depth: cursor ? depth + 1 : 0 } });
  };
  const chooser = (
    <div className="chooser">
      {columns.map((c) => (
        <Checkbox key={c.name} checked={!hidden.includes(c.name)}
          onChange={(event) => keepHidden(event.target.checked ? hidden.filter((n) => n !== c.name) : [...hidden, c.name])}>{c.label}</Checkbox>
      ))}
    </div>
  );
  return (
    <section className="record-table" aria-label={label} ref={box}>
      <div className="table-tools no-print">
        <span role="status">{picked.length > 0 && <>
          {t('table.chosen', { count: picked.length })}
          {sums.map((name) => {
            const total = picked.reduce((sum, row) => sum + Number(at(row, name) ?? 0), 0);
            const called = columns.find((c) => c.name === name)?.label ?? name;
            return <b key={name}> {called} {name.endsWith('_fen') ? t('table.yuan', { amount: yuan(total) }) : total.toLocaleString('en-US')}</b>;
          })}
        </>}</span>
        {picked.length > 0 && bulk?.(picked, () => setChosen([]))}
        <span className="spacer" />
        {tools}
        <Popover content={chooser} trigger="click" placement="bottomRight"><Button size="small">{t('table.columns')}</Button></Popover>
        {onExport && <Button size="small" onClick={onExport} disabled={rows.length === 0}>{t('table.export')}</Button>}
        <Button size="small" onClick={() => window.print()} disabled={rows.length === 0}>{t('table.print')}</Button>
      </div>
      <Rows
        id={id} rows={rows} columns={columns.filter((c) => !hidden.includes(c.name))} loading={loading} rowKey={rowKey} open={open} empty={empty}
        chosen={chosen} choose={setChosen} selectable={sums.length > 0 || Boolean(bulk)} focus={focus} setFocus={setFocus}
        sort={query.sort} change={change} where={where.toString()} language={i18n.language}
      />
      {(next || query.cursor) && (
        <nav className="pager no-print" aria-label={t('table.pages')}>
          <Button disabled={!query.cursor} onClick={() => turn(null)}>{t('table.first')}</Button>
          <Button disabled={depth === 0} onClick={() => void navigate(-1)}>{t('table.previous')}</Button>
          <Button disabled={!next} onClick={() => turn(next ?? null)}>{t('table.next')}</Button>
        </nav>
      )}
    </section>
  );
}
