import { expect, it } from 'vitest';
import { changesOf, rolesOf, trailOf } from './trail';

it.each([
  [{ before: null, after: { b: 1, a: 'x' } }, [['a', null, 'x'], ['b', null, '1']]],
  [{ before: { state: 'open' }, after: { state: null } }, [['state', 'open', null]]],
  [{ before: { list: [1] }, after: null }, [['list', '[1]', null]]],
  [{ before: null, after: null }, []],
])('shows what changed in %j', (entry, found) => {
  expect(changesOf(entry).map((one) => [one.field, one.before, one.after])).toEqual(found);
});

it.each([['rater,reviewer for XIHU', ['rater', 'reviewer']], ['', []], ['registrar', ['registrar']]])('reads the roles of "%s"', (authority, roles) => {
  expect(rolesOf(authority)).toEqual(roles);
});

it('leads from a reading to the record that was read', () => {
  expect(trailOf({ kind: 'audit_log', record: 'contacts/7/liaison' })).toBe('7/liaison');
  expect(trailOf({ kind: 'payees', record: '7' })).toBe('7');
});
