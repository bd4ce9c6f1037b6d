// @vitest-environment jsdom
import { expect, it } from 'vitest';
import { nameLists } from './listboxes';

it.each([
  ['<input aria-controls="a" aria-label="类别">', '类别'],
  ['<label for="b">区划</label><input id="b" aria-controls="a">', '区划'],
  ['<input>', null],
])('a list of options is named as its field: %s', async (field, name) => {
  document.body.innerHTML = field;
  const end = nameLists();
  const popup = document.createElement('div');
  popup.innerHTML = '<div role="listbox" id="a"></div>';
  document.body.append(popup);
  await Promise.resolve();
  expect(popup.firstElementChild?.getAttribute('aria-label')).toBe(name);
  end();
});
