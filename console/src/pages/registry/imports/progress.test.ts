import { expect, it } from 'vitest';
import { progressOf } from './progress';

const first = { state: 'running', counts: { total: 2, done: 1 }, warned: 0, finished: false };
const last = { ...first, state: 'completed', counts: { total: 2, done: 2 }, finished: true };
const text = [first, last].map((one) => `event: progress\ndata: ${JSON.stringify(one)}\nretry: 1000\n\n`).join('');

it.each([1, 7, 1000])('reads events whatever pieces of %i bytes they come in', async (size) => {
  const bytes = new TextEncoder().encode(`: 进度\n\n${text}`);
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
      controller.close();
    },
  });
  const found = [];
  for await (const one of progressOf(stream)) found.push(one);
  expect(found).toEqual([first, last]);
});
