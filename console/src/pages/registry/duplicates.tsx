import { listOf, recordOf, to } from '@/components/pages';
import { SideBySide } from './conflicts';

const common = { service: 'registry', ns: 'registry' } as const;

export const Duplicates = listOf({
  ...common, op: 'listDuplicates', id: 'duplicates', record: to('duplicates'), columns: ['uscc', 'other_uscc', 'kind', 'state', 'division', 'proposed_at', 'verdict', 'resolved_at'], filters: ['state', 'kind', 'verdict', 'division'],
});

export const DuplicatePage = recordOf({
  ...common, op: 'getDuplicate', id: 'duplicates', back: '/duplicates', title: (row) => `${String(row.uscc)} / ${String(row.other_uscc)}`, summary: ['state', 'kind', 'proposed_at', 'verdict', 'reason'], hide: ['organization', 'other'],
  more: ['resolveDuplicate'],
  tabs: [{ key: 'compare', label: 'conflicts.tab.compare', render: (pair, meta) => <SideBySide sides={[pair.organization, pair.other]} heads={['duplicates.one', 'duplicates.other']} meta={meta} /> }],
});
