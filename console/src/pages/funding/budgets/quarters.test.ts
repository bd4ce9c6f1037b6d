import { expect, it } from 'vitest';
import { quartersOf } from './quarters';

it('shows each quarter by its newest entry, and one without entry as empty', () => {
  const dues = { quarters: [{ quarter: 1, revision: 2, collected_fen: 5 }, { quarter: 1, revision: 1, collected_fen: 4 }, { quarter: 3, revision: 1, collected_fen: 7 }] };
  expect(quartersOf(dues).map((one) => one.now?.collected_fen ?? null)).toEqual([5, null, 7, null]);
});
