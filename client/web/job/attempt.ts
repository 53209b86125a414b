// Owns the key by which the server knows one wish again, however often it is sent. Owns no request.

/** A fresh idempotency key: 128 random bits. (`crypto.randomUUID` is missing on plain HTTP away from localhost.) */
export function newAttemptKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}

/** Keeps one key for as long as the same thing is wished, until it is granted. */
export class Attempt {
  #wish: string | null = null;
  #key = '';
  readonly #newKey: () => string;

  constructor(newKey: () => string = newAttemptKey) {
    this.#newKey = newKey;
  }

  /** The key for this wish: the same one as before when the wish is the same. @param wish anything JSON can write */
  keyFor(wish: unknown): string {
    const written = JSON.stringify(wish);
    if (written !== this.#wish) {
      this.#wish = written;
      this.#key = this.#newKey();
    }
    return this.#key;
  }

  /** The wish was granted: the same one again is another. */
  granted(): void {
    this.#wish = null;
  }
}
