// JavaScript of the first page: what index.html loads before anything lazy, with the worklist. Fails above the limit.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const LIMIT = 450_000;
const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const manifest = JSON.parse(readFileSync(`${DIST}.vite/manifest.json`, 'utf8'));
const seen = new Set();
function take(key) {
  if (!key || seen.has(key)) return;
  seen.add(key);
  (manifest[key].imports ?? []).forEach(take);
}
take('index.html');
take('src/start.tsx');
take('src/pages/worklist/WorklistPage.tsx');
const weigh = (file) => gzipSync(readFileSync(DIST + file)).length;
const total = [...seen].map((key) => weigh(manifest[key].file)).reduce((a, b) => a + b, 0);
process.stdout.write(`first page: ${(total / 1000).toFixed(0)} kB of JavaScript (gzip) in ${seen.size} files, at most ${LIMIT / 1000} kB\n`);
process.exit(total > LIMIT ? 1 : 0);
