import createClient from 'openapi-fetch';
import { tellConnection } from '@/lib/connection';
import type { paths as Evaluation } from './generated/evaluation';
import type { paths as Funding } from './generated/funding';
import type { paths as Incubation } from './generated/incubation';
import type { paths as Registry } from './generated/registry';
import type { Operation, Service } from './meta';
import { Problem, problemOf } from './problems';
import { renewOnce, tokenSource } from './tokens';

let language = 'zh-CN';
export const speak = (tag: string): void => { language = tag; };

function signed(request: Request, token: string | null): Request {
  const copy = new Request(request);
  copy.headers.set('accept-language', language);
  if (token) copy.headers.set('authorization', `Bearer ${token}`);
  return copy;
}

async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    tellConnection('offline');
    throw Problem.offline();
  }
}

/** Sends with the token; an expired one is renewed and the request repeated once, else one signs in again. */
export async function authorized(request: Request): Promise<Response> {
  let response = await reach(signed(request.clone(), tokenSource().token()));
  if (response.status === 401) {
    const token = await renewOnce().catch(() => null);
    if (token) response = await reach(signed(request, token));
    if (!token || response.status === 401) tokenSource().signIn();
  }
  if (response.status === 503) {
    const seconds = Number.parseInt(response.headers.get('retry-after') ?? '5', 10) || 5;
    tellConnection('busy', Date.now() + seconds * 1000);
  } else tellConnection('online');
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** Typed clients, where a page knows its paths. */
export const registry = createClient<Registry>({ baseUrl: '/registry', fetch: authorized });
export const incubation = createClient<Incubation>({ baseUrl: '/incubation', fetch: authorized });
export const evaluation = createClient<Evaluation>({ baseUrl: '/evaluation', fetch: authorized });
export const funding = createClient<Funding>({ baseUrl: '/funding', fetch: authorized });

export interface Sent { path?: Record<string, string>; query?: Record<string, unknown>; body?: unknown; etag?: string | null; key?: string; signal?: AbortSignal }
export interface Answered<T> { data: T; etag: string | null; response: Response }

/** The address of an operation, with its path filled in and its query added. */
export function address(service: Service, operation: Operation, sent: Sent = {}): string {
  const path = operation.p.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(sent.path?.[name] ?? ''));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(sent.query ?? {})) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (one !== undefined && one !== null && one !== '') query.append(name, String(one));
    }
  }
  const text = query.toString();
  return `/${service}${path}${text ? `?${text}` : ''}`;
}

/** Any operation by its description: what declarative pages send. */
export async function send<T>(service: Service, operation: Operation, sent: Sent = {}): Promise<Answered<T>> {
  const headers = new Headers({ accept: 'application/json' });
  if (operation.match && sent.etag) headers.set('if-match', sent.etag);
  if (operation.key && sent.key) headers.set('idempotency-key', sent.key);
  const form = sent.body instanceof FormData;
  if (sent.body !== undefined && !form) headers.set('content-type', 'application/json');
  const response = await authorized(new Request(new URL(address(service, operation, sent), window.location.origin), {
    method: operation.m.toUpperCase(),
    headers,
    ...(sent.body === undefined ? {} : { body: form ? (sent.body as FormData) : JSON.stringify(sent.body) }),
    ...(sent.signal ? { signal: sent.signal } : {}),
  }));
  const json = response.headers.get('content-type')?.includes('json');
  return { data: (json ? await response.json() : null) as T, etag: response.headers.get('etag'), response };
}

/** Saves what an address answers as a file: exports and prints carry the token as everything else does. */
export async function download(url: string, fallback: string): Promise<void> {
  const response = await authorized(new Request(new URL(url, window.location.origin)));
  const named = /filename\*=UTF-8''([^;]+)|filename="?([^";]+)/i.exec(response.headers.get('content-disposition') ?? '');
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await response.blob());
  link.download = named?.[1] ? decodeURIComponent(named[1]) : (named?.[2] ?? fallback);
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
