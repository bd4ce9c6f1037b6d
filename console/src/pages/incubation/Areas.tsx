import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { FeatureCollection, Geometry } from 'geojson';
import { useRead, type Row } from '@/api/hooks';
import { ShapeMap } from '@/components/map/ShapeMap';
import { ProblemAlert } from '@/components/layout/Problems';
import { listOf, recordOf, to } from '@/components/pages';
import { useUrlState } from '@/lib/urlState';
import { useMe } from '@/session/useSession';

interface Feature { id: string; geometry: Geometry; properties: { code: string; name: string } }
const common = { service: 'incubation', ns: 'incubation', id: 'areas' } as const;

/** The areas of a division on a map, and what stays uncovered as points. */
function AreaMap() {
  const { t } = useTranslation('incubation');
  const [query] = useUrlState();
  const me = useMe();
  const navigate = useNavigate();
  const division = query.division ?? me?.divisions[0] ?? '';
  const read = useRead<{ features: Feature[] }>('incubation', 'getAreaMap', {}, { division }, division !== '');
  const open = useRead<{ items: Row[] }>('incubation', 'listUncovered', {}, { division, limit: 500 }, division !== '');
  const data = useMemo<FeatureCollection>(() => ({
    type: 'FeatureCollection',
    features: [
      ...(read.data?.data.features ?? []).map((one) => ({ type: 'Feature' as const, geometry: one.geometry, properties: { id: one.properties.code, name: one.properties.name } })),
      ...(open.data?.data.items ?? []).map((one) => ({
        type: 'Feature' as const, geometry: { type: 'Point' as const, coordinates: [Number(one.lon), Number(one.lat)] }, properties: { name: one.name, colour: '#874d00' },
      })),
    ],
  }), [read.data, open.data]);
  return (
    <section className="block">
      <ProblemAlert error={read.error ?? open.error} />
      <ShapeMap label={t('areas.map')} data={data} pick={(code) => void navigate(`/areas/${code}`)} />
      <p className="hint">{t('areas.legend')}</p>
    </section>
  );
}

export const Areas = listOf({
  ...common, op: 'listAreas', record: to('areas', 'code'), columns: ['name', 'code', 'division', 'organizations', 'filed_bodies', 'covered_by_area', 'uncovered', 'workers', 'from'], filters: ['on', 'division'],
  sums: ['organizations', 'filed_bodies', 'uncovered', 'workers'], above: () => <AreaMap />,
});

function OneMap({ area }: { area: Row }) {
  const { t } = useTranslation('incubation');
  const data = useMemo<FeatureCollection>(() => ({
    type: 'FeatureCollection', features: area.polygon ? [{ type: 'Feature', geometry: area.polygon as Geometry, properties: { id: area.code } }] : [],
  }), [area]);
  return <ShapeMap label={t('areas.map')} data={data} />;
}

export const AreaPage = recordOf({
  ...common, op: 'getArea', back: '/areas', title: (row) => String(row.name), summary: ['code', 'division', 'workers', 'square_metres', 'from', 'until', 'within'], hide: ['polygon', 'policy', 'datum'],
  more: ['putArea', 'dissolveArea'], tabs: [{ key: 'map', label: 'areas.map', render: (row) => <OneMap area={row} /> }],
});
