import { Descriptions } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Row } from '@/api/hooks';
import { resolve, type Meta, type Schema } from '@/api/meta';
import { plain, Value } from '../Value';
import { nameOf } from './facts';

const HIDDEN = new Set(['id', 'version', 'next_steps', 'history', 'reasons']);
const simple = (value: unknown): boolean => value === null || typeof value !== 'object'
  || (Array.isArray(value) && value.every((one) => typeof one !== 'object' || one === null));

const empty = (value: unknown): boolean => value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** All fields of a record with their labels: plain ones in a grid, each inner thing under its own heading.
 *  What is empty, and ids that only a machine reads, stand folded below them. */
export function Details({ meta, schema, value, names, hide = [], level = 0 }: { meta: Meta; schema: Schema; value: Row; names?: string[]; hide?: string[]; level?: number }) {
  const { t } = useTranslation();
  const fields = resolve(meta, schema).o ?? {};
  const all = (names ?? Object.keys(value)).filter((n) => (names ?? []).includes(n) || (!HIDDEN.has(n) && !hide.includes(n)));
  const plainOnes = all.filter((n) => simple(value[n]) || level > 2);
  const inner = all.filter((n) => !plainOnes.includes(n));
  const folded = names || level > 0 ? [] : plainOnes.filter((n) => empty(value[n]) || fields[n]?.f === 'uuid');
  const shown = plainOnes.filter((n) => !folded.includes(n));
  const sole = level > 0 && shown.length === 0 && inner.length === 1;  // its heading would only repeat the one above
  const grid = (ones: string[]) => (
    <Descriptions
      size="small" bordered column={1}
      items={ones.map((n) => ({ key: n, label: nameOf(meta, fields[n], n), children: <Value value={value[n]} name={n} /> }))}
    />
  );
  return (
    <div className="details">
      {shown.length > 0 && grid(shown)}
      {inner.map((n) => (
        <section key={n} className="inner">
          {!sole && <h3>{nameOf(meta, fields[n], n)}</h3>}
          {Array.isArray(value[n])
            ? <InnerTable meta={meta} schema={fields[n] ?? {}} rows={value[n] as Row[]} name={nameOf(meta, fields[n], n)} />
            : <Details meta={meta} schema={fields[n] ?? {}} value={value[n] as Row} level={level + 1} />}
        </section>
      ))}
      {folded.length > 0 && <details className="folded"><summary>{t('details.folded', { count: folded.length })}</summary>{grid(folded)}</details>}
    </div>
  );
}

function InnerTable({ meta, schema, rows, name }: { meta: Meta; schema: Schema; rows: Row[]; name: string }) {
  const fields = resolve(meta, resolve(meta, schema).i).o ?? {};
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((n) => n !== 'id' && n !== 'version');
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={name}>
      <table className="plain-table">
        <thead><tr>{names.map((n) => <th key={n} scope="col">{nameOf(meta, fields[n], n)}</th>)}</tr></thead>
        <tbody>{rows.map((row, at) => <tr key={String(row.id ?? at)}>{names.map((n) => <td key={n}>{simple(row[n]) ? <Value value={row[n]} name={n} /> : plain(row[n], n)}</td>)}</tr>)}</tbody>
      </table>
    </div>
  );
}
