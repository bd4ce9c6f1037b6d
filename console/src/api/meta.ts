/** What the stored OpenAPI files say of operations and fields, compact; loaded when a page of the service is. */
export type Service = 'registry' | 'incubation' | 'evaluation' | 'funding';
export const SERVICES: readonly Service[] = ['registry', 'incubation', 'evaluation', 'funding'];

/** A schema: t type, f format, e values, q required, n nullable, r named schema, i items, o fields, any choices. */
export interface Schema {
  zh?: string; en?: string; t?: string; f?: string; e?: string[]; q?: 1; n?: 1; r?: string; i?: Schema;
  o?: Record<string, Schema>; any?: Schema[]; mx?: number; mn?: number; lo?: number; hi?: number; p?: string; mi?: number;
}
export interface Operation {
  m: 'get' | 'post' | 'put' | 'patch' | 'delete'; p: string; zh: string; en: string; query: Record<string, Schema>;
  answer: Schema; body?: Schema & { media: string }; key: number; match: number;
  /** The permissions that it requires of its caller. */
  needs?: string[];
}
export interface Meta { operations: Record<string, Operation>; schemas: Record<string, Schema> }

const LOADERS: Record<Service, () => Promise<{ default: unknown }>> = {
  registry: () => import('./generated/registry.json'),
  incubation: () => import('./generated/incubation.json'),
  evaluation: () => import('./generated/evaluation.json'),
  funding: () => import('./generated/funding.json'),
};
const cache = new Map<Service, Promise<Meta>>();

export function loadMeta(service: Service): Promise<Meta> {
  const known = cache.get(service);
  if (known) return known;
  const loading = LOADERS[service]().then((module) => module.default as Meta);
  loading.catch(() => cache.delete(service));
  cache.set(service, loading);
  return loading;
}

/** The schema behind a name, with the label of where it was named. */
export function resolve(meta: Meta, schema: Schema | undefined): Schema {
  if (!schema?.r) return schema ?? {};
  const target = meta.schemas[schema.r] ?? {};
  const { zh = target.zh, en = target.en, q, n } = schema;
  return { ...target, ...(zh ? { zh } : {}), ...(en ? { en } : {}), ...(q ? { q } : {}), ...(n ? { n } : {}) };
}

export function operation(meta: Meta, id: string): Operation {
  const found = meta.operations[id];
  if (!found) throw new Error(`no operation ${id}`);
  return found;
}

/** Fields of a list's items, or of a record. */
export function answerFields(meta: Meta, id: string): Record<string, Schema> {
  const fields = resolve(meta, operation(meta, id).answer).o ?? {};
  const items = fields.items?.i;
  return items ? (resolve(meta, items).o ?? {}) : fields;
}

/** The operations one step below a record: its path and one more segment, which is also the step's name. */
export function stepsBelow(meta: Meta, id: string): Record<string, string> {
  const base = operation(meta, id).p;
  return Object.fromEntries(Object.entries(meta.operations)
    .filter(([, o]) => o.m !== 'get' && o.p.startsWith(`${base}/`) && !o.p.slice(base.length + 1).includes('/'))
    .map(([name, o]) => [o.p.slice(base.length + 1).replaceAll('-', '_'), name]));
}
