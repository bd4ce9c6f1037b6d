import { expect, it } from 'vitest';
import { viewChanges, viewQuery } from './views';

it('keeps what filters and sorts, and nothing of where the page stands', () => {
  expect(viewQuery({ state: 'open', q: '示例', cursor: 'x', tab: 'a', sort: '-total', kind: '' })).toBe('state=open&q=%E7%A4%BA%E4%BE%8B&sort=-total');
  expect(viewQuery({})).toBe('');
});

it('takes away what the view does not name', () => {
  expect(viewChanges({ state: 'open', cursor: 'x' }, 'q=%E7%A4%BA%E4%BE%8B')).toEqual({ state: null, q: '示例' });
});
