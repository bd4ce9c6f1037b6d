import { InMemoryWebStorage, UserManager, WebStorageStateStore, type User } from 'oidc-client-ts';
import { currentConfig } from '@/api/config';
import { setTokenSource } from '@/api/tokens';
import { read, write } from '@/lib/kept';

/** Signing in by OpenID Connect: code with PKCE, tokens in memory only, renewed silently. */
let manager: UserManager | null = null;
let user: User | null = null;
let leaving = false;
const listeners = new Set<() => void>();

export const base = (): string => `${window.location.origin}${import.meta.env.BASE_URL}`;

function become(next: User | null): void {
  user = next;
  // Whether there is a session to resume; not the session itself.
  write(window.sessionStorage, 'signed', next ? true : null);
  listeners.forEach((listener) => listener());
}

export const currentUser = (): User | null => user;
export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Where one was, below the console: what signing in leads back to. */
export const here = (): string => window.location.pathname.slice(import.meta.env.BASE_URL.length - 1) + window.location.search;

export async function signIn(): Promise<void> {
  if (leaving) return;
  leaving = true;
  await manager?.signinRedirect({ state: here() });
}

export async function signOut(): Promise<void> {
  leaving = true;
  const token = user?.id_token;
  await manager?.removeUser();
  await manager?.signoutRedirect({ ...(token ? { id_token_hint: token } : {}), post_logout_redirect_uri: base() });
}

export async function renew(): Promise<string | null> {
  const next = await manager?.signinSilent().catch(() => null);
  become(next ?? null);
  return next?.access_token ?? null;
}

function start(): UserManager {
  const config = currentConfig();
  const made = new UserManager({
    authority: config.authority,
    client_id: config.client_id,
    scope: config.scope,
    response_type: 'code',
    redirect_uri: `${base()}callback`,
    silent_redirect_uri: `${base()}silent`,
    userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
    stateStore: new WebStorageStateStore({ store: window.sessionStorage }),
    automaticSilentRenew: true,
    monitorSession: false,
    silentRequestTimeoutInSeconds: 8,
  });
  made.events.addUserLoaded(become);
  made.events.addSilentRenewError(() => undefined);
  return made;
}

/** Before the first page: ends a sign-in under way, or resumes one; true when there is a user. */
export async function begin(): Promise<boolean> {
  manager = start();
  setTokenSource({ token: () => user?.access_token ?? null, renew, signIn: () => void signIn() });
  if (window.location.pathname === new URL(`${base()}callback`).pathname) {
    const signed = await manager.signinCallback().catch(() => null);
    become(signed ?? null);
    const to = typeof signed?.state === 'string' ? signed.state : '/';
    window.history.replaceState(null, '', `${import.meta.env.BASE_URL.slice(0, -1)}${to}`);
  } else if (read(window.sessionStorage, 'signed', false)) await renew();
  if (!user) await signIn();
  return user !== null;
}
