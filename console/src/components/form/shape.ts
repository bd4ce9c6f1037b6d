import { resolve, type Meta, type Schema } from '@/api/meta';
import { fen } from '@/lib/values';

export type Kind = 'group' | 'list' | 'words' | 'choice' | 'choices' | 'yes' | 'date' | 'money' | 'number' | 'long' | 'text' | 'json';

/** Which kind of control a field wants. */
export function kindOf(meta: Meta, given: Schema, name: string): Kind {
  const schema = resolve(meta, given);
  if (schema.o) return 'group';
  if (schema.t === 'array') {
    const item = resolve(meta, schema.i);
    if (item.e) return 'choices';
    if (item.o) return 'list';
    return item.t === 'string' ? 'words' : 'json';
  }
  if (schema.any || schema.t === 'object') return 'json';
  if (schema.e) return 'choice';
  if (schema.t === 'boolean') return 'yes';
  if (schema.t === 'integer' || schema.t === 'number') return name.endsWith('_fen') ? 'money' : 'number';
  if (schema.f === 'date') return 'date';
  return (schema.mx ?? 0) > 300 ? 'long' : 'text';
}

const blank = (value: unknown): boolean => value === undefined || value === null
  || (typeof value === 'string' && value.trim() === '')
  || (Array.isArray(value) && value.length === 0)
  || (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(blank));

/** What the form holds as the body that the schema asks for: blanks left out, yuan as fen, numbers as numbers. */
export function bodyOf(meta: Meta, given: Schema, values: Record<string, unknown>): Record<string, unknown> {
  const fields = resolve(meta, given).o ?? {};
  const body: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = values[name];
    if (!blank(value)) body[name] = valueOf(meta, field, name, value);
    else if (field.q && Array.isArray(value)) body[name] = [];
    else if (field.q && field.n) body[name] = null;
  }
  return body;
}

function valueOf(meta: Meta, field: Schema, name: string, value: unknown): unknown {
  switch (kindOf(meta, field, name)) {
    case 'group': return bodyOf(meta, field, value as Record<string, unknown>);
    case 'list': return (value as Record<string, unknown>[]).map((one) => bodyOf(meta, resolve(meta, field).i ?? {}, one ?? {}));
    case 'money': return fen(String(value)) ?? value;
    case 'number': return Number.isNaN(Number(value)) ? value : Number(value);
    case 'yes': return value === true || value === 'true';
    case 'json': return typeof value === 'string' ? parse(value) : value;
    default: return typeof value === 'string' ? value.trim() : value;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Where errors go that name no field of this form: above it. */
export function known(meta: Meta, given: Schema, path: (string | number)[]): boolean {
  const [name, ...rest] = path;
  const schema = resolve(meta, given);
  if (name === undefined) return false;
  if (typeof name === 'number') return rest.length === 0 || known(meta, schema.i ?? {}, rest);
  const field = schema.o?.[name];
  return field !== undefined && (rest.length === 0 || known(meta, field, rest));
}
