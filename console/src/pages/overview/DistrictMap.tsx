import { useMemo, useState } from 'react';
import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { useRead } from '@/api/hooks';
import { ProblemAlert } from '@/components/layout/Problems';
import { spoken } from '@/lib/i18n';
import { drawn, strength, type Shapes } from './districts';
import { say, shown, type Place } from './report';

const WIDTH = 640;

/** Both coverages by district on a map without tiles, as of the report's day. The table beside it says the same. */
export function DistrictMap({ division, on, places, measures }: { division: string; on: string; places: Place[]; measures: { code: string; name: string }[] }) {
  const { t } = useTranslation('overview');
  const [measure, choose] = useState(measures[0]?.code ?? '');
  const read = useRead<Shapes>('incubation', 'getDivisionShapes', {}, { division, on });
  const shapes = read.data?.data;
  const map = useMemo(() => (shapes ? drawn(shapes, WIDTH) : null), [shapes]);
  const language = spoken();
  const of = new Map(places.map((one) => [one.division, one]));
  if (read.error) return <ProblemAlert error={read.error} retry={() => void read.refetch()} />;
  if (!map || !shapes || map.districts.length === 0) return map && <p className="hint">{t('map.none')}</p>;
  const name = measures.find((one) => one.code === measure)?.name ?? '';
  return (
    <section className="card" aria-labelledby="district-map">
      <h2 id="district-map">{t('map.title')}</h2>
      <Segmented className="no-print" aria-label={t('map.measure')} value={measure} onChange={choose} options={measures.map((one) => ({ value: one.code, label: one.name }))} />
      <svg viewBox={`-4 -4 ${WIDTH + 8} ${map.height + 8}`} role="img" aria-label={t('map.label', { name })} style={{ width: '100%', maxWidth: 760, display: 'block' }}>
        {map.districts.map((one) => {
          const place = of.get(one.division);
          const opacity = strength(place?.values[measure]);
          return (
            <path key={one.division} d={one.path} fill={opacity === null ? '#d9d9d9' : '#b8000f'} fillOpacity={opacity ?? 1} stroke="#595959" strokeWidth={1}>
              <title>{`${place ? say(place.name, language) : one.division} ${shown(measure, place?.values[measure]) ?? '—'}`}</title>
            </path>
          );
        })}
        {map.districts.map((one) => {
          const place = of.get(one.division);
          return (
            <text key={one.division} x={one.x} y={one.y} textAnchor="middle" fontSize={11} fill="#1f1f1f" stroke="#fff" strokeWidth={3} paintOrder="stroke">
              {place ? say(place.name, language) : ''}<tspan x={one.x} dy={13}>{shown(measure, place?.values[measure]) ?? '—'}</tspan>
            </text>
          );
        })}
      </svg>
      <p className="hint">{t('map.legend')}{shapes.features.some((one) => one.properties.invented) && ` ${t('map.invented')}`}</p>
    </section>
  );
}
