// Main: the worker thread that runs statements which may read long, one at a time, on a separate connection. Not its queue (long-read.ts).
import { parentPort, workerData } from 'node:worker_threads';
import SqliteDatabase from 'better-sqlite3';
import type { ReadReply, ReadTask } from './long-read.ts';

const database = new SqliteDatabase(String(workerData), { readonly: true, fileMustExist: true });

/** The code of an error of SQLite; empty for any other error. */
const codeOf = (error: unknown): string =>
  error instanceof SqliteDatabase.SqliteError ? String(error.code) : '';

function answer({ id, sql, values }: ReadTask): ReadReply {
  try {
    return { id, rows: database.prepare<unknown[], Record<string, unknown>>(sql).all(...values) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { id, error: { message, code: codeOf(error) } };
  }
}

parentPort?.on('message', (task: ReadTask) => parentPort?.postMessage(answer(task)));
