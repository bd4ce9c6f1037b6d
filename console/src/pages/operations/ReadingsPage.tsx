import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { SERVICES } from '@/api/meta';
import { ListPage } from '@/components/table/ListPage';
import { word } from '@/lib/i18n';
import { useUrlState } from '@/lib/urlState';
import { rolesOf, trailOf } from './trail';

/** Who read what is sealed or closed, and which trails, in one of the services. */
export function ReadingsPage() {
  const { t } = useTranslation('audit');
  const [query, change] = useUrlState();
  const service = SERVICES.find((one) => one === query.service) ?? 'registry';
  return <ListPage key={service} definition={{
    service, op: 'listReadings', ns: 'audit', id: 'readings',
    columns: ['at', 'actor', 'authority', 'kind', 'record', 'division', 'route'], filters: ['actor', 'kind', 'record', 'since', 'until', 'division'],
    rowKey: (row) => `${String(row.chain)} ${String(row.number)}`,
    render: {
      authority: (row) => rolesOf(String(row.authority)).map((one) => word(one, 'role')).join('、'),
      kind: (row) => <code>{String(row.kind)}</code>, route: (row) => <code>{String(row.route)}</code>,
    },
    record: (row) => `/trail?${new URLSearchParams({ service, record: trailOf({ kind: String(row.kind), record: String(row.record) }) }).toString()}`,
    extra: <Segmented aria-label={t('trail.service')} value={service} onChange={(next) => change({ service: next })}
      options={SERVICES.map((one) => ({ value: one, label: word(one, 'service') }))} />,
  }} />;
}
