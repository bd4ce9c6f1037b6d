import { expect, it } from 'vitest';
import type { Indicator, Level, Method } from './points';
import { bodyOf, lacks, sheetOf, totalOf } from './sheet';

const method = (kind: Method['kind'], more: Partial<Method> = {}): Method => ({ kind, explanation: '', of: null, each: null, full_at: null, grades: [], brackets: [], ...more });
const one = (code: string, points: string, given: Method | null): Indicator => ({ code, what: '', how: '', degree: '', points, method: given, evidence: [], absent_when: null, applies_to: null });
const facts: Level[] = [{ code: 'A', name: '', points: '7', indicators: [one('A1', '2', method('yes_no')), one('A2', '3', method('counted', { each: '0.75', full_at: 4 })), one('A3', '2', method('yes_no'))] }];
const points: Level[] = [{ code: 'A', name: '', points: '7', indicators: [one('A1', '4', null), one('A2', '3', null)] }];

it('goes on from what the stage has, and leaves out what is empty', () => {
  const sheet = sheetOf({ stages: { self: { facts: { A1: { value: true, evidence: '见附件', points: '2', why: 'x' } }, scores: {}, word: null } } }, 'self');
  sheet.facts.A2 = { value: 3, evidence: '' };
  sheet.facts.A3 = { evidence: '记录' };
  expect(totalOf(facts, sheet)).toBe('4.25');
  expect(lacks(facts, sheet)).toEqual({ missing: ['A3'], unshown: ['A2'] });
  expect(bodyOf(facts, { ...sheet, word: ' 说明 ' })).toEqual({ A1: { value: true, evidence: '见附件' }, A2: { value: 3, evidence: '' }, word: '说明' });
});

it('sends points where the version has no methods', () => {
  const sheet = { facts: {}, scores: { A1: '3.88', A2: ' ' }, word: '' };
  expect([totalOf(points, sheet), lacks(points, sheet).missing, bodyOf(points, sheet)]).toEqual(['3.88', ['A2'], { scores: { A1: '3.88' } }]);
});

it('begins empty where the stage has nothing', () => { expect(sheetOf({ stages: {} }, 'group')).toEqual({ facts: {}, scores: {}, word: '' }); });

it('does not send a ratio whose whole is not written', () => {
  const sheet = { facts: { A1: { value: { part: 3, whole: undefined }, evidence: 'x' } }, scores: {}, word: '' };
  expect([bodyOf(facts, sheet), lacks(facts, sheet).missing]).toEqual([{}, ['A1', 'A2', 'A3']]);
});

it('sends 0 of 0, which the server leaves out of the rating with its reason', () => {
  const sheet = { facts: { A1: { value: { part: 0, whole: 0 }, evidence: 'x' } }, scores: {}, word: '' };
  expect(bodyOf(facts, sheet)).toEqual({ A1: { value: { part: 0, whole: 0 }, evidence: 'x' } });
});
