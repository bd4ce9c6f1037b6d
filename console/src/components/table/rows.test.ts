import { expect, it } from 'vitest';
import { showsTheSame, type RowsProps } from './Rows';

const nothing = () => undefined;
const rows = [{ id: '1' }];
const props = (more: Partial<RowsProps> = {}): RowsProps => ({
  id: 'a', rows, columns: [{ name: 'name', label: '名称' }], loading: false, rowKey: String, open: nothing, empty: null, chosen: [], choose: nothing,
  selectable: false, focus: -1, setFocus: nothing, sort: undefined, change: nothing, where: 'q=1', language: 'zh', ...more,
});
const CHOSEN: string[] = [];
const base = props({ chosen: CHOSEN });

it('draws nothing again for callbacks that are made again, and for columns that say the same', () => {
  expect(showsTheSame(base, props({ chosen: CHOSEN, open: () => undefined, change: () => undefined, columns: [{ name: 'name', label: '名称' }] }))).toBe(true);
});

it.each<[string, Partial<RowsProps>]>([
  ['other rows', { rows: [{ id: '1' }] }], ['another focus', { focus: 0 }], ['another choice', { chosen: ['1'] }], ['loading', { loading: true }],
  ['another sort', { sort: 'name' }], ['another filter, from which a sort would begin', { where: 'q=2' }], ['another language', { language: 'en' }],
  ['another column', { columns: [{ name: 'uscc', label: '代码' }] }], ['another way to show one', { columns: [{ name: 'name', label: '名称', render: () => 'x' }] }],
  ['rows that lead nowhere', { open: undefined }],
])('draws again for %s', (_, more) => {
  expect(showsTheSame(base, props({ chosen: CHOSEN, ...more }))).toBe(false);
});

it('always draws an empty table again: its sentence may be another', () => {
  expect(showsTheSame(props({ rows: [], chosen: CHOSEN }), props({ rows: [], chosen: CHOSEN }))).toBe(false);
});
