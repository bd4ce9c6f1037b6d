import { describe, expect, it } from 'vitest';
import type { Meta, Schema } from '@/api/meta';
import { bodyOf, kindOf, known } from './shape';

const meta: Meta = { operations: {}, schemas: { Survey: { o: { members: { t: 'integer', q: 1 } } } } };
const schema: Schema = {
  o: {
    note: { t: 'string', mx: 2000, n: 1 }, amount_fen: { t: 'integer', q: 1 }, survey: { r: 'Survey', n: 1 }, kinds: { t: 'array', i: { e: ['a'] } },
    list: { t: 'array', i: { r: 'Survey' } }, agreed: { t: 'boolean' }, day: { t: 'string', f: 'date' }, tags: { t: 'array', i: { t: 'string' } }, facts: { t: 'object' },
  },
};

describe('forms from schemas', () => {
  it('choose a control for each field', () => {
    expect(Object.fromEntries(Object.entries(schema.o ?? {}).map(([name, field]) => [name, kindOf(meta, field, name)]))).toEqual({
      note: 'long', amount_fen: 'money', survey: 'group', kinds: 'choices', list: 'list', agreed: 'yes', day: 'date', tags: 'words', facts: 'json',
    });
  });
  it('make the body: yuan as fen, numbers as numbers, blanks left out', () => {
    expect(bodyOf(meta, schema, { note: ' ', amount_fen: '1,000.5', survey: { members: '' }, list: [{ members: '3' }], agreed: true, facts: '{"a":1}' })).toEqual({
      amount_fen: 100050, list: [{ members: 3 }], agreed: true, facts: { a: 1 },
    });
  });
  it('know which errors have a field', () => {
    expect(known(meta, schema, ['survey', 'members'])).toBe(true);
    expect(known(meta, schema, ['list', 0, 'members'])).toBe(true);
    expect(known(meta, schema, ['elsewhere'])).toBe(false);
  });
});
