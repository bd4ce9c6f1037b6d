import { useMemo } from 'react';
import { Button, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { useRead } from '@/api/hooks';
import { placesWithin } from '@/api/places';
import { Scrollable } from '@/components/layout/Scrollable';
import { PageHead } from '@/components/layout/PageHead';
import { ProblemAlert } from '@/components/layout/Problems';
import { PlaceSelect } from '@/components/PlaceSelect';
import { spoken } from '@/lib/i18n';
import { useUrlState } from '@/lib/urlState';
import { instant, today } from '@/lib/values';
import { useMe } from '@/session/useSession';
import { CoverageBars } from './CoverageBars';
import { DistrictMap } from './DistrictMap';
import { FundsTable } from './FundsTable';
import { compared, grouped, say, shown, type Report } from './report';

const FIRST = ['organizations', 'organizations_covered', 'covered_bp', 'built_bp', 'cases_pending', 'cases_overdue', 'resolutions_overdue', 'districts_without_incubator'];
const BY_DISTRICT = ['organizations', 'organizations_covered', 'covered_bp', 'eligible', 'built_bp', 'cases_overdue'];

/** The dashboard: both coverages by district, what is overdue, and the figures of the year. */
export function OverviewPage() {
  const { t } = useTranslation('overview');
  const me = useMe();
  const [query, change] = useUrlState();
  const division = query.division ?? me?.divisions[0] ?? '';
  const year = query.year ?? today().slice(0, 4);
  const read = useRead<Report>('incubation', 'getYearlyReport', { year }, { division }, division !== '');
  const report = read.data?.data;
  const language = spoken();
  const bars = useMemo(() => {
    const places = report ? compared(report) : [];
    const of = (code: string) => places.map((one) => one.values[code] ?? null);
    return { names: places.map((one) => say(one.name, language)), series: [{ name: t('overview.covered'), values: of('covered_bp') }, { name: t('overview.built'), values: of('built_bp') }] };
  }, [report, language, t]);
  const named = new Map(report?.figures.map((one) => [one.code, one]));
  const name = (code: string) => { const one = named.get(code); return one ? say(one.name, language) : code; };
  const few = report?.show_from ? t('overview.few', { count: report.show_from }) : '';
  const permissions = me?.permissions ?? [];
  const places = placesWithin(me?.divisions ?? [], division);
  const field = (id: string, value: string) => (
    <div className="filter-field"><label htmlFor={`overview-${id}`}>{t(`overview.${id}`)}</label>
      <Input id={`overview-${id}`} key={value} defaultValue={value} inputMode="numeric" onPressEnter={(event) => change({ [id]: event.currentTarget.value.trim() })}
        onBlur={(event) => { if (event.target.value.trim() !== value) change({ [id]: event.target.value.trim() }); }} /></div>
  );
  return <>
    <PageHead title={t('overview.title')} hint={report ? t('overview.hint', { name: say(report.name, language), at: instant(report.as_of) }) : undefined}
      extra={<Button onClick={() => window.print()}>{t('overview.print')}</Button>} />
    <search className="filter-bar no-print" aria-label={t('overview.filter')}>
      {places ? (
        <div className="filter-field"><label htmlFor="overview-division">{t('overview.division')}</label>
          <PlaceSelect id="overview-division" value={division} options={places} change={(next) => change({ division: next })} /></div>
      ) : field('division', division)}
      {field('year', year)}
    </search>
    <ProblemAlert error={read.error} retry={() => void read.refetch()} />
    {report && <>
      <div className="cards">{FIRST.filter((code) => named.has(code)).map((code) => (
        <div className="card" key={code}>{name(code)}<b>{shown(code, named.get(code)?.value) ?? '—'}</b>{named.get(code)?.value === null && <span className="hint">{named.get(code)?.unknown?.text}</span>}</div>
      ))}</div>
      <div className="side-by-side">
        <section className="card" aria-labelledby="by-district">
          <h2 id="by-district">{t('overview.districts')}</h2>
          {few && <p className="hint">{few}</p>}
          <Scrollable labelledBy="by-district"><table className="plain-table">
            <thead><tr><th scope="col">{t('overview.district')}</th>{BY_DISTRICT.map((code) => <th scope="col" key={code}>{name(code)}</th>)}</tr></thead>
            <tbody>{compared(report).map((one) => (
              <tr key={one.division}><th scope="row">{say(one.name, language)}</th>{BY_DISTRICT.map((code) => <td key={code}>{shown(code, one.values[code]) ?? '—'}</td>)}</tr>
            ))}</tbody>
          </table></Scrollable>
        </section>
        <section className="card"><h2>{t('overview.bars')}</h2><CoverageBars label={t('overview.bars')} {...bars} /></section>
      </div>
      <DistrictMap division={division} on={report.as_of.slice(0, 10)} places={compared(report)} measures={['covered_bp', 'built_bp'].map((code) => ({ code, name: name(code) }))} />
      {permissions.includes('grants.read') ? <FundsTable division={division} /> : <p className="hint">{t('overview.figures_only')}</p>}
      <h2>{t('overview.statistics')}</h2>
      {grouped(report.figures).map(([group, figures]) => (
        <section className="card" key={group}><h3>{group}</h3>
          <table className="plain-table"><thead><tr><th scope="col">{t('overview.figure')}</th><th scope="col">{t('overview.value')}</th><th scope="col">{t('overview.means')}</th></tr></thead>
            <tbody>{figures.map((one) => (
              <tr key={one.code}><th scope="row">{say(one.name, language)}</th><td>{shown(one.code, one.value) ?? one.unknown?.text ?? '—'}{one.code.endsWith('_bp') || one.value === null ? '' : ` ${one.code.endsWith('_fen') ? t('overview.yuan') : one.unit}`}</td><td>{one.means}</td></tr>
            ))}</tbody></table>
        </section>
      ))}
    </>}
  </>;
}
