import { Select, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { useRead, type Page } from '@/api/hooks';
import { Nothing, PageHead } from '@/components/layout/PageHead';
import { Scrollable } from '@/components/layout/Scrollable';
import { ProblemAlert } from '@/components/layout/Problems';
import { useUrlState } from '@/lib/urlState';
import { useMe } from '@/session/useSession';
import { compare, KINDS, type Kind, type Policy } from './policies';

/** Every version of a kind of policy with its source and days, and two of them side by side. */
export function PoliciesPage() {
  const { t } = useTranslation('operations');
  const permissions = useMe()?.permissions ?? [];
  const [query, change] = useUrlState();
  const kinds = Object.entries(KINDS).filter(([, one]) => permissions.includes(one.needs));
  const [name, kind] = kinds.find(([id]) => id === query.kind) ?? kinds[0] ?? [];
  return <>
    <PageHead title={t('policies.title')} hint={t('policies.hint')} />
    {name && kind ? <>
      <search className="filter-bar no-print" aria-label={t('policies.filter')}>
        <div className="filter-field"><label htmlFor="policy-kind">{t('policies.kind')}</label>
          <Select id="policy-kind" value={name} options={kinds.map(([id]) => ({ value: id, label: t(`kind.${id}`) }))} onChange={(next: string) => change({ kind: next, one: null, other: null })} /></div>
      </search>
      <Versions key={name} kind={kind} label={t(`kind.${name}`)} />
    </> : <Nothing text={t('policies.none')} />}
  </>;
}

function Versions({ kind, label }: { kind: Kind; label: string }) {
  const { t } = useTranslation('operations');
  const [query, change] = useUrlState();
  const read = useRead<Page<Policy>>(kind.service, kind.op);
  const found = read.data?.data.items ?? [];
  const one = found.find((version) => version.id === query.one) ?? found[0];
  const other = found.find((version) => version.id === query.other) ?? found[1] ?? one;
  const rows = one && other ? compare(one, other) : [];
  const shown = query.all || one === other ? rows : rows.filter((row) => !row.same);
  const choose = (id: 'one' | 'other', value: string | undefined) => (
    <div className="filter-field wide"><label htmlFor={`policy-${id}`}>{t(`policies.${id}`)}</label>
      <Select id={`policy-${id}`} {...(value ? { value } : {})} popupMatchSelectWidth={false} options={found.map((version) => ({ value: version.id, label: version.id }))} onChange={(next: string) => change({ [id]: next })} /></div>
  );
  return <>
    <ProblemAlert error={read.error} retry={() => void read.refetch()} />
    <section className="card scroll-x"><table className="plain-table" aria-label={label}>
      <thead><tr>{['id', 'region', 'from', 'to', 'source'].map((head) => <th scope="col" key={head}>{t(`version.${head}`)}</th>)}</tr></thead>
      <tbody>{found.map((version) => (
        <tr key={version.id}><th scope="row"><code>{version.id}</code></th><td>{version.region || t('version.everywhere')}</td><td>{version.effective_from}</td><td>{version.effective_to ?? t('version.open')}</td><td>{version.source}</td></tr>
      ))}</tbody></table></section>
    {one && other && <section className="card" aria-labelledby="differences">
      <h2 id="differences">{t('policies.differences')}</h2>
      <div className="filter-bar no-print">{choose('one', one.id)}{choose('other', other.id)}
        <label><Switch checked={Boolean(query.all)} onChange={(on) => change({ all: on ? '1' : null })} aria-label={t('policies.all')} /> {t('policies.all')}</label></div>
      {shown.length === 0 ? <p>{t('policies.same')}</p> : <Scrollable labelledBy="differences"><table className="plain-table">
        <thead><tr><th scope="col">{t('policies.parameter')}</th><th scope="col">{one.id}</th><th scope="col">{other.id}</th></tr></thead>
        <tbody>{shown.map((row) => <tr key={row.path}><th scope="row"><code>{row.path}</code></th><td>{row.one}</td><td>{row.same ? row.other : <b>{row.other}</b>}</td></tr>)}</tbody>
      </table></Scrollable>}
    </section>}
  </>;
}
