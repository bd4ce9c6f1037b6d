import { expect, it } from 'vitest';
import { monthsUntil } from './months';

it('counts months back over the turn of a year', () => {
  expect(monthsUntil('2026-02-03', 3)).toEqual(['2025-12', '2026-01', '2026-02']);
  expect(monthsUntil('2026-12-31', 12)[0]).toBe('2026-01');
});
