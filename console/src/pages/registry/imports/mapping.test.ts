import { describe, expect, it } from 'vitest';
import { taken, toSend, type FileHeading } from './mapping';

const headings: FileHeading[] = [
  { column: 'A', heading: '代码', field: 'uscc' },
  { column: 'B', heading: '单位全名', field: null, like: 'name' },
  { column: 'C', heading: '备注', field: null },
];

describe('what is sent of headings', () => {
  it.each([
    ['nothing where nothing is chosen', {}, {}, {}],
    ['nothing where it is chosen as it was read', { 代码: 'uscc', 备注: '' }, {}, {}],
    ['what is chosen', { 单位全名: 'name' }, {}, { 单位全名: 'name' }],
    ['a column that is not to be read any more', { 代码: '' }, {}, { 代码: '' }],
    ['what was given before', {}, { 代码: null, 备注: 'street' }, { 代码: '', 备注: 'street' }],
    ['the choice in the place of what was given before', { 单位全名: 'street' }, { 单位全名: 'name' }, { 单位全名: 'street' }],
    ['the choice also where it is how the heading is read', { 代码: 'uscc' }, { 代码: null }, { 代码: 'uscc' }],
  ])('%s', (_, chosen, before, expected) => {
    expect(toSend(headings, chosen, before)).toEqual(expected);
  });
});

describe('fields of more than one heading', () => {
  it.each([
    [{}, []],
    [{ 单位全名: 'name' }, []],
    [{ 单位全名: 'uscc' }, ['uscc']],
    [{ 单位全名: 'uscc', 代码: '' }, []],
    [{ 单位全名: 'name', 备注: 'name' }, ['name']],
  ])('%o', (chosen, expected) => {
    expect(taken(headings, chosen)).toEqual(expected);
  });
});
