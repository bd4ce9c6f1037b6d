import { useTranslation } from 'react-i18next';
import type { Row } from '@/api/hooks';
import { answerFields, type Meta } from '@/api/meta';
import { listOf, recordOf, to } from '@/components/pages';
import { label, plain } from '@/components/Value';

const common = { service: 'registry', ns: 'registry' } as const;

export const Conflicts = listOf({
  ...common, op: 'listConflicts', id: 'conflicts', record: to('conflicts'), columns: ['uscc', 'kind', 'data_source', 'state', 'division', 'created_at', 'taken', 'resolved_at'], filters: ['state', 'kind', 'division'],
});

export const ConflictPage = recordOf({
  ...common, op: 'getConflict', id: 'conflicts', back: '/conflicts', title: (row) => String(row.uscc), summary: ['state', 'kind', 'data_source', 'division', 'created_at', 'taken'], hide: ['stored', 'incoming'],
  more: ['resolveConflict'],
  tabs: [{ key: 'compare', label: 'conflicts.tab.compare', render: (conflict, meta) => <SideBySide sides={[conflict.stored, conflict.incoming]} heads={['conflicts.stored', 'conflicts.incoming']} meta={meta} /> }],
});

/** Two contents side by side; where they differ is marked. */
export function SideBySide({ sides, heads, meta }: { sides: [unknown, unknown]; heads: [string, string]; meta: Meta }) {
  const { t } = useTranslation('registry');
  const fields = answerFields(meta, 'getOrganization');
  const stored = (sides[0] ?? {}) as Row;
  const incoming = (sides[1] ?? {}) as Row;
  const names = [...new Set([...Object.keys(stored), ...Object.keys(incoming)])];
  return (
    <table className="plain-table">
      <thead><tr><th scope="col">{t('conflicts.field')}</th><th scope="col">{t(heads[0])}</th><th scope="col">{t(heads[1])}</th></tr></thead>
      <tbody>{names.map((name) => {
        const [a, b] = [plain(stored[name], name), plain(incoming[name], name)];
        return <tr key={name} className={a === b ? undefined : 'differs'}><th scope="row">{label(fields[name], name)}</th><td>{a}</td><td>{b}{a !== b && <span className="mark">{t('conflicts.differs')}</span>}</td></tr>;
      })}</tbody>
    </table>
  );
}
