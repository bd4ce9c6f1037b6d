import { useEffect } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { address, authorized } from '@/api/client';
import { loadMeta, operation } from '@/api/meta';
import type { components } from '@/api/generated/registry';

type Import = components['schemas']['ImportOut'];
export interface Progress { state: Import['state']; counts: Import['counts']; warned: number; finished: boolean }

/** What a stream of server-sent events says, one after the other. */
export async function* progressOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<Progress> {
  const reader = body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream()).getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield JSON.parse(next.value.data) as Progress;
  } finally {
    await reader.cancel();
  }
}

/** Follows an import while it goes on; a stream that breaks is no matter, as the page asks again by itself. */
export function useProgress(id: string, working: boolean): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (!working) return undefined;
    const ended = new AbortController();
    const key = ['registry', 'getImport', id];
    const follow = async () => {
      const url = address('registry', operation(await loadMeta('registry'), 'followImport'), { path: { import_id: id } });
      while (!ended.signal.aborted) {
        const response = await authorized(new Request(new URL(url, window.location.origin), { signal: ended.signal }));
        if (!response.body) return;
        for await (const one of progressOf(response.body)) {
          queries.setQueryData<Import>(key, (before) => before && { ...before, counts: one.counts, warned: one.warned });
          if (one.finished) {
            await queries.invalidateQueries({ queryKey: key });
            return;
          }
        }
        // A stream that somebody between cuts at once is not asked for in a hurry.
        await new Promise((done) => { window.setTimeout(done, 1000); });
      }
    };
    follow().catch(() => undefined);
    return () => ended.abort();
  }, [id, working, queries]);
}
