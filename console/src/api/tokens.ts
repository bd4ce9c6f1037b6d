/** Where the clients get their token from; the session fills this in, so that they know nothing of signing in. */
export interface TokenSource {
  token: () => string | null;
  /** A new token, or null when one has to sign in. */
  renew: () => Promise<string | null>;
  /** Leads to signing in, and back to the page that is shown. */
  signIn: () => void;
}

let source: TokenSource = { token: () => null, renew: () => Promise.resolve(null), signIn: () => undefined };
let renewing: Promise<string | null> | null = null;

export const setTokenSource = (given: TokenSource): void => { source = given; };
export const tokenSource = (): TokenSource => source;

/** One renewal at a time, however many requests find their token expired. */
export function renewOnce(): Promise<string | null> {
  renewing ??= source.renew().finally(() => { renewing = null; });
  return renewing;
}
