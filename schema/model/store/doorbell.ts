// Owns the doorbell, which notifies processes that something was committed. A ring is a hint without data: listeners read the database. Not what they do then.
import { closeSync, type FSWatcher, futimesSync, mkdirSync, openSync, watch } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { openPersistentConnection } from './connection.ts';

/**
 * What may have changed: `jobs`: a job, its questions or stops · `log`: log lines · `orders`: work for a jobrunner or supervisor (a queued
 * job, an answer, a stop) · `runners`: a jobrunner came or left · `sessions`: access rights of users · `holds`: deployments are held or
 * released · `events`: something to send to webhooks and browsers · `watchers`: who looks at which job.
 */
export const topics = [
  'jobs',
  'log',
  'orders',
  'runners',
  'sessions',
  'holds',
  'events',
  'watchers',
] as const;
export type Topic = (typeof topics)[number];

/** A listener for some topics. Rings that arrive while it is not waiting are remembered as one. */
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

  /**
   * Resolves at the next ring since it last resolved, or immediately when `signal` aborts. Read the database after it resolves, and no
   * commit is missed.
   */
  async nextRing(signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const onAbort = (): void => resolve();
      this.#wake = resolve;
      signal.addEventListener('abort', onAbort, { once: true });
      await promise;
      // A signal lives through thousands of rings, so its listeners must be removed.
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
  /** Starts listening. Dispose the listener to stop. */
  listen(...topics: Topic[]): Listener;
  /** Rings after a commit. On PostgreSQL this does nothing, because the notification is part of the transaction. */
  ring(topics: readonly Topic[]): void;
}

class Listeners {
  readonly #listeners = new Map<Topic, Set<Listener>>(topics.map((topic) => [topic, new Set()]));

  listen(...wanted: Topic[]): Listener {
    const listener = new Listener((gone) => {
      for (const topic of wanted) this.#listeners.get(topic)?.delete(gone);
    });
    for (const topic of wanted) this.#listeners.get(topic)?.add(listener);
    return listener;
  }

  wake(...rung: readonly Topic[]): void {
    for (const topic of rung) for (const listener of this.#listeners.get(topic) ?? []) listener.ring();
  }

  get empty(): boolean {
    for (const listeners of this.#listeners.values()) if (listeners.size > 0) return false;
    return true;
  }
}

/** How often SQLite's `data_version` is polled as a fallback by default, in milliseconds. It reads shared memory and runs no query. */
const dataVersionInterval = 250;

/**
 * The doorbell of a SQLite database: one file per topic beside it, touched after a commit and watched. Watching the database or its WAL
 * instead would notify before the commit is visible, and stops when the WAL is deleted. `dataVersion` is the fallback: it changes when
 * another connection has committed; it is compared every `interval` milliseconds.
 */
export function fileDoorbell(
  directory: string,
  dataVersion: () => number,
  interval = dataVersionInterval,
): Doorbell {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const listeners = new Listeners();
  const bells = new Map<Topic, number>();
  const watchers: FSWatcher[] = [];
  for (const topic of topics) {
    const file = join(directory, topic);
    bells.set(topic, openSync(file, 'a', 0o600));
    // A failed watcher (the directory was deleted) only costs latency: the fallback below still works.
    watchers.push(watch(file, { persistent: false }, () => listeners.wake(topic)).on('error', () => {}));
  }
  let seen = dataVersion();
  const fallback = setInterval(() => {
    if (listeners.empty) return;
    let version = seen;
    try {
      version = dataVersion();
    } catch {
      return; // busy or closing: try again at the next interval
    }
    if (version === seen) return;
    seen = version;
    listeners.wake(...topics);
  }, interval);
  fallback.unref();
  return {
    listen: (...wanted) => listeners.listen(...wanted),
    ring(rung) {
      const now = Date.now() / 1000;
      for (const topic of rung) {
        const bell = bells.get(topic);
        if (bell === undefined) continue;
        try {
          futimesSync(bell, now, now);
        } catch {
          // The commit succeeded; the fallback notices it.
        }
      }
    },
    async [Symbol.asyncDispose]() {
      clearInterval(fallback);
      for (const watcher of watchers) watcher.close();
      for (const bell of bells.values()) closeSync(bell);
      bells.clear();
    },
  };
}

/** The channel of `NOTIFY`; the payload is a topic. */
export const notifyChannel = 'spiderpig';
/**
 * How often all listeners are woken without a notification on PostgreSQL by default, in milliseconds: the fallback for notifications lost
 * while reconnecting.
 */
const pollInterval = 2_000;

/** The name of a doorbell's connection in `pg_stat_activity`: each process on a host has one. PostgreSQL keeps 63 characters. */
export const doorbellName = (host: string): string => `spiderpig on ${host}`.slice(0, 63);

/** The doorbell of a PostgreSQL database: a persistent connection that LISTENs. All listeners are also woken every `interval` milliseconds. */
export async function notifyDoorbell(url: string, interval = pollInterval): Promise<Doorbell> {
  const listeners = new Listeners();
  const connection = await openPersistentConnection(url, doorbellName(hostname()), async (client) => {
    client.on('notification', (message) => {
      const topic = topics.find((known) => known === message.payload);
      if (topic) listeners.wake(topic);
    });
    await client.query(`listen ${notifyChannel}`);
    // Notifications may have been lost while disconnected: wake all listeners.
    listeners.wake(...topics);
  });
  const fallback = setInterval(() => listeners.wake(...topics), interval);
  fallback.unref();
  return {
    listen: (...wanted) => listeners.listen(...wanted),
    ring() {},
    async [Symbol.asyncDispose]() {
      clearInterval(fallback);
      await connection[Symbol.asyncDispose]();
    },
  };
}
