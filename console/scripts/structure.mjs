// What the linter cannot see: files of at most 220 lines, folders of at most 14, one direction of imports.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));
const ORDER = ['lib', 'api', 'session', 'components', 'pages', 'app'];
const faults = [];

function files(folder) {
  const entries = readdirSync(folder, { withFileTypes: true }).filter((e) => e.name !== 'generated');
  const own = entries.filter((e) => e.isFile());
  if (own.length > 14 && !folder.includes('locales')) faults.push(`${relative(SRC, folder)}: ${own.length} files in a folder`);
  return [...own.map((e) => join(folder, e.name)), ...entries.filter((e) => e.isDirectory()).flatMap((e) => files(join(folder, e.name)))];
}
const layer = (path) => relative(SRC, path).split('/')[0];
const room = (path) => relative(SRC, path).split('/').slice(0, 2).join('/');

for (const file of files(SRC).filter((f) => /\.(ts|tsx|css)$/.test(f))) {
  const text = readFileSync(file, 'utf8');
  const lines = text.split('\n').length - 1;
  if (lines > 220) faults.push(`${relative(SRC, file)}: ${lines} lines`);
  for (const [, from] of text.matchAll(/(?:from|import) ?\(?'((?:@|\.)[^']*)'/g)) {
    const target = from.startsWith('@/') ? join(SRC, from.slice(2)) : resolve(dirname(file), from);
    const [a, b] = [ORDER.indexOf(layer(file)), ORDER.indexOf(layer(target))];
    if (a >= 0 && b > a) faults.push(`${relative(SRC, file)} imports ${from}, which is above it`);
    if (layer(file) === 'pages' && layer(target) === 'pages' && room(file) !== room(target)) {
      faults.push(`${relative(SRC, file)} imports another page's folder: ${from}`);
    }
  }
}
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exit(faults.length ? 1 : 0);
