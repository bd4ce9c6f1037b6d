import { expect, it } from 'vitest';
import { compare, leaves, type Policy } from './policies';

const policy = (parameters: Record<string, unknown>): Policy => ({ id: 'p', region: '', effective_from: '2026-01-01', effective_to: null, source: '', parameters });

it('names each leaf by its path', () => {
  expect(leaves({ a: 1, b: { c: [true, 'x'] }, d: null, e: [] })).toEqual([['a', '1'], ['b.c.0', 'true'], ['b.c.1', 'x'], ['d', '—'], ['e', '—']]);
});

it('tells what differs, also what one alone has', () => {
  const found = compare(policy({ due: 10, joint: 3 }), policy({ due: 15, joint: 3, area: 1 }));
  expect(found.filter((one) => !one.same)).toEqual([{ path: 'due', one: '10', other: '15', same: false }, { path: 'area', one: '—', other: '1', same: false }]);
});
