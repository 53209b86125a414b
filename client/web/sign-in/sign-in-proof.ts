// Owns the secret that proves that this tab began a sign-in at the identity provider. It is kept outside of cookies, which another program or site can set.

const storageKey = 'spiderpig.signInProof';

/**
 * Makes a new secret, keeps it in this tab, and returns its SHA-256 in hexadecimal, for the redirect to the provider. Empty where the browser keeps
 * nothing for a tab.
 */
export async function beginProof(): Promise<string> {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const proof = hexadecimal(bytes);
  try {
    sessionStorage.setItem(storageKey, proof);
    return hexadecimal(
      new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(proof))),
    );
  } catch {
    // Site data is blocked, or the page is not in a secure context.
    return '';
  }
}

/** The kept secret; null if this tab began no sign-in. Undefined where the browser keeps nothing for a tab. */
export function keptProof(): string | null | undefined {
  try {
    return sessionStorage.getItem(storageKey);
  } catch {
    return undefined;
  }
}

/** Forgets the secret, after it was used. */
export function forgetProof(): void {
  try {
    sessionStorage.removeItem(storageKey);
  } catch {
    // Nothing was kept.
  }
}

const hexadecimal = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
