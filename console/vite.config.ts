/// <reference types="vitest/config" />
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** For `npm run dev` only: where `shuangfu serve` answers. The build asks nobody but its own origin. */
const SERVER = process.env.SHUANGFU ?? 'http://127.0.0.1:8000';
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  base: '/console/',
  plugins: [react()],
  resolve: { alias: { '@': here('src') } },
  build: {
    target: 'es2022',
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1100,
  },
  worker: { format: 'es' },
  server: {
    // The browser's own address goes on: signing in is then of one origin with the pages.
    proxy: Object.fromEntries(
      ['/registry', '/incubation', '/evaluation', '/funding', '/identity', '/console/config.json'].map((path) => [path, { target: SERVER, changeOrigin: false }]),
    ),
  },
  // Each file in a context of its own, as elsewhere in a process, which costs three times as much.
  test: { pool: 'vmThreads', environment: 'node', testTimeout: 60_000, include: ['src/**/*.test.{ts,tsx}'], setupFiles: ['src/testing.ts'] },
});
