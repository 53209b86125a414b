// Owns the page key: how it is obtained, stored and removed.
import { signal } from '@preact/signals';
import { addressOf } from '../base-path.ts';
import { pageHeaders } from '../connection/wire.ts';
import { removeStored, storeValue } from '../state/browser-storage.ts';
import { forgetProof, keptProof } from './sign-in-proof.ts';
import { storageKey, storedKey } from './stored-key.ts';

/** The result of a sign-in; `message` can be shown to the user. */
export type SignInResult =
  | { readonly done: true }
  | { readonly done: false; readonly message: string | null };

/**
 * The page key, a second secret beside the cookie; null when signed out. All tabs of a browser share it. Valid after
 * `followSession` was called.
 */
export const pageKey = signal<string | null>(null);

/** Reads the stored key, and follows changes by other tabs: a sign-in or sign-out applies to all tabs. */
export function followSession(): void {
  pageKey.value = storedKey();
  addEventListener('storage', (event) => {
    if (event.key === storageKey || event.key === null) pageKey.value = storedKey();
  });
}

/** Signs in with the code of a link, which works once. The server answers with a cookie and the page key. */
export async function signIn(code: string): Promise<SignInResult> {
  const response = await fetch(addressOf('/sign-in'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    // Undefined is left out: then the server does not ask for it.
    body: JSON.stringify({ code, proof: keptProof() }),
  });
  const text = await response.text();
  forgetProof();
  const answer = parsed(text);
  const key = textMember(answer, 'pageKey');
  if (response.ok && key !== null) {
    storeKey(key);
    return { done: true };
  }
  return { done: false, message: textMember(answer, 'message') ?? plainMessage(response, text) };
}

/** The sentence of a server that refused the request before it looked at the link, for example because of its Host. Null if it did not refuse. */
function plainMessage({ ok, headers }: Response, text: string): string | null {
  const isPlain = headers.get('content-type')?.startsWith('text/plain') ?? false;
  return !ok && isPlain && text.length < longestMessage ? text.trim() || null : null;
}

/** In UTF-16 units. */
const longestMessage = 1_000;

/** Parsed JSON; null when the text is something else. Pure. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Stores a key from the server, for all tabs. */
export function storeKey(key: string): void {
  storeValue(storageKey, key);
  pageKey.value = key;
}

/** Ends the session in this browser and on the server. Rejects when the server cannot be reached. */
export async function signOut(): Promise<void> {
  const headers = pageHeaders(pageKey.value);
  // Removed before the request, so that the closed connections are not reported as a session that the server ended.
  removeKey();
  await fetch(addressOf('/sign-out'), { method: 'POST', headers });
}

/** Removes a key that the server no longer accepts. A newer key that another tab stored is used instead. */
export function removeKey(): void {
  const other = storedKey();
  if (other !== null && other !== pageKey.value) {
    pageKey.value = other;
    return;
  }
  removeStored(storageKey);
  pageKey.value = null;
}

function textMember(value: unknown, name: string): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const member: unknown = Reflect.get(value, name);
  return typeof member === 'string' ? member : null;
}
