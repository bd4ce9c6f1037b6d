import { expect, it } from 'vitest';

const FILES = import.meta.glob<Record<string, string>>('../locales/*/*.json', { eager: true, import: 'default' });
const of = (language: string) => Object.entries(FILES).filter(([path]) => path.includes(`/${language}/`) && !path.includes('words'));
/** What stands in Latin letters in Chinese pages: codes, formats, and the other language's own name. */
const CODES = /^(English|Excel|CSV|PDF|OFD|[A-Z]|\{\{\w+\}\})$/;

it('has each sentence in both languages', () => {
  for (const [path, zh] of of('zh')) {
    const en = FILES[path.replace('/zh/', '/en/')] ?? {};
    expect(Object.keys(en).sort(), path).toEqual(Object.keys(zh).sort());
  }
});

it('has no English word in Chinese sentences but codes', () => {
  const found = of('zh').flatMap(([, sentences]) => Object.values(sentences).flatMap((text) => text.replaceAll(/\{\{\w+\}\}/g, '').match(/[A-Za-z]{2,}/g) ?? []));
  expect(found.filter((word) => !CODES.test(word))).toEqual([]);
});
