import { useQuery } from '@tanstack/react-query';
import { Skeleton, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { send } from '@/api/client';
import type { Page, Row } from '@/api/hooks';
import { loadMeta, operation, type Meta, type Service } from '@/api/meta';
import { spoken, word } from '@/lib/i18n';
import { instant } from '@/lib/values';
import { plain } from '../Value';
import { factLabel } from './facts';

export interface Reason { rule: string; outcome: string; facts: Row; as_of: string; text: string }
interface Rule { id: string; zh: string; en: string; source: string; figure: string | null }

/** All rules of a service, once: their sentences, sources and figures. */
function useRules(service: Service): Map<string, Rule> {
  const { data } = useQuery({
    queryKey: [service, 'rules'],
    staleTime: Infinity,
    queryFn: async () => (await send<Page<Rule>>(service, operation(await loadMeta(service), 'listRules'))).data.items,
  });
  return new Map((data ?? []).map((rule) => [rule.id, rule]));
}

/** A figure is a number or a sign; where it is a word of the rules' data, that is English. */
const told = (figure: string): boolean => spoken() === 'en' || !/[a-z]{3,}/i.test(figure);

/** 依据: why it came out so. Rule → its sentence → facts → as of → policy → what would change it. */
export function Basis({ service, meta, reasons, policy, missing, loading = false }: { service: Service; meta: Meta; reasons: Reason[]; policy?: unknown; missing?: unknown; loading?: boolean }) {
  const { t } = useTranslation();
  const rules = useRules(service);
  const lacks = Array.isArray(missing) ? missing : [];
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- WCAG 2.1.1: a scrolled region has no other way
    <aside className="basis" aria-label={t('basis.title')} tabIndex={0}>
      <h2>{t('basis.title')}</h2>
      {loading && <Skeleton active title={false} />}
      {!loading && reasons.length === 0 && lacks.length === 0 && <p className="hint">{t('basis.none')}</p>}
      {lacks.length > 0 && <>
        <h3>{t('basis.missing')}</h3>
        <ul className="missing">{lacks.map((one) => <li key={plain(one, 'missing')}>{plain(one, 'missing')}</li>)}</ul>
      </>}
      <ol>
        {reasons.map((reason, index) => {
          const rule = rules.get(reason.rule);
          return (
            <li key={`${reason.rule}.${String(index)}`}>
              <p className="rule"><code>{reason.rule}</code> <Tag>{word(reason.outcome, 'outcome')}</Tag></p>
              <p className="sentence">{(spoken() === 'zh' ? rule?.zh : rule?.en) || reason.text || t('basis.unknown')}</p>
              {Object.keys(reason.facts).length > 0 && (
                <dl>{Object.entries(reason.facts).map(([name, value]) => (
                  <div key={name}><dt>{factLabel(meta, name)}</dt><dd>{plain(value, name)}</dd></div>
                ))}</dl>
              )}
              <p className="hint">{t('basis.as_of', { at: instant(reason.as_of) })}</p>
              {rule && <p className="hint">{t('basis.source', { source: rule.source })}</p>}
              <p className="hint">{rule?.figure && told(rule.figure) ? t('basis.change.figure', { figure: rule.figure }) : t('basis.change')}</p>
            </li>
          );
        })}
      </ol>
      {typeof policy === 'string' && policy && <p className="hint">{t('basis.policy')} <code>{policy}</code></p>}
    </aside>
  );
}
