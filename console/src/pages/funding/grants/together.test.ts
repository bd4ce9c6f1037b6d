import { describe, expect, it } from 'vitest';
import { bulkOf, commonDivision, matches, together } from './together';

const grant = (id: string, amount: number, state = 'raised', more = {}) => ({ id, amount_fen: amount, state, channel: 'fiscal', order_id: null, ...more });

describe('a selection of grants', () => {
  it('is sent with its count and its sum in fen', () => {
    expect(together([grant('a', 300_000), grant('b', 1)])).toEqual({ ids: ['a', 'b'], count: 2, total_fen: 300_001 });
  });
  it('matches only what was written down for it', () => {
    const chosen = together([grant('a', 300_000), grant('b', 50)]);
    expect(matches(chosen, '2', '3,000.50')).toBe(true);
    expect(matches(chosen, ' 2 ', '3000.5')).toBe(true);
    for (const [count, amount] of [['3', '3000.50'], ['2', '3000.05'], ['2', ''], ['', '3000.50'], ['2', '3000.5元']] as const) {
      expect(matches(chosen, count, amount)).toBe(false);
    }
  });
  it.each([
    [['raised', 'raised'], 'review'], [['reviewed'], 'approve'], [['approved'], 'order'], [['raised', 'reviewed'], null], [['paid'], null], [['held'], null],
  ])('of states %j is taken through %s', (states, bulk) => {
    expect(bulkOf(states.map((state, at) => grant(String(at), 1, state)))).toBe(bulk);
  });
  it('makes an order only of one channel, and not twice', () => {
    expect(bulkOf([grant('a', 1, 'approved'), grant('b', 1, 'approved', { channel: 'dues' })])).toBe(null);
    expect(bulkOf([grant('a', 1, 'approved', { order_id: 'o', order_state: 'ordered' })])).toBe(null);
    expect(bulkOf([grant('a', 1, 'approved', { order_id: 'o', order_state: 'failed' })])).toBe('order');
  });
  it.each([[['330106', '330106'], '330106'], [['330106', '330102'], '3301'], [['330106', '331002'], '33'], [['330106', '310101'], ''], [[], '']])(
    'of divisions %j is the order of %s', (codes, division) => { expect(commonDivision(codes as string[])).toBe(division); });
});
