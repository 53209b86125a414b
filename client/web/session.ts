// Owns the page's key: how it is got, kept and given up. Owns no page.
import { Cell } from './cell.ts';
import { decoded, pageHeaders } from './wire.ts';

const storageKey = 'spiderpig.pageKey';

/** How signing in went; `message` is fit to be shown. */
export type SignIn = { readonly done: true } | { readonly done: false; readonly message: string | null };

/**
 * The page's key, the second secret beside the cookie; null when nobody is signed in. Shared by the tabs of a browser;
 * true from `followSession` on.
 */
export const pageKey = new Cell<string | null>(null);

/** Reads the kept key, and follows what other tabs do: one that signs in or out does so for all. */
export function followSession(): void {
  pageKey.value = localStorage.getItem(storageKey);
  addEventListener('storage', (event) => {
    if (event.key === storageKey || event.key === null) pageKey.value = localStorage.getItem(storageKey);
  });
}

/** The code of a sign-in link, from the fragment; null when there is none. */
export function codeInFragment(fragment: string): string | null {
  return new URLSearchParams(fragment.replace(/^#/, '')).get('code');
}

/** Spends a code. The server answers with a cookie and the page's key. */
export async function signIn(code: string, signal: AbortSignal): Promise<SignIn> {
  const response = await fetch('/sign-in', {
    method: 'POST',
    signal,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  });
  const answer: unknown = await response.json().catch(() => null);
  const key = textMember(answer, 'pageKey');
  if (response.ok && key !== null) {
    localStorage.setItem(storageKey, key);
    pageKey.value = key;
    return { done: true };
  }
  return { done: false, message: textMember(answer, 'message') };
}

/** Ends the session on the server as far as it can be reached, and in this browser in any case. */
export async function signOut(): Promise<void> {
  const headers = pageHeaders(pageKey.value);
  try {
    await fetch('/sign-out', { method: 'POST', headers });
  } finally {
    forget();
  }
}

/** Why the server does not take this key any more, where it says so: whoever is banned is told why. Null: it does not say. */
export async function whyOut(key: string | null): Promise<string | null> {
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...pageHeaders(key) },
      body: JSON.stringify({ query: '{ viewer { role } }' }),
    });
    const { errors } = decoded(await response.json());
    const ban = errors?.find((error) => error.extensions?.['banned'] === true);
    return ban?.message ?? null;
  } catch {
    return null;
  }
}

/** Forgets a key that the server does not take any more. */
export function forget(): void {
  localStorage.removeItem(storageKey);
  pageKey.value = null;
}

function textMember(value: unknown, name: string): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const member: unknown = Reflect.get(value, name);
  return typeof member === 'string' ? member : null;
}
