import { useQueries } from '@tanstack/react-query';
import { Button, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { send } from '@/api/client';
import { useRead } from '@/api/hooks';
import { loadMeta, operation, SERVICES } from '@/api/meta';
import { PageHead } from '@/components/layout/PageHead';
import { ProblemAlert } from '@/components/layout/Problems';
import { word } from '@/lib/i18n';
import { useMe } from '@/session/useSession';
import { Reconciled } from './Reconciled';

interface Bus { published: number; unpublished: number; consumed: number; dead_letters: number }
const COMMANDS: [string, string][] = [
  ['letters', 'shuangfu dead-letters show'], ['reconcile', 'shuangfu reconcile --record'], ['trail', 'shuangfu audit export'], ['verify', 'shuangfu audit verify'],
];

/** What the services' routes say of events and of the ledger; what no route does is named with its command. */
export function BusPage() {
  const { t } = useTranslation('operations');
  const permissions = useMe()?.permissions ?? [];
  const all = useQueries({
    queries: SERVICES.map((service) => ({
      queryKey: [service, 'getBus'], refetchInterval: 15_000,
      queryFn: async () => (await send<Bus>(service, operation(await loadMeta(service), 'getBus'))).data,
    })),
  });
  const number = (value: number | undefined) => (value === undefined ? '—' : value.toLocaleString('en-US'));
  const again = () => all.forEach((one) => void one.refetch());
  return <>
    <PageHead title={t('bus.title')} hint={t('bus.hint')} extra={<Button onClick={again}>{t('bus.again')}</Button>} />
    {all.map((one, at) => one.error && <ProblemAlert key={SERVICES[at]} error={one.error} retry={again} />)}
    <section className="card">
      <table className="plain-table" aria-label={t('bus.title')}>
        <thead><tr>{['service', 'published', 'unpublished', 'consumed', 'dead', 'standing'].map((one) => <th scope="col" key={one}>{t(`bus.${one}`)}</th>)}</tr></thead>
        <tbody>{SERVICES.map((service, at) => {
          const bus = all[at]?.data;
          const standing = !bus ? 'unknown' : bus.dead_letters > 0 ? 'dead_letters' : bus.unpublished > 0 ? 'waiting' : 'well';
          return (
            <tr key={service}><th scope="row">{word(service, 'service')}</th><td>{number(bus?.published)}</td><td>{number(bus?.unpublished)}</td><td>{number(bus?.consumed)}</td><td>{bus?.dead_letters ? <Link to={`/dead-letters?service=${service}`}>{number(bus.dead_letters)}</Link> : number(bus?.dead_letters)}</td>
              <td><Tag color={standing === 'well' ? 'success' : standing === 'dead_letters' ? 'error' : 'default'}>{t(`standing.${standing}`)}</Tag></td></tr>
          );
        })}</tbody>
      </table>
    </section>
    <Reconciled />
    {permissions.includes('ledger.read') && <LedgerCheck />}
    <section className="card"><h2>{t('commands.title')}</h2><p className="hint">{t('commands.hint')}</p>
      <dl className="keys">{COMMANDS.map(([what, command]) => <div key={what}><dd>{t(`commands.${what}`)}</dd><dt><code>{command}</code></dt></div>)}</dl>
    </section>
  </>;
}

function LedgerCheck() {
  const { t } = useTranslation('operations');
  const read = useRead<{ transactions_out_of_balance: number; accounts_drifting: number }>('funding', 'checkLedger');
  const found = read.data?.data;
  const well = found?.transactions_out_of_balance === 0 && found.accounts_drifting === 0;
  return (
    <section className="card"><h2>{t('ledger.title')}</h2>
      <ProblemAlert error={read.error} retry={() => void read.refetch()} />
      {found && <p role="status">{well ? t('ledger.well') : t('ledger.wrong', { transactions: found.transactions_out_of_balance, accounts: found.accounts_drifting })}</p>}
    </section>
  );
}
