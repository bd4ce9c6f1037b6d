import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { loadMeta, SERVICES } from '@/api/meta';
import words from '@/locales/zh/words.json';

/** The names that the services' rules give their facts: keys of what is passed, assigned or added as `facts`. */
function factsOf(source: string): string[] {
  const places = source.matchAll(/\bfacts(?:: [^=\n]+)?\s*(?:=|\|=|\|)\s*\{([^{}]*)\}/g);
  return [...places].flatMap(([, inner = '']) => [...inner.matchAll(/"([a-z_]+)":/g)].map(([, name = '']) => name));
}

it('has a Chinese word for each fact of a rule', async () => {
  const fields = new Set<string>();
  for (const service of SERVICES) {
    for (const schema of Object.values((await loadMeta(service)).schemas)) {
      for (const [name, field] of Object.entries(schema.o ?? {})) if (field.zh !== name) fields.add(name);
    }
  }
  const files = SERVICES.flatMap((service) => readdirSync(`../services/${service}`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.py') && !file.includes('migrations')).map((file) => `../services/${service}/${file}`));
  const facts = new Set(files.flatMap((file) => factsOf(readFileSync(file, 'utf8'))));
  expect(facts.size).toBeGreaterThan(100);
  const unnamed = [...facts].filter((name) => !fields.has(name) && !(`fact=${name}` in words) && !(name in words));
  expect(unnamed).toEqual([]);
});
