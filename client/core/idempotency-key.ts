// Owns the idempotency key of a request, by which the server recognizes a repetition. Owns no request.

/** A new idempotency key: 128 random bits. (`crypto.randomUUID` is missing on plain HTTP away from localhost.) */
export function newIdempotencyKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}

/** Keeps one key for as long as the same input is submitted, until the request succeeds. */
export class IdempotencyKey {
  #input: string | null = null;
  #key = '';
  readonly #newKey: () => string;

  constructor(newKey: () => string = newIdempotencyKey) {
    this.#newKey = newKey;
  }

  /** The key for this input: the same as before when the input is the same. @param input anything that JSON can represent */
  for(input: unknown): string {
    const json = JSON.stringify(input);
    if (json !== this.#input) {
      this.#input = json;
      this.#key = this.#newKey();
    }
    return this.#key;
  }

  /** The request has succeeded: the same input gets a new key next time. */
  succeeded(): void {
    this.#input = null;
  }
}
