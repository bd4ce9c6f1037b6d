import { useQueries } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { send } from '@/api/client';
import { loadMeta, operation, SERVICES } from '@/api/meta';
import { ProblemAlert } from '@/components/layout/Problems';
import { Value } from '@/components/Value';
import { word } from '@/lib/i18n';

interface Check { check: string; compared: number; differ: number; examples: string[]; advice: string }
interface Reconciled { at: string | null; operator: string | null; differs: boolean | null; checks: Check[] }

/** What the last reconciliation found in each service; a check without a difference is counted, not listed. */
export function Reconciled() {
  const { t } = useTranslation('operations');
  const all = useQueries({
    queries: SERVICES.map((service) => ({
      queryKey: [service, 'getReconciliation'],
      queryFn: async () => (await send<Reconciled>(service, operation(await loadMeta(service), 'getReconciliation'))).data,
    })),
  });
  return (
    <section className="card"><h2>{t('reconciled.title')}</h2><p className="hint">{t('reconciled.hint')} <code>shuangfu reconcile --record</code></p>
      {all.map((one, at) => one.error && <ProblemAlert key={SERVICES[at]} error={one.error} retry={() => void one.refetch()} />)}
      <dl className="keys">{SERVICES.map((service, at) => {
        const last = all[at]?.data;
        return <div key={service}><dt>{word(service, 'service')}</dt><dd>
          {last && !last.at && t('reconciled.never')}
          {last?.at && <><Value value={last.at} name="at" /> {last.operator} {t(last.differs ? 'reconciled.differs' : 'reconciled.well', { count: last.checks.length })}
            <ul lang="en">{last.checks.filter((check) => check.differ > 0).map((check) => (
              <li key={check.check}><code>{check.check}</code> {check.differ} / {check.compared} <code>{check.examples.join(', ')}</code> <code>{check.advice}</code></li>))}</ul></>}
        </dd></div>;
      })}</dl>
    </section>
  );
}
