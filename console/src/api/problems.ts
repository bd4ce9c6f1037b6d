export interface FieldError { pointer: string; detail: string }

/** What the server answered instead (RFC 9457), or that it did not answer. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    readonly title: string,
    readonly detail: string,
    readonly errors: FieldError[] = [],
    readonly retryAfter: number | null = null,
    readonly extra: Record<string, unknown> = {},
  ) {
    super(detail || title);
    this.name = 'Problem';
  }

  /** The server could not be reached at all. */
  static offline(): Problem {
    return new Problem(0, 'offline', '', '');
  }

  get stale(): boolean {
    return this.status === 412 || this.status === 428;
  }
}

export async function problemOf(response: Response): Promise<Problem> {
  const retry = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
  const after = Number.isNaN(retry) ? null : retry;
  const body: unknown = await response.clone().json().catch(() => null);
  if (typeof body !== 'object' || body === null) return new Problem(response.status, 'unreadable', '', '', [], after);
  const { type, title, detail, errors, ...extra } = body as Record<string, unknown>;
  return new Problem(
    response.status,
    String(type ?? '').split(/[/:]/).pop() ?? '',
    String(title ?? ''),
    String(detail ?? ''),
    Array.isArray(errors) ? (errors as FieldError[]) : [],
    after,
    extra,
  );
}

/** `/survey/full_members` → ['survey', 'full_members']: where the form has the field. */
export function fieldPath(pointer: string): (string | number)[] {
  return pointer.split('/').slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .filter((part, at) => !(at === 0 && part === 'body'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
