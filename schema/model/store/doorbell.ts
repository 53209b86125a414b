// Owns the doorbell: "something was committed, look". A ring carries no data; the row is the message. Not what anybody does on hearing it.
import { closeSync, type FSWatcher, futimesSync, mkdirSync, openSync, watch } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { openPersistentConnection } from './connection.ts';

/**
 * What can have changed:
 * `jobs`: a job, its questions or stops, as people see them · `log`: log lines · `orders`: something is wanted of a jobrunner or a supervisor
 * (a queued job, an answer, a stop) · `runners`: a jobrunner came or went · `sessions`: somebody's rights to be here · `holds`: deployments are held or
 * released.
 */
export const topics = ['jobs', 'log', 'orders', 'runners', 'sessions', 'holds'] as const;
export type Topic = (typeof topics)[number];

/** One who listens for rings of some topics. Rings while nobody waits are remembered as one. */
export class Listener implements Disposable {
  #rung = false;
  #wake: (() => void) | null = null;
  readonly #leave: (listener: Listener) => void;

  constructor(leave: (listener: Listener) => void) {
    this.#leave = leave;
  }

  /** Called by the doorbell. */
  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Resolves at the next ring since it last resolved, or at once when `signal` aborts. Look *after* it resolved, and a ring is never lost. */
  async nextRing(signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const onAbort = (): void => resolve();
      this.#wake = resolve;
      signal.addEventListener('abort', onAbort, { once: true });
      await promise;
      // A signal outlives thousands of rings: what listens to it must go.
      signal.removeEventListener('abort', onAbort);
      this.#wake = null;
    }
    this.#rung = false;
  }

  [Symbol.dispose](): void {
    this.#leave(this);
  }
}

/** The doorbell of one process. */
export interface Doorbell extends AsyncDisposable {
  /** Begin to listen. Dispose the listener to stop. */
  listen(...topics: Topic[]): Listener;
  /** Ring after a commit. On PostgreSQL the ring is part of the transaction instead, and this does nothing. */
  ring(topics: readonly Topic[]): void;
}

class Ears {
  readonly #listeners = new Map<Topic, Set<Listener>>(topics.map((topic) => [topic, new Set()]));

  listen(...heard: Topic[]): Listener {
    const listener = new Listener((gone) => {
      for (const topic of heard) this.#listeners.get(topic)?.delete(gone);
    });
    for (const topic of heard) this.#listeners.get(topic)?.add(listener);
    return listener;
  }

  hear(...rung: readonly Topic[]): void {
    for (const topic of rung) for (const listener of this.#listeners.get(topic) ?? []) listener.ring();
  }

  get empty(): boolean {
    for (const listeners of this.#listeners.values()) if (listeners.size > 0) return false;
    return true;
  }
}

/** How often SQLite's `data_version` is looked at as the net under the bell files, in milliseconds. It is a read of shared memory, no query. */
const dataVersionInterval = 250;

/**
 * The doorbell of a SQLite database: a file per topic beside it, touched after a commit and watched. Watching the database or its WAL
 * instead rings before the commit can be seen and dies when the WAL is deleted. `dataVersion` is the net: it tells that some
 * other connection has committed.
 */
export function fileDoorbell(directory: string, dataVersion: () => number): Doorbell {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const ears = new Ears();
  const bells = new Map<Topic, number>();
  const watchers: FSWatcher[] = [];
  for (const topic of topics) {
    const file = join(directory, topic);
    bells.set(topic, openSync(file, 'a', 0o600));
    // An error of the watcher (the directory went away) costs speed only: the net below still hears.
    watchers.push(watch(file, { persistent: false }, () => ears.hear(topic)).on('error', () => {}));
  }
  let seen = dataVersion();
  const net = setInterval(() => {
    if (ears.empty) return;
    let version = seen;
    try {
      version = dataVersion();
    } catch {
      return; // busy or closing: look again at the next turn
    }
    if (version === seen) return;
    seen = version;
    ears.hear(...topics);
  }, dataVersionInterval);
  net.unref();
  return {
    listen: (...heard) => ears.listen(...heard),
    ring(rung) {
      const now = Date.now() / 1000;
      for (const topic of rung) {
        const bell = bells.get(topic);
        if (bell === undefined) continue;
        try {
          futimesSync(bell, now, now);
        } catch {
          // A ring that fails is a ring lost: the net hears. The commit stands.
        }
      }
    },
    async [Symbol.asyncDispose]() {
      clearInterval(net);
      for (const watcher of watchers) watcher.close();
      for (const bell of bells.values()) closeSync(bell);
      bells.clear();
    },
  };
}

/** The channel of `NOTIFY`; its payload is a topic. */
export const notifyChannel = 'spiderpig';
/** How often everybody looks without a ring on PostgreSQL, in milliseconds: the net under a notification lost while reconnecting. */
const pollInterval = 2_000;

/** What the connection of a doorbell is called in `pg_stat_activity`: every process of a host has one. PostgreSQL keeps 63 characters. */
export const doorbellName = (host: string): string => `spiderpig on ${host}`.slice(0, 63);

/** The doorbell of a PostgreSQL database: a connection of its own that LISTENs and is opened anew when it breaks. */
export async function notifyDoorbell(url: string): Promise<Doorbell> {
  const ears = new Ears();
  const connection = await openPersistentConnection(url, doorbellName(hostname()), async (client) => {
    client.on('notification', (message) => {
      const topic = topics.find((known) => known === message.payload);
      if (topic) ears.hear(topic);
    });
    await client.query(`listen ${notifyChannel}`);
    // What was rung while nobody listened: look at everything.
    ears.hear(...topics);
  });
  const net = setInterval(() => ears.hear(...topics), pollInterval);
  net.unref();
  return {
    listen: (...heard) => ears.listen(...heard),
    ring() {},
    async [Symbol.asyncDispose]() {
      clearInterval(net);
      await connection[Symbol.asyncDispose]();
    },
  };
}
