// Types and a compact description of each service's interface, from the stored OpenAPI files; names of divisions, from their table.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import openapi, { astToString } from 'openapi-typescript';

const SERVICES = ['registry', 'incubation', 'evaluation', 'funding'];
const ROOT = new URL('../../services/', import.meta.url);
const OUT = new URL('../src/api/generated/', import.meta.url);

const isNull = (s) => s?.type === 'null';
const refName = (s) => s?.$ref?.split('/').pop();
/** "申请日期。 Day of the application." → both labels; the English one is the title, which is shorter. */
function labels(schema, name) {
  const zh = schema.description?.includes('。') ? schema.description.split('。')[0] : undefined;
  const en = (schema.title ?? name).replaceAll('_', ' ').toLowerCase();
  return { zh: zh ?? name, en: en.charAt(0).toUpperCase() + en.slice(1) };
}

function compact(schema, name = '', depth = 0) {
  if (!schema || depth > 6) return {};
  if (schema.$ref) return { r: refName(schema) };
  if (schema.anyOf || schema.oneOf) {
    const all = schema.anyOf ?? schema.oneOf;
    const rest = all.filter((s) => !isNull(s));
    const nullable = rest.length < all.length ? { n: 1 } : {};
    if (rest.length === 1) return { ...compact(rest[0], name, depth + 1), ...nullable };
    return { any: rest.map((s) => compact(s, name, depth + 1)), ...nullable };
  }
  const out = {};
  for (const [from, to] of [['type', 't'], ['format', 'f'], ['enum', 'e'], ['maxLength', 'mx'], ['minLength', 'mn'],
    ['minimum', 'lo'], ['maximum', 'hi'], ['pattern', 'p'], ['maxItems', 'mi']]) {
    if (schema[from] !== undefined) out[to] = schema[from];
  }
  if (schema.const !== undefined) out.e = [schema.const];
  if (schema.items) out.i = compact(schema.items, name, depth + 1);
  if (schema.properties) out.o = fields(schema, depth + 1);
  return out;
}

function fields(schema, depth = 0) {
  const required = new Set(schema.required ?? []);
  return Object.fromEntries(Object.entries(schema.properties).map(([name, s]) => [
    name, { ...labels(s, name), ...compact(s, name, depth), ...(required.has(name) ? { q: 1 } : {}) },
  ]));
}

const deref = (doc, s) => (s?.$ref ? s.$ref.slice(2).split('/').reduce((at, key) => at[key], doc) : s);
const bodyOf = (o) => {
  const content = o.requestBody?.content ?? {};
  const media = Object.keys(content)[0];
  return media ? { media, ...compact(content[media].schema) } : undefined;
};
const answerOf = (o) => compact(
  Object.entries(o.responses).find(([code]) => code.startsWith('2'))?.[1]?.content?.['application/json']?.schema);

function describe(doc) {
  const operations = {};
  for (const [path, methods] of Object.entries(doc.paths)) {
    for (const [method, o] of Object.entries(methods)) {
      if (!o.operationId) continue;
      const [zh, ...en] = (o.summary ?? o.operationId).split(' ');
      const all = (o.parameters ?? []).map((p) => deref(doc, p));
      const query = Object.fromEntries(all.filter((p) => p.in === 'query').map((p) => [
        p.name, { ...labels({ ...p.schema, description: p.description }, p.name), ...compact(p.schema), ...(p.required ? { q: 1 } : {}) },
      ]));
      const headers = all.filter((p) => p.in === 'header').map((p) => p.name);
      operations[o.operationId] = {
        m: method, p: path, zh, en: en.join(' '), query, answer: answerOf(o), ...(bodyOf(o) ? { body: bodyOf(o) } : {}),
        ...(o['x-permissions'] ? { needs: o['x-permissions'] } : {}), key: headers.includes('Idempotency-Key') ? 1 : 0, match: headers.includes('If-Match') ? 1 : 0,
      };
    }
  }
  const schemas = Object.fromEntries(Object.entries(doc.components.schemas).map(([name, s]) => [name, s.properties ? { o: fields(s) } : compact(s, name)]));
  return { operations, schemas };
}

mkdirSync(OUT, { recursive: true });
for (const service of SERVICES) {
  const doc = JSON.parse(readFileSync(new URL(`${service}/openapi.json`, ROOT), 'utf8'));
  writeFileSync(new URL(`${service}.json`, OUT), JSON.stringify(describe(doc)));
  writeFileSync(new URL(`${service}.d.ts`, OUT), astToString(await openapi(doc)));
}

// Code → [Chinese, English], by its latest name; a line of the table is code, name_zh, name_en, parent, valid_from, valid_to.
const divisions = {};
const table = readFileSync(new URL('../../shared/field/divisions.csv', import.meta.url), 'utf8');
const rows = table.split(/\r?\n/).filter((line) => /^\d{6},/.test(line)).map((line) => line.split(','));
for (const [code, zh, en] of rows.sort((a, b) => a[4].localeCompare(b[4]))) divisions[code] = [zh, en];
writeFileSync(new URL('divisions.json', OUT), JSON.stringify(divisions));
