// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { draftOf, keepDraft, read } from './kept';
import { isTyping, matcher } from './keyboard';
import { merge } from './urlState';
import { at, fen, instant, percent, yuan } from './values';

describe('values', () => {
  it.each([[0, '0.00'], [5, '0.05'], [123456, '1,234.56'], [-100, '-1.00'], [900719925474099100n, '9,007,199,254,740,991.00']])('says %s fen in yuan', (given, said) => {
    expect(yuan(given)).toBe(said);
  });
  it.each([['1,234.5', 123450], ['0.05', 5], ['-1', -100], ['1.234', null], ['一百', null], ['', null]])('reads %s as fen', (text, value) => {
    expect(fen(text)).toBe(value);
  });
  it('says instants as they stand in China, and per cent', () => {
    expect(instant('2026-03-02T01:00:00Z')).toBe('2026-03-02 09:00');
    expect(percent(8750)).toBe('87.50%');
    expect(at({ term: { until: 'x' } }, 'term.until')).toBe('x');
    expect(at(null, 'term.until')).toBeUndefined();
  });
});

describe('address state', () => {
  it('begins at the first page again when a filter changes', () => {
    expect(merge(new URLSearchParams('cursor=c&kind=a'), { kind: 'b' }).toString()).toBe('kind=b');
  });
  it('keeps the page when only a tab changes, and drops what is empty', () => {
    expect(merge(new URLSearchParams('cursor=c&q=x'), { tab: 'steps', q: '' }, true).toString()).toBe('cursor=c&tab=steps');
  });
});

describe('keyboard', () => {
  const known = (keys: string) => ['g t', 'j', '?'].includes(keys);
  it('knows pairs within one second, and single keys', () => {
    const match = matcher();
    expect(match('g', 0, known)).toBeNull();
    expect(match('t', 500, known)).toBe('g t');
    expect(match('j', 600, known)).toBe('j');
    expect(match('g', 1000, known)).toBeNull();
    expect(match('t', 2500, known)).toBeNull();
  });
  it('leaves keys to who is writing', () => {
    expect(isTyping(document.createElement('input'))).toBe(true);
    expect(isTyping(document.body)).toBe(false);
  });
});

describe('what is kept', () => {
  it('keeps a draft for the tab, until it was sent', () => {
    keepDraft('form', { note: '已核' });
    expect(draftOf('form')).toEqual({ note: '已核' });
    keepDraft('form', null);
    expect(draftOf('form')).toBeNull();
  });
  it('does without what cannot be read', () => {
    window.localStorage.setItem('shuangfu.views', '{');
    expect(read(window.localStorage, 'views', [])).toEqual([]);
  });
});
