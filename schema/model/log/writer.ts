// Owns appending to logs at full speed: a connection for nothing else. Not what is appended (log.ts), not the trying again (jobrunner/recorder.ts).
import SqliteDatabase from 'better-sqlite3';
import { retryWhileBusy } from '../store/busy.ts';
import { type Database, sqliteFile } from '../store/database.ts';
import type { ChunkDraft } from './chunk-draft.ts';
import { appendChunk, chunkInsert, chunkValues } from './log.ts';

/** Appends chunks to logs. */
export interface LogWriter extends Disposable {
  /**
   * Like {@link appendChunk}, but never in the reserve of a full disk. On SQLite the lines are committed when it returns, for every process to read, but not yet synced to the disk:
   * should the machine fail, those of the last moment are gone, with the process that wrote them. The next other commit, by whomever, syncs them too.
   */
  append(jobId: number, chunk: ChunkDraft): Promise<void>;
}

/** Opens a writer of logs. */
export function openLogWriter(db: Database): LogWriter {
  if (db.dialect === 'postgresql') {
    // A PostgreSQL that crashes loses what it has not synced while scap and its supervisor live on: there every chunk is.
    return { append: (jobId, chunk) => appendChunk(db, jobId, chunk), [Symbol.dispose]() {} };
  }
  // No waiting here: it would stop the process. retryWhileBusy waits.
  const connection = new SqliteDatabase(sqliteFile(db.url), { timeout: 0 });
  connection.pragma('synchronous = normal');
  const insert = connection.prepare(chunkInsert);
  return {
    async append(jobId, chunk) {
      // While the disk is full, what room there is is for answers, stops and ends.
      db.reserve?.refill();
      const values = chunkValues(jobId, chunk, db.dialect);
      await retryWhileBusy(async () => insert.run(...values));
      db.doorbell.ring(['log']);
    },
    [Symbol.dispose]: () => connection.close(),
  };
}
