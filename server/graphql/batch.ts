// Owns batching: loads of the same turn of the event loop become one query. Nothing is cached.

/** The maximum number of keys in one query; SQLite allows 32,766 parameters. */
const maximumKeys = 500;

/** Loads values by key: all keys that are requested in one turn of the event loop are loaded by one query. */
export class Batch<Key, Value> {
  readonly #loadMany: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>;
  #pending = new Map<Key, PromiseWithResolvers<Value | undefined>>();

  constructor(loadMany: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>) {
    this.#loadMany = loadMany;
  }

  /** The value of this key; `undefined` if it does not exist. */
  load(key: Key): Promise<Value | undefined> {
    if (this.#pending.size === 0) setImmediate(() => this.#run());
    const request = this.#pending.get(key) ?? Promise.withResolvers<Value | undefined>();
    this.#pending.set(key, request);
    return request.promise;
  }

  #run(): void {
    const pending = [...this.#pending];
    this.#pending = new Map();
    for (let start = 0; start < pending.length; start += maximumKeys) {
      const part = pending.slice(start, start + maximumKeys);
      this.#loadMany(part.map(([key]) => key)).then(
        (found) => {
          for (const [key, request] of part) request.resolve(found.get(key));
        },
        (error: unknown) => {
          for (const [, request] of part) request.reject(error);
        },
      );
    }
  }
}

/** A map of values by key. */
export function byKey<Key, Value>(values: Iterable<Value>, keyOf: (value: Value) => Key): Map<Key, Value> {
  const map = new Map<Key, Value>();
  for (const value of values) map.set(keyOf(value), value);
  return map;
}
