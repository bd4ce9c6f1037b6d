import { useState } from 'react';
import { Alert, Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Row } from '@/api/hooks';
import { SERVICES } from '@/api/meta';
import { Act } from '@/components/form/Act';
import { ListPage } from '@/components/table/ListPage';
import { word } from '@/lib/i18n';
import { useUrlState } from '@/lib/urlState';
import { outcomeOf, type Settled } from './letters';

const CODES = ['type', 'reason', 'handler', 'topic', 'key', 'detail'] as const;

/** Events that could not take effect in one of the services: chosen ones are tried again, or discarded. */
export function LettersPage() {
  const { t } = useTranslation('operations');
  const [query, change] = useUrlState();
  const [settled, setSettled] = useState<Settled>();
  const service = SERVICES.find((one) => one === query.service) ?? 'registry';
  const outcome = outcomeOf(settled);
  const bulk = (rows: Row[], done: () => void) => {
    if (rows.some((row) => row.state !== 'open')) return <span className="hint">{t('letters.settled')}</span>;
    const chosen = { service, needs: 'operations.repair', small: true, fixed: { ids: rows.map((row) => String(row.id)) }, hide: ['ids'] };
    const after = (answer: Row) => { setSettled(answer as unknown as Settled); done(); };
    return <>
      <Act {...chosen} primary op="retryDeadLetters" label={t('letters.retry')} done={after} hint={<p>{t('letters.retry.hint', { count: rows.length })}</p>} />
      <Act {...chosen} op="discardDeadLetters" label={t('letters.discard')} done={after} hint={<p>{t('letters.discard.hint', { count: rows.length })}</p>} />
    </>;
  };
  return <ListPage key={service} definition={{
    service, op: 'listDeadLetters', ns: 'operations', id: 'letters',
    columns: ['recorded_at', 'type', 'reason', 'handler', 'attempts', 'division', 'state'], filters: ['state', 'reason', 'type'],
    render: Object.fromEntries(CODES.map((name) => [name, (row) => (row[name] === null ? '—' : <code>{String(row[name])}</code>)])),
    bulk,
    above: () => outcome && <Alert role="status" type={outcome.failed.length ? 'warning' : 'success'} title={t('letters.outcome', { count: outcome.settled })}
      description={outcome.failed.length > 0 && <ul>{outcome.failed.map((one) => <li key={one}><code>{one}</code></li>)}</ul>} />,
    extra: <Segmented aria-label={t('bus.service')} value={service} onChange={(next) => { setSettled(undefined); change({ service: next }); }}
      options={SERVICES.map((one) => ({ value: one, label: word(one, 'service') }))} />,
  }} />;
}
