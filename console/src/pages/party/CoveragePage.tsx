import { Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { useRead, type Row } from '@/api/hooks';
import { PageHead } from '@/components/layout/PageHead';
import { ProblemAlert } from '@/components/layout/Problems';
import { useUrlState } from '@/lib/urlState';
import { useMe } from '@/session/useSession';
import { Measures } from './Measures';

const FIGURES = ['organizations', 'covered', 'covered_standalone', 'covered_joint', 'covered_area', 'uncovered', 'standalone', 'joint', 'areas'];

/** Both coverages of a division: of its organizations, and of the incubators that its districts should have. */
export function CoveragePage() {
  const { t } = useTranslation('party');
  const [query, change] = useUrlState();
  const me = useMe();
  const division = query.division ?? me?.divisions[0] ?? '';
  const there = division !== '';
  const organizations = useRead('registry', 'getCoverage', {}, { division }, there);
  const bodies = useRead('registry', 'getBodyCoverage', {}, { division }, there);
  const incubators = useRead('incubation', 'getIncubatorCoverage', {}, { division }, there && (me?.permissions.includes('formation.read') ?? false));
  const one = organizations.data?.data;
  const number = (value: unknown) => (typeof value === 'number' ? value.toLocaleString('en-US') : t('coverage.few'));
  const share = one && typeof one.covered === 'number' && typeof one.organizations === 'number' && one.organizations > 0 ? `${((one.covered / one.organizations) * 100).toFixed(1)}%` : '—';
  return <>
    <PageHead title={t('coverage.title')} hint={t('coverage.hint')} />
    <search className="filter-bar no-print" aria-label={t('coverage.filter')}>
      <div className="filter-field"><label htmlFor="coverage-division">{t('coverage.division')}</label>
        <Input id="coverage-division" key={division} defaultValue={division} inputMode="numeric" allowClear onPressEnter={(event) => change({ division: event.currentTarget.value })} onBlur={(event) => change({ division: event.target.value })} /></div>
    </search>
    <ProblemAlert error={organizations.error ?? bodies.error ?? incubators.error} />
    <div className="cards"><div className="card strong">{t('coverage.share')}<b>{share}</b></div>
      {one && FIGURES.map((name) => <div className="card" key={name}>{t(`coverage.${name}`)}<b>{number(one[name])}</b></div>)}</div>
    <div className="side-by-side">
      {([['bodies', bodies.data?.data], ['incubators', incubators.data?.data]] as [string, Row | undefined][]).map(([name, found]) => found && (
        <section className="card" key={name}>
          <h2>{t(`coverage.${name}`)}</h2>
          <p>{t('coverage.present', { present: found.present, expected: found.expected })}</p>
          {Array.isArray(found.missing) && found.missing.length > 0
            ? <><h3>{t('coverage.missing')}</h3><ul>{found.missing.map((m) => <li key={JSON.stringify(m)}>{typeof m === 'object' && m ? String((m as Row).name ?? (m as Row).division ?? JSON.stringify(m)) : String(m)}</li>)}</ul></>
            : <p className="hint">{t('coverage.complete')}</p>}
        </section>
      ))}
    </div>
    {me?.permissions.includes('statistics.read') && <Measures division={division} />}
  </>;
}
