import { Fragment } from 'react';
import { Input, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useRead, type Row } from '@/api/hooks';
import { Nothing, PageHead } from '@/components/layout/PageHead';
import { ProblemAlert } from '@/components/layout/Problems';
import { Scrollable } from '@/components/layout/Scrollable';
import { ListPage } from '@/components/table/ListPage';
import { word } from '@/lib/i18n';
import { useUrlState } from '@/lib/urlState';

interface Indicator { code: string; what: string; how: string; degree: string; points: string }
interface Level { code: string; name: string; points: string; indicators: Indicator[] }
interface System { name: string; version: string; year: number; year_from: number; owner: string; levels: Level[]; vetoes: { code: string; what: string }[] }
interface Change { code: string; field: string; effect: string; before: string | null; after: string | null }

/** The systems of indicators by which types of organizations are rated. */
export function SystemsPage() {
  return <ListPage definition={{
    service: 'evaluation', op: 'listIndicatorSystems', ns: 'evaluation', id: 'systems', columns: ['type', 'name', 'version', 'owner', 'year_from', 'year_to', 'region'],
    filters: ['year', 'division'], rowKey: (row) => `${String(row.type)} ${String(row.version)}`, record: (row: Row) => `/indicator-systems/${String(row.type)}?year=${String(row.year)}`,
  }} />;
}

/** One system as it is in a year, and what differs from the version of an earlier one. */
export function SystemPage() {
  const { t } = useTranslation(['evaluation', 'common']);
  const { type = '' } = useParams();
  const [query, change] = useUrlState();
  const read = useRead<System>('evaluation', 'getIndicatorSystem', { type }, { year: query.year });
  const system = read.data?.data;
  const field = (id: 'year' | 'since', value: string) => (
    <div className="filter-field"><label htmlFor={`system-${id}`}>{t(`systems.${id}`)}</label>
      <Input id={`system-${id}`} key={value} defaultValue={value} inputMode="numeric" maxLength={4} onPressEnter={(event) => change({ [id]: event.currentTarget.value.trim() })}
        onBlur={(event) => { if (event.target.value.trim() !== value) change({ [id]: event.target.value.trim() }); }} /></div>
  );
  return <>
    <nav className="crumb no-print" aria-label={t('common:crumb')}><Link to="/indicator-systems">{t('systems.title')}</Link></nav>
    <PageHead title={system ? `${type} ${system.name}` : t('systems.record')} hint={system && t('systems.of', { year: system.year, version: system.version, owner: system.owner })} />
    <search className="filter-bar no-print" aria-label={t('systems.choose')}>{field('year', query.year ?? '')}{field('since', query.since ?? '')}</search>
    <ProblemAlert error={read.error} retry={() => void read.refetch()} />
    {!system && !read.error && <Skeleton active />}
    {system && query.since && <Changes type={type} year={String(system.year)} since={query.since} />}
    {system && <section className="card block" aria-labelledby="system-indicators">
      <h2 id="system-indicators">{t('systems.indicators')}</h2>
      <Scrollable labelledBy="system-indicators"><table className="plain-table score-tree">
        <thead><tr><th scope="col">{t('systems.indicator')}</th><th scope="col">{t('systems.how')}</th><th scope="col" className="money">{t('systems.points')}</th></tr></thead>
        {system.levels.map((level) => <Fragment key={level.code}><tbody>
          <tr className="level"><th scope="rowgroup" colSpan={2}>{level.code} {level.name}</th><td className="money">{level.points}</td></tr>
          {level.indicators.map((one) => <tr key={one.code}><th scope="row">{one.code} {one.what}<span className="hint how">{one.degree}</span></th><td>{one.how}</td><td className="money">{one.points}</td></tr>)}
        </tbody></Fragment>)}
      </table></Scrollable>
      <h3>{t('systems.vetoes')}</h3>
      <ul>{system.vetoes.map((one) => <li key={one.code}>{one.code} {one.what}</li>)}</ul>
    </section>}
  </>;
}

function Changes({ type, year, since }: { type: string; year: string; since: string }) {
  const { t } = useTranslation('evaluation');
  const read = useRead<{ changes: Change[]; since_version: string; version: string }>('evaluation', 'listSystemChanges', { type }, { year, since_year: since }, /^\d{4}$/.test(since));
  const found = read.data?.data;
  return <section className="card block" aria-labelledby="system-changes">
    <h2 id="system-changes">{t('systems.changes', { since, year })}</h2>
    <ProblemAlert error={read.error} />
    {found && found.changes.length === 0 && <Nothing text={t('systems.same', { version: found.version })} />}
    {found && found.changes.length > 0 && <Scrollable labelledBy="system-changes"><table className="plain-table">
      <thead><tr>{['code', 'effect', 'field', 'before', 'after'].map((name) => <th scope="col" key={name}>{t(`systems.changes.${name}`)}</th>)}</tr></thead>
      <tbody>{found.changes.map((one) => <tr key={`${one.code} ${one.field}`} className="differs"><th scope="row">{one.code}</th><td>{word(one.effect, 'effect')}</td><td>{word(one.field, 'field')}</td><td>{one.before ?? '—'}</td><td>{one.after ?? '—'}</td></tr>)}</tbody>
    </table></Scrollable>}
  </section>;
}
