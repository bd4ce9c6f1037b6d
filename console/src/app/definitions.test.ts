// @vitest-environment jsdom
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import i18next from 'i18next';
import { answerFields, loadMeta, SERVICES, type Meta } from '@/api/meta';
import { startI18n, word } from '@/lib/i18n';

const SOURCES = import.meta.glob<string>('../pages/**/*.tsx', { eager: true, query: '?raw', import: 'default' });

it('is generated from the stored interfaces as they are', async () => {
  for (const service of SERVICES) {
    const doc = JSON.parse(readFileSync(`../services/${service}/openapi.json`, 'utf8')) as { paths: Record<string, Record<string, { operationId?: string }>> };
    const there = Object.values(doc.paths).flatMap((path) => Object.values(path).flatMap((one) => one.operationId ?? []));
    expect(Object.keys((await loadMeta(service)).operations).sort()).toEqual(there.sort());
  }
});

/** A page that names an operation or column that there is not would fail only when somebody opens it. */
it('names only operations, columns and filters that there are', async () => {
  const metas: Meta[] = await Promise.all(SERVICES.map(loadMeta));
  const faults: string[] = [];
  for (const [path, text] of Object.entries(SOURCES)) {
    for (const [, op = '', rest = ''] of text.matchAll(/op: '(\w+)'([\s\S]*?)(?=op: '|$)/g)) {
      const meta = metas.find((one) => one.operations[op] && (text.includes(`'${SERVICES[metas.indexOf(one)] ?? ''}'`)));
      if (!meta) { faults.push(`${path}: ${op}`); continue; }
      const names = (what: string) => [...(new RegExp(`${what}: \\[([^\\]]*)\\]`).exec(rest)?.[1] ?? '').matchAll(/'([^']+)'/g)].map((m) => m[1] ?? '');
      const fields = answerFields(meta, op);
      for (const name of [...names('columns'), ...names('summary'), ...names('sums')]) if (!fields[name.split('.')[0] ?? '']) faults.push(`${path}: ${op} has no ${name}`);
      for (const name of names('filters')) if (!meta.operations[op]?.query[name]) faults.push(`${path}: ${op} takes no ${name}`);
      for (const name of names('more')) if (!meta.operations[name]) faults.push(`${path}: no operation ${name}`);
    }
  }
  expect(faults).toEqual([]);
});

/** What is no word of a language: GB codes, forms, coordinate systems, a type of GeoJSON. */
const CODE = /^([A-Z0-9]+|FeatureCollection)$/;

/** What pages say in sentences of their own, or not at all. */
const ELSEWHERE = new Set(['sort', 'format', 'operation']);

it('has a word for every value that an answer may have', async () => {
  const words = Object.fromEntries(['zh', 'en'].map((one) => [one, JSON.parse(readFileSync(`src/locales/${one}/words.json`, 'utf8')) as Record<string, string>]));
  const faults = new Set<string>();
  for (const meta of await Promise.all(SERVICES.map(loadMeta))) {
    for (const [op, { m, query }] of Object.entries(meta.operations)) {
      if (m !== 'get') continue;
      for (const [name, { e = [] }] of Object.entries({ ...answerFields(meta, op), ...query })) {
        if (ELSEWHERE.has(name)) continue;
        for (const value of e) if (!CODE.test(value) && !words.zh?.[value] && !Object.keys(words.zh ?? {}).some((key) => key.endsWith(`${name}=${value}`))) faults.add(`${op} ${name}=${value}`);
      }
    }
  }
  expect([...faults]).toEqual([]);
});

it('says of a value what it is of this thing', async () => {
  await startI18n('zh');
  await i18next.loadNamespaces('words');
  expect([word('held', 'state', 'grants'), word('held', 'state', 'meetings'), word('active', 'state', 'organizations'), word('active', 'state')])
    .toEqual(['暂缓', '已召开', '正常', '已启用']);
});
