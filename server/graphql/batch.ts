// Owns gathering single loads of the same turn into one query. Keeps nothing afterwards: the database is asked each time.

/** The most keys of one query; SQLite takes 32,766 parameters. */
const mostKeys = 500;

/** Loads values by key: all that are asked for before the event loop comes round are one query. */
export class Batch<Key, Value> {
  readonly #loadMany: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>;
  #waiting = new Map<Key, PromiseWithResolvers<Value | undefined>>();

  constructor(loadMany: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>) {
    this.#loadMany = loadMany;
  }

  /** The value of that key; `undefined` when there is none. */
  load(key: Key): Promise<Value | undefined> {
    if (this.#waiting.size === 0) setImmediate(() => this.#run());
    const asked = this.#waiting.get(key) ?? Promise.withResolvers<Value | undefined>();
    this.#waiting.set(key, asked);
    return asked.promise;
  }

  #run(): void {
    const waiting = [...this.#waiting];
    this.#waiting = new Map();
    for (let start = 0; start < waiting.length; start += mostKeys) {
      const part = waiting.slice(start, start + mostKeys);
      this.#loadMany(part.map(([key]) => key)).then(
        (found) => {
          for (const [key, asked] of part) asked.resolve(found.get(key));
        },
        (error: unknown) => {
          for (const [, asked] of part) asked.reject(error);
        },
      );
    }
  }
}

/** Values by one of their members. */
export function byKey<Key, Value>(values: Iterable<Value>, keyOf: (value: Value) => Key): Map<Key, Value> {
  const map = new Map<Key, Value>();
  for (const value of values) map.set(keyOf(value), value);
  return map;
}
