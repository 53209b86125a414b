// Owns that a log has no silent gap: lines that were committed and are gone, after a failover or because a backup was restored under a running job, are replaced by a notice. Not noticing it elsewhere (store/continuity.ts).
import type { Database } from '../store/database.ts';
import { notifyChannel } from '../store/doorbell.ts';
import type { ChunkDraft } from './chunk-draft.ts';
import { systemLine } from './line.ts';
import { appendChunk, appendLines, chunkInsertAfter, chunkValues, countLines } from './log.ts';

/** Line numbers that a log has lost, both inclusive. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

/** How many lines one chunk of a filled gap has at most. */
const linesPerChunk = 10_000;

/**
 * Appends a chunk on PostgreSQL like `appendChunk`, if the chunk that begins at line `previous` is still there. Otherwise it fills what is missing,
 * see {@link appendAfterGap}. Returns the gap; `null` if there was none.
 */
export async function appendWithoutGap(
  db: Database,
  jobId: number,
  chunk: ChunkDraft,
  previous: number,
): Promise<Gap | null> {
  const [row] = await db.execute(
    `with chunk as (${chunkInsertAfter(db.dialect)} returning 1)
     select count(*) as added, pg_notify('${notifyChannel}', 'log') from chunk`,
    [...chunkValues(jobId, chunk, db.dialect), jobId, previous],
  );
  return Number(row?.['added']) === 1 ? null : await appendAfterGap(db, jobId, chunk);
}

/**
 * Appends a chunk before which lines are missing. Fills their numbers with a notice, and blank notices for the others: readers continue after the
 * numbers that they have. Returns the gap; `null` if there was none, because the chunk was stored before.
 */
export async function appendAfterGap(db: Database, jobId: number, chunk: ChunkDraft): Promise<Gap | null> {
  const last = await countLines(db, jobId);
  // It was stored by an attempt whose outcome was unknown.
  if (last >= chunk.firstNumber) return null;
  const gap = last + 1 < chunk.firstNumber ? { from: last + 1, to: chunk.firstNumber - 1 } : null;
  if (gap) await fill(db, jobId, gap);
  await appendChunk(db, jobId, chunk);
  return gap;
}

async function fill(db: Database, jobId: number, { from, to }: Gap): Promise<void> {
  const at = Date.now();
  const lines = from === to ? `Line ${from} is` : `Lines ${from} to ${to} are`;
  const notice = `${lines} gone: the database has lost them after they were stored, because a standby that lagged behind was promoted or a backup was restored. scap was not affected.`;
  for (let first = from; first <= to; first += linesPerChunk) {
    const count = Math.min(linesPerChunk, to - first + 1);
    await appendLines(
      db,
      jobId,
      first,
      Array.from({ length: count }, (_, index) =>
        systemLine('notice', first + index === from ? notice : '', at),
      ),
    );
  }
}
