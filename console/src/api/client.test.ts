// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connection, tellConnection } from '@/lib/connection';
import { address, authorized, send } from './client';
import type { Operation } from './meta';
import { fieldPath, Problem } from './problems';
import { setTokenSource } from './tokens';

const op: Operation = { m: 'post', p: '/v1/reviews/{id}/approval', zh: '通过', en: 'Approve', query: {}, answer: {}, key: 1, match: 1 };
const answer = (status: number, body: unknown = {}, headers: Record<string, string> = {}) => new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
const fetched = vi.fn<(request: Request) => Promise<Response>>();
const signIn = vi.fn();

beforeEach(() => {
  vi.stubGlobal('fetch', fetched);
  tellConnection('online');
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

describe('requests', () => {
  it('carry the token, the version and the key', async () => {
    setTokenSource({ token: () => 'first', renew: () => Promise.resolve(null), signIn });
    fetched.mockResolvedValueOnce(answer(200, { id: 1 }, { etag: '"2"' }));
    const done = await send('registry', op, { path: { id: 'a/b' }, body: { note: 'x' }, etag: '"1"', key: 'k' });
    const request = fetched.mock.calls[0]?.[0];
    expect(request?.url).toContain('/registry/v1/reviews/a%2Fb/approval');
    expect(Object.fromEntries(request?.headers ?? [])).toMatchObject({ authorization: 'Bearer first', 'if-match': '"1"', 'idempotency-key': 'k' });
    expect(done).toMatchObject({ data: { id: 1 }, etag: '"2"' });
  });

  it('are repeated once with a new token, and renewed once for all', async () => {
    let token = 'old';
    const renew = vi.fn(() => { token = 'new'; return Promise.resolve(token); });
    setTokenSource({ token: () => token, renew, signIn });
    fetched.mockImplementation((request) => Promise.resolve(answer(request.headers.get('authorization') === 'Bearer new' ? 200 : 401)));
    await Promise.all([send('registry', op, { body: {} }), send('funding', op, { body: {} })]);
    expect(renew).toHaveBeenCalledTimes(1);
    expect(signIn).not.toHaveBeenCalled();
  });

  it('lead to signing in when no new token is to be had', async () => {
    setTokenSource({ token: () => 'old', renew: () => Promise.resolve(null), signIn });
    fetched.mockResolvedValue(answer(401, { type: 'x/unauthenticated', title: '未登录', detail: '请登录。', errors: [] }));
    await expect(send('registry', op)).rejects.toMatchObject({ status: 401, type: 'unauthenticated' });
    expect(signIn).toHaveBeenCalledTimes(1);
  });

  it('say that nobody answered, or how long to wait', async () => {
    setTokenSource({ token: () => null, renew: () => Promise.resolve(null), signIn });
    fetched.mockRejectedValueOnce(new TypeError('failed'));
    await expect(authorized(new Request('http://localhost/x'))).rejects.toMatchObject({ type: 'offline' });
    expect(connection().state).toBe('offline');
    fetched.mockResolvedValueOnce(answer(503, { type: 'x:unavailable' }, { 'retry-after': '7' }));
    const problem: unknown = await authorized(new Request('http://localhost/x')).catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({ status: 503, retryAfter: 7 });
    expect(connection().state).toBe('busy');
  });

  it('leave what is empty out of the query', () => {
    expect(address('registry', { ...op, p: '/v1/x' }, { query: { q: '', kind: null, year: 2026, many: ['a', 'b'] } })).toBe('/registry/v1/x?year=2026&many=a&many=b');
  });
});

it('places errors at the fields of the form', () => {
  expect(fieldPath('/survey/full_members')).toEqual(['survey', 'full_members']);
  expect(fieldPath('/body/lines/0/a~1b')).toEqual(['lines', 0, 'a/b']);
});
