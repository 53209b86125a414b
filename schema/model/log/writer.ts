// Owns appending to logs at full speed, on a dedicated connection. Not what is appended (log.ts), not retrying (jobrunner/supervisor/recorder.ts).
import SqliteDatabase from 'better-sqlite3';
import { retryWhileBusy } from '../store/busy.ts';
import { type Database, sqliteFile } from '../store/database.ts';
import type { ChunkDraft } from './chunk-draft.ts';
import { appendAfterGap, appendWithoutGap, type Gap } from './gap.ts';
import { appendChunk, chunkInsert, chunkInsertAfter, chunkValues } from './log.ts';

/** Appends chunks to logs. */
export interface LogWriter extends Disposable {
  /**
   * Like {@link appendChunk}, but never uses the reserve of a full disk. On SQLite the lines are committed when it returns, so every
   * process can read them, but not yet synced to the disk: a power failure loses the last moments, together with the process that wrote
   * them. Any later commit of any process syncs them too. Returns the lines before that were lost since they were stored; `null` if none.
   */
  append(jobId: number, chunk: ChunkDraft): Promise<Gap | null>;
}

/** Opens a log writer. Dispose it to close its connection. */
export function openLogWriter(db: Database): LogWriter {
  if (db.dialect === 'postgresql') {
    // A PostgreSQL server that crashes loses unsynced data while scap and its supervisor continue, so there every chunk is synced.
    let previous: number | null = null;
    return {
      async append(jobId, chunk) {
        const { firstNumber } = chunk;
        const gap = previous === null ? null : await appendWithoutGap(db, jobId, chunk, previous);
        if (previous === null) await appendChunk(db, jobId, chunk);
        previous = firstNumber;
        return gap;
      },
      [Symbol.dispose]() {},
    };
  }
  // A timeout of 0, because waiting here would block the process. retryWhileBusy waits instead.
  const connection = new SqliteDatabase(sqliteFile(db.url), { timeout: 0 });
  connection.pragma('synchronous = normal');
  const insert = connection.prepare(chunkInsert);
  const insertAfter = connection.prepare(chunkInsertAfter(db.dialect));
  let previous: number | null = null;
  return {
    async append(jobId, chunk) {
      // While the disk is full, the remaining space is for answers, stops and exits.
      db.reserve?.refill();
      const values = chunkValues(jobId, chunk, db.dialect);
      const before = previous;
      const { changes } = await retryWhileBusy(async () =>
        before === null ? insert.run(...values) : insertAfter.run(...values, jobId, before),
      );
      const gap = before !== null && changes === 0 ? await appendAfterGap(db, jobId, chunk) : null;
      previous = chunk.firstNumber;
      db.doorbell.ring(['log']);
      return gap;
    },
    [Symbol.dispose]: () => connection.close(),
  };
}
