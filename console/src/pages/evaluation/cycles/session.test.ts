import { expect, it } from 'vitest';
import { barOf, decisions } from './session';

it('decides by the total unless a star was given, also none', () => {
  expect(decisions([{ id: 'a' }, { id: 'b' }, { id: 'c' }], { b: 0, c: null })).toEqual([{ evaluation_id: 'a' }, { evaluation_id: 'b', star: 0 }, { evaluation_id: 'c' }]);
});

const held = { held_on: '2026-03-02', due: '9', present: '7', count: '3' };
it.each([
  [0, held, 'none'], [3, { ...held, held_on: '' }, 'day'], [3, { ...held, present: '10' }, 'members'], [3, { ...held, due: '' }, 'members'],
  [3, { ...held, present: 'x' }, 'members'], [4, held, 'count'], [3, { ...held, count: '' }, 'count'], [3, held, null],
])('of %i chosen, held %j, the bar is %s', (chosen, given, bar) => { expect(barOf(chosen, given)).toBe(bar); });
