import { expect, it } from 'vitest';
import { outcomeOf } from './letters';

it('says nothing before something was settled', () => {
  expect(outcomeOf(undefined)).toBeNull();
});

it('counts what was settled, and names each reason once', () => {
  const failed = ['a', 'b', 'a', 'c', 'd', 'e', 'f'].map((detail, at) => ({ id: String(at), detail }));
  expect(outcomeOf({ settled: ['1', '2'], failed })).toEqual({ settled: 2, failed: ['a', 'b', 'c', 'd', 'e'] });
});
