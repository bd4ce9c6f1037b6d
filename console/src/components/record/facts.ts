import type { Meta, Schema } from '@/api/meta';
import { spoken, word } from '@/lib/i18n';
import { label } from '../Value';

const found = new WeakMap<Meta, Map<string, string>>();
/** A fact's name in the words that the service has for such a field anywhere. */
export function factLabel(meta: Meta, name: string): string {
  let names = found.get(meta);
  if (!names) {
    names = new Map();
    for (const schema of Object.values(meta.schemas)) {
      for (const [key, field] of Object.entries(schema.o ?? {})) if (!names.has(key) && field.zh !== key) names.set(key, label(field, key));
    }
    found.set(meta, names);
  }
  return spoken() === 'zh' ? (names.get(name) ?? word(name, 'fact')) : word(name, 'fact');
}

/** What a field is called: by its own description, or where it has none, as within a kept copy, as a fact of that name. */
export const nameOf = (meta: Meta, field: Schema | undefined, name: string): string => (
  field?.zh && field.zh !== name ? label(field, name) : factLabel(meta, name));
