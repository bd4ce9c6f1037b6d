// @vitest-environment jsdom
import { afterEach, expect, test } from 'vitest';
import { startI18n, switchLanguage } from '@/lib/i18n';
import { place, placesWithin } from './places';

afterEach(() => switchLanguage('zh'));

test('a division stands with its name, a prefix as its city, and what the table lacks as it is', async () => {
  await startI18n('zh');
  expect(['330106', '3301', '33', '310101', '110101', '330106001', 'x'].map(place)).toEqual([
    '西湖区 330106', '杭州市 3301', '浙江省 33', '黄浦区 310101', '110101', '330106001', 'x']);
  await switchLanguage('en');
  expect(place('330106')).toBe('Xihu District 330106');
});

test('a choice has what lies within the scope, and what is chosen already', async () => {
  await startI18n('zh');
  expect(placesWithin(['330106'])).toEqual([{ value: '330106', label: '西湖区 330106' }]);
  expect(placesWithin(['330106'], '330106001')?.map((one) => one.value)).toEqual(['330106', '330106001']);
  expect(placesWithin(['31'])?.[0]).toEqual({ value: '31', label: '上海市 31' });
  expect(placesWithin(['31'])?.some((one) => one.label.startsWith('市辖区'))).toBe(false);
  expect(placesWithin(['1101'])).toBeUndefined();
});
