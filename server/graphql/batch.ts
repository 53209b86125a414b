// Owns batching: loads of the same turn of the event loop become one query. Nothing is cached.
import { setImmediate as turn } from 'node:timers/promises';
import type { ListPart } from '../../schema/graphql/context.ts';

/** The maximum number of keys in one query; SQLite allows 32,766 parameters. */
const maxKeys = 500;

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
    for (let start = 0; start < pending.length; start += maxKeys) {
      const part = pending.slice(start, start + maxKeys);
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

/** How many rows are read at a time when the parts of several jobs are loaded by one query. */
const rowsAtOnce = 300;

/** A row of a list of a job. */
interface JobRow {
  readonly job: number;
}

/** Loads rows of these jobs in the order of their ids, for `last` in descending order; at most `limit`. */
type LoadRows<Row> = (request: {
  readonly jobs: readonly number[];
  readonly part: ListPart;
  readonly limit: number;
}) => Promise<Row[]>;

/**
 * Loads parts of lists of jobs. Requests of the same turn for the same part of different lists become one query. If that finds very many rows, each
 * list is loaded in its own turn of the event loop instead, because SQLite blocks while it reads.
 */
export class PartBatch<Row extends JobRow> {
  readonly #load: LoadRows<Row>;
  readonly #batches = new Map<string, Batch<number, readonly Row[]>>();

  constructor(load: LoadRows<Row>) {
    this.#load = load;
  }

  /** In ascending order. */
  async load(job: number, part: ListPart): Promise<readonly Row[]> {
    const key = `${part.after} ${part.count} ${part.last}`;
    const batch =
      this.#batches.get(key) ??
      new Batch<number, readonly Row[]>((jobs) => {
        this.#batches.delete(key);
        return this.#loadParts(jobs, part);
      });
    this.#batches.set(key, batch);
    const rows = (await batch.load(job)) ?? [];
    return part.last ? rows.toReversed() : rows;
  }

  async #loadParts(jobs: readonly number[], part: ListPart): Promise<ReadonlyMap<number, readonly Row[]>> {
    const found = new Map<number, readonly Row[]>();
    if (jobs.length > 1) {
      const rows = await this.#load({ jobs, part, limit: rowsAtOnce + 1 });
      if (rows.length <= rowsAtOnce) {
        for (const [job, own] of Map.groupBy(rows, (row) => row.job))
          found.set(job, own.slice(0, part.count));
        return found;
      }
    }
    for (const job of jobs) {
      if (found.size > 0) await turn();
      found.set(job, await this.#load({ jobs: [job], part, limit: part.count }));
    }
    return found;
  }
}

export function byKey<Key, Value>(values: Iterable<Value>, keyOf: (value: Value) => Key): Map<Key, Value> {
  const map = new Map<Key, Value>();
  for (const value of values) map.set(keyOf(value), value);
  return map;
}
