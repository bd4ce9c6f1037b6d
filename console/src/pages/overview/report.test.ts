import { expect, it } from 'vitest';
import { compared, grouped, shown, type Figure, type Place, type Report } from './report';

const place = (division: string, level: string): Place => ({ division, level, name: { zh: division, en: division }, values: {} });
const figure = (code: string, group: string): Figure => ({ code, group, name: { zh: code, en: code }, unit: '', value: 1, unknown: null, means: '' });

it.each([
  ['covered_bp', 2593, '25.93%'], ['support_fen', 123456, '1,234.56'], ['organizations', 1200, '1,200'], ['organizations', 0, '0'], ['organizations', null, null],
])('shows %s %s as %s', (code, value, text) => expect(shown(code, value)).toBe(text));

it('compares districts, and a district alone with nothing', () => {
  const of = (divisions: Place[]) => compared({ divisions } as Report).map((one) => one.division);
  expect(of([place('3301', 'city'), place('330106', 'county'), place('330102', 'county')])).toEqual(['330106', '330102']);
  expect(of([place('3301', 'city')])).toEqual(['3301']);
});

it('keeps the order of groups', () => {
  expect(grouped([figure('a', 'x'), figure('b', 'y'), figure('c', 'x')]).map(([name, all]) => [name, all.length])).toEqual([['x', 2], ['y', 1]]);
});
