// Owns the idempotency key of a request, by which the server recognizes a repetition. Owns no request.

/** A new idempotency key: 128 random bits. (`crypto.randomUUID` is missing on plain HTTP away from localhost.) */
export function newIdempotencyKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}

/** Where a key is kept, so that a reload of the page does not lose it. */
export interface KeyStore {
  readonly read: () => string | null;
  /** `value` null: removes it. */
  readonly write: (value: string | null) => void;
}

const separator = ' ';

/** Keeps one key for as long as the same input is submitted, until the request succeeds. */
export class IdempotencyKey {
  #input: string | null = null;
  #key = '';
  readonly #newKey: () => string;
  readonly #store: KeyStore | null;

  constructor(newKey: () => string = newIdempotencyKey, store: KeyStore | null = null) {
    this.#newKey = newKey;
    this.#store = store;
    const stored = store?.read() ?? '';
    const end = stored.indexOf(separator);
    if (end > 0) [this.#key, this.#input] = [stored.slice(0, end), stored.slice(end + 1)];
  }

  /** The key for this input: the same as before when the input is the same. @param input anything that JSON can represent */
  for(input: unknown): string {
    const json = JSON.stringify(input);
    if (json !== this.#input) {
      this.#input = json;
      this.#key = this.#newKey();
      this.#store?.write(`${this.#key}${separator}${json}`);
    }
    return this.#key;
  }

  /** The request has succeeded: the same input gets a new key next time. */
  succeeded(): void {
    this.#input = null;
    this.#store?.write(null);
  }
}
