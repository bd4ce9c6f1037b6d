import { expect, it } from 'vitest';
import { drawn, strength, type Shapes } from './districts';

const square = (division: string, west: number): Shapes['features'][number] => ({
  type: 'Feature', properties: { division, name_zh: division, name_en: division, invented: true },
  geometry: { type: 'MultiPolygon', coordinates: [[[[west, 0], [west + 1, 0], [west + 1, 1], [west, 1], [west, 0]]]] },
});

it('draws shapes beside each other, north above', () => {
  const found = drawn({ type: 'FeatureCollection', features: [square('1', 0), square('2', 1)] }, 200);
  expect(found.height).toBeCloseTo(100, 0);
  expect(found.districts.map((one) => [one.division, Math.round(one.x), Math.round(one.y)])).toEqual([['1', 50, 50], ['2', 150, 50]]);
  expect(found.districts[0]?.path.startsWith('M0 100')).toBe(true);
  expect(drawn({ type: 'FeatureCollection', features: [] }, 200)).toEqual({ height: 0, districts: [] });
});

it.each([[null, null], [undefined, null], [0, 0.08], [10_000, 0.88], [12_000, 0.88]])('colours %s by %s', (bp, opacity) => {
  expect(strength(bp)).toEqual(opacity === null ? null : expect.closeTo(opacity, 5) as number);
});
