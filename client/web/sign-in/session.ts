// Owns the page's key: how it is got, kept and given up. Owns no page.
import { signal } from '@preact/signals';
import { pageHeaders } from '../connection/wire.ts';

const storageKey = 'spiderpig.pageKey';

/** How signing in went; `message` is fit to be shown. */
export type SignIn = { readonly done: true } | { readonly done: false; readonly message: string | null };

/**
 * The page's key, the second secret beside the cookie; null when nobody is signed in. Shared by the tabs of a browser;
 * true from `followSession` on.
 */
export const pageKey = signal<string | null>(null);

/** Reads the kept key, and follows what other tabs do: one that signs in or out does so for all. */
export function followSession(): void {
  pageKey.value = localStorage.getItem(storageKey);
  addEventListener('storage', (event) => {
    if (event.key === storageKey || event.key === null) pageKey.value = localStorage.getItem(storageKey);
  });
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
    keep(key);
    return { done: true };
  }
  return { done: false, message: textMember(answer, 'message') };
}

/** Keeps a key that the server gave, for all tabs. */
export function keep(key: string): void {
  localStorage.setItem(storageKey, key);
  pageKey.value = key;
}

/** Ends the session in this browser, and on the server as far as it can be reached. */
export async function signOut(): Promise<void> {
  const headers = pageHeaders(pageKey.value);
  // First here: what is open is closed by us, and not taken for a session that somebody else has ended.
  forget();
  await fetch('/sign-out', { method: 'POST', headers });
}

/** Forgets a key that the server does not take any more. One that another tab has got meanwhile stays, and is taken over. */
export function forget(): void {
  const other = localStorage.getItem(storageKey);
  if (other !== null && other !== pageKey.value) {
    pageKey.value = other;
    return;
  }
  localStorage.removeItem(storageKey);
  pageKey.value = null;
}

function textMember(value: unknown, name: string): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const member: unknown = Reflect.get(value, name);
  return typeof member === 'string' ? member : null;
}
