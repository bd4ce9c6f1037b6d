import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import type { Row } from '@/api/hooks';
import { Act } from '@/components/form/Act';
import { useGate } from '@/components/record/gate';
import { RecordPage } from '@/components/record/RecordPage';
import { ListPage } from '@/components/table/ListPage';
import { word } from '@/lib/i18n';
import { at } from '@/lib/values';

const amounts = (row: Row): string => {
  const rule = at(row, 'parameters.amount.rule');
  return typeof rule === 'string' ? word(rule, 'amount_rule') : '—';
};

/** The schemes: which apply, and running one. */
export function SchemesPage() {
  const { t } = useTranslation('funding');
  return <ListPage definition={{
    service: 'funding', op: 'listSchemes', ns: 'funding', id: 'schemes',
    columns: ['id', 'parameters.amount', 'parameters.purpose', 'parameters.level', 'parameters.source', 'parameters.trigger', 'effective_from', 'effective_to', 'region'],
    filters: ['on', 'division'], record: (row) => `/schemes/${encodeURIComponent(String(at(row, 'parameters.scheme') ?? row.id))}/run`,
    render: { id: (row) => <code>{String(row.id)}</code>, 'parameters.amount': (row) => amounts(row) },
    extra: <Link to="/scheme-entries">{t('lists.title')}</Link>,
  }} />;
}

/** Lists of schemes: entered by one, confirmed by another. */
export function EntriesPage() {
  const { t } = useTranslation('funding');
  const navigate = useNavigate();
  return <ListPage definition={{
    service: 'funding', op: 'listSchemeEntries', ns: 'funding', id: 'lists',
    columns: ['recipient_name', 'scheme', 'category', 'amount_fen', 'state', 'effective_from', 'effective_to', 'division'],
    filters: ['scheme', 'state', 'on', 'division', 'recipient'], sums: ['amount_fen'], record: (row) => `/scheme-entries/${String(row.id)}`,
    extra: <><Link to="/schemes">{t('schemes.title')}</Link>
      <Act service="funding" op="enterSchemeEntry" needs="entries.write" primary done={(row) => void navigate(`/scheme-entries/${String(row.id)}`)} /></>,
  }} />;
}

export function EntryPage() {
  const { t } = useTranslation('funding');
  const { entry_id = '' } = useParams();
  const gate = useGate();
  return <RecordPage definition={{
    service: 'funding', op: 'getSchemeEntry', ns: 'funding', id: 'lists', path: { entry_id }, back: '/scheme-entries',
    title: (row) => String(row.recipient_name ?? row.recipient_id), summary: ['scheme', 'state', 'category', 'amount_fen', 'effective_from', 'effective_to', 'division'],
    steps: (row) => [
      gate('confirmation', 'entries.confirm', row.state === 'entered' ? null : t('bar.entered')),
      gate('ending', 'entries.confirm', row.ended_at ? t('bar.ended') : null),
    ],
  }} />;
}
