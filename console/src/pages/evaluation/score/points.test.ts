import { describe, expect, it } from 'vitest';
import { diverges, gap, numberOf, pointsOf, shown, type Indicator, type Method, type Value } from './points';

const method = (kind: Method['kind'], more: Partial<Method> = {}): Method => ({ kind, explanation: '', of: null, each: null, full_at: null, grades: [], brackets: [], ...more });
const indicator = (points: string, given: Method | null): Indicator => ({ code: 'A1', what: '', how: '', degree: '', points, method: given, evidence: [], absent_when: null, applies_to: null });

const graded = indicator('5', method('graded', { grades: [{ code: 'a', points: '5', means: '' }, { code: 'c', points: '2.5', means: '' }] }));
const counted = indicator('3', method('counted', { each: '0.75', full_at: 4 }));
const thirds = indicator('1', method('counted', { each: '0.33', full_at: 3 }));
const deduction = indicator('4', method('deduction', { each: '1.5' }));
const ratio = indicator('4', method('ratio', { brackets: [{ at_least: '100', points: '4' }, { at_least: '90', points: '2.5' }] }));
const yes = indicator('2', method('yes_no'));

describe('points of a fact', () => {
  it.each<[string, Indicator, Value, number | null]>([
    ['a grade', graded, 'c', 250], ['an unknown grade', graded, 'z', null], ['a count', counted, 3, 225], ['a count beyond the full one', counted, 9, 300], ['a full count whose parts do not add up', thirds, 3, 100],
    ['a deduction', deduction, 2, 100], ['deductions beyond all', deduction, 5, 0], ['a ratio of parts', ratio, { part: 11, whole: 12 }, 250], ['all of it', ratio, { part: 12, whole: 12 }, 400],
    ['a percentage', ratio, 89.99, 0], ['yes', yes, true, 200], ['no', yes, false, 0], ['not applicable', counted, 'not_applicable', null], ['no evidence', counted, 'no_evidence', 0],
  ])('%s', (_, one, value, points) => { expect(pointsOf(one, value)).toBe(points); });
  it('is none without a method or a value', () => {
    expect(pointsOf(indicator('4', null), 3)).toBe(null);
    expect(pointsOf(yes, undefined)).toBe(null);
  });
});

it('adds hundredths without rounding', () => { expect(shown(582 + 485)).toBe('10.67'); });
it.each([['4.65', 4.65], ['4', 4], ['4.655', null], ['-1', null], ['', null]])('reads %s as %s', (text, value) => { expect(numberOf(text)).toBe(value); });
it('marks the later of two stages that are too far apart', () => {
  const found = [{ earlier: 'self', later: 'committee', earlier_total: '97', later_total: '80', bound: '10', word: null }];
  expect([diverges(found, 'committee'), diverges(found, 'self')]).toEqual([true, false]);
  expect([gap('5.82', '5.70'), gap(undefined, '5.70')]).toEqual([-12, 0]);
});
