import type { FeatureCollection, MultiPolygon } from 'geojson';

export interface Named { division: string; name_zh: string; name_en: string; invented: boolean }
export type Shapes = FeatureCollection<MultiPolygon, Named>;
export interface Drawn { division: string; path: string; x: number; y: number }

/** The shapes on a plane of this width: degrees of longitude are narrower the further north (equirectangular at the middle). */
export function drawn(shapes: Shapes, width: number): { height: number; districts: Drawn[] } {
  const positions = shapes.features.flatMap((one) => one.geometry.coordinates.flat(2));
  if (positions.length === 0) return { height: 0, districts: [] };
  const [lons, lats] = [positions.map((p) => p[0] ?? 0), positions.map((p) => p[1] ?? 0)];
  const [west, east, south, north] = [Math.min(...lons), Math.max(...lons), Math.min(...lats), Math.max(...lats)];
  const narrow = Math.cos(((south + north) / 2) * (Math.PI / 180));
  const scale = width / Math.max((east - west) * narrow, 1e-9);
  const x = (lon: number) => Math.round((lon - west) * narrow * scale * 10) / 10;
  const y = (lat: number) => Math.round((north - lat) * scale * 10) / 10;
  const districts = shapes.features.map((one) => {
    const rings = one.geometry.coordinates.flat();
    const all = rings[0] ?? [];
    const mean = (at: 0 | 1) => all.slice(1).reduce((sum, p) => sum + (p[at] ?? 0), 0) / Math.max(all.length - 1, 1);
    return {
      division: one.properties.division,
      path: rings.map((ring) => `M${ring.map((p) => `${x(p[0] ?? 0)} ${y(p[1] ?? 0)}`).join('L')}Z`).join(''),
      x: x(mean(0)), y: y(mean(1)),
    };
  });
  return { height: y(south), districts };
}

/** How strongly a share is coloured, from 0.08 at none to 0.88 at the whole; null: not at all. */
export const strength = (bp: number | null | undefined): number | null => (
  bp === null || bp === undefined ? null : 0.08 + (0.8 * Math.min(Math.max(bp, 0), 10_000)) / 10_000);
