// Owns reads that may take long: in a separate thread (SQLite) or on separate connections (PostgreSQL), so that answers, lines and sign-in never wait for them. Not what is read.
import { Worker } from 'node:worker_threads';
import type pg from 'pg';
import { beginSession, socketWithTimeout, waitForConnections } from './connection.ts';
import { type Bindable, type Database, numbered, sqliteFile } from './database.ts';
import { leaveRemovedDirectory } from './working-directory.ts';

/** Reads that may take long. */
export interface LongReads extends AsyncDisposable {
  /** Like {@link Database.execute}, for a statement that reads. Reads take turns. Rejects when one takes longer than ten seconds on PostgreSQL. */
  execute(sql: string, values: readonly Bindable[]): Promise<Record<string, unknown>[]>;
}

/** How many reads run at the same time on PostgreSQL. */
const maxConnections = 2;
/** How long an idle thread or connection is kept, in milliseconds. */
const idleLimit = 60_000;

/** Opens the long reads of a database. Nothing is started before the first one. `threadFile`: the source of the thread (read-worker.ts). */
export const openLongReads = (db: Pick<Database, 'dialect' | 'url'>, threadFile: string): LongReads =>
  db.dialect === 'sqlite' ? new ReadThread(sqliteFile(db.url), threadFile) : connectionsTo(db.url);

function connectionsTo(url: string): LongReads {
  let pool: Promise<pg.Pool> | null = null;
  return {
    async execute(sql, values) {
      pool ??= openPool(url);
      return (await (await pool).query(numbered(sql), [...values])).rows;
    },
    async [Symbol.asyncDispose]() {
      await (await pool)?.end();
    },
  };
}

async function openPool(url: string): Promise<pg.Pool> {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'spiderpig long reads',
    max: maxConnections,
    idleTimeoutMillis: idleLimit,
    stream: socketWithTimeout,
    onConnect: beginSession,
  });
  waitForConnections(pool);
  // A broken idle connection is replaced by the next read.
  pool.on('error', () => {});
  return pool;
}

/** A statement for the thread. */
export interface ReadTask {
  readonly id: number;
  readonly sql: string;
  readonly values: readonly Bindable[];
}

/** A message from the thread. */
export type ReadReply =
  | { readonly id: number; readonly rows: Record<string, unknown>[] }
  | { readonly id: number; readonly error: { readonly message: string; readonly code: string } };

/** An error of SQLite in the thread, with its code. */
class ReadError extends Error {
  readonly code: string;
  constructor({ message, code }: { message: string; code: string }) {
    super(message);
    this.name = 'ReadError';
    this.code = code;
  }
}

/** A thread with its own connection that runs one statement after the other. It does not keep the process alive. */
class ReadThread implements LongReads {
  readonly #file: string;
  readonly #threadFile: string;
  readonly #pending = new Map<number, PromiseWithResolvers<Record<string, unknown>[]>>();
  #last = 0;
  #worker: Worker | null = null;
  #idleTimer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(file: string, threadFile: string) {
    this.#file = file;
    this.#threadFile = threadFile;
  }

  execute(sql: string, values: readonly Bindable[]): Promise<Record<string, unknown>[]> {
    if (this.#closed) return Promise.reject(new Error('the server is closing'));
    clearTimeout(this.#idleTimer);
    const task: ReadTask = { id: ++this.#last, sql, values };
    const pending = Promise.withResolvers<Record<string, unknown>[]>();
    this.#pending.set(task.id, pending);
    this.#worker ??= this.#start();
    this.#worker.postMessage(task);
    return pending.promise;
  }

  #start(): Worker {
    leaveRemovedDirectory();
    const worker = new Worker(this.#threadFile, { name: 'long reads', workerData: this.#file });
    worker.unref();
    const failed = (error: Error): void => {
      if (worker !== this.#worker) return;
      this.#worker = null;
      for (const { reject } of this.#pending.values()) reject(error);
      this.#pending.clear();
    };
    worker.on('message', (reply: ReadReply) => this.#receive(reply));
    worker.on('error', failed);
    worker.on('exit', () => failed(new Error('the thread for long reads exited')));
    return worker;
  }

  #receive(reply: ReadReply): void {
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if ('rows' in reply) pending?.resolve(reply.rows);
    else pending?.reject(new ReadError(reply.error));
    if (this.#pending.size > 0) return;
    this.#idleTimer = setTimeout(() => void this.#end(), idleLimit);
    this.#idleTimer.unref();
  }

  async #end(): Promise<void> {
    clearTimeout(this.#idleTimer);
    const worker = this.#worker;
    this.#worker = null;
    for (const { reject } of this.#pending.values()) reject(new Error('the server is closing'));
    this.#pending.clear();
    await worker?.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.#end();
  }
}
