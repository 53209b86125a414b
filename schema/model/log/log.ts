// Owns the stored log: appending chunks and reading lines by number. Not who writes (jobrunner/supervisor/recorder.ts) or follows (server/log/).
import { defineEntity, p } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { Job } from '../job/job.ts';
import { time } from '../store/column.ts';
import type { Bindable, Database, Dialect } from '../store/database.ts';
import { notifyChannel } from '../store/doorbell.ts';
import { decodeLines, type StoredChunk } from './chunk.ts';
import { type ChunkDraft, chunkOf } from './chunk-draft.ts';
import { compressForTransfer } from './chunk-format.ts';
import type { LogLine, LogPart, NewLogLine } from './line.ts';

const LogChunkSchema = defineEntity({
  name: 'LogChunk',
  tableName: 'log_chunk',
  properties: {
    job: () => p.manyToOne(Job).mapToPk().primary().deleteRule('cascade').index(false),
    /** The number of its first line. */
    firstNumber: p.integer().primary(),
    lineCount: p.integer(),
    /** The time of its first line. */
    at: time(),
    /** Its lines, see chunk-format.ts. */
    body: p.blob(),
  },
});
/** Consecutive lines of a log, stored together: one row per line takes a third more space and three times as long. */
export class LogChunk extends LogChunkSchema.class {}
LogChunkSchema.setClass(LogChunk);

/**
 * Appends a chunk. Idempotent: repeating it with the same numbers, after an unknown outcome, changes nothing. One statement, durable when
 * it returns. Rings `log`.
 */
export async function appendChunk(db: Database, jobId: number, chunk: ChunkDraft): Promise<void> {
  const values = chunkValues(jobId, chunk, db.dialect);
  if (db.ringsInTransaction) {
    await db.execute(`with chunk as (${chunkInsert}) select pg_notify('${notifyChannel}', 'log')`, values);
  } else {
    await db.execute(chunkInsert, values);
    db.doorbell.ring(['log']);
  }
}

const insert = 'insert into log_chunk (job_id, first_number, line_count, at, body) values (?, ?, ?, ?, ?)';
/** The statement that adds a chunk, and its bound values. */
export const chunkInsert = `${insert} on conflict (job_id, first_number) do nothing`;
/** The same, only if the job has a chunk that begins at a certain line: two further values, the job and that line. */
export const chunkInsertAfter = (dialect: Dialect): string => {
  const types = dialect === 'postgresql' ? ['int', 'int', 'int', 'bigint', 'bytea'] : null;
  const values = types?.map((type) => `cast(? as ${type})`).join(', ') ?? '?, ?, ?, ?, ?';
  return `insert into log_chunk (job_id, first_number, line_count, at, body) select ${values}
    where exists (select 1 from log_chunk where job_id = ? and first_number = ?)
    on conflict (job_id, first_number) do nothing`;
};
export const chunkValues = (jobId: number, chunk: ChunkDraft, dialect: Dialect): Bindable[] => [
  jobId,
  chunk.firstNumber,
  chunk.lineCount,
  chunk.at,
  // PostgreSQL's text protocol doubles the size of binary results and is slow at it (bench: search, flood).
  dialect === 'postgresql' ? compressForTransfer(chunk.body()) : chunk.body(),
];

/** Appends lines, the first with number `firstNumber`, as one chunk; see {@link appendChunk}. */
export async function appendLines(
  db: Database,
  jobId: number,
  firstNumber: number,
  lines: readonly LogPart[],
): Promise<void> {
  if (lines.length > 0) await appendChunk(db, jobId, chunkOf(lines, firstNumber));
}

/**
 * Adds the last line of a log, in the caller's transaction. Throws if another process adds a line concurrently; the transaction must then
 * be retried.
 */
export async function addLastLine(
  db: Database,
  em: SqlEntityManager,
  jobId: number,
  line: NewLogLine,
): Promise<void> {
  const number = (await countLines(db, jobId, em)) + 1;
  await db.execute(insert, chunkValues(jobId, chunkOf([line], number), db.dialect), em);
}

/** The number of a log's last line; 0 for an empty log. */
export async function countLines(db: Database, jobId: number, em?: SqlEntityManager): Promise<number> {
  const rows = await db.execute(
    'select first_number + line_count - 1 as last from log_chunk where job_id = ? order by first_number desc limit 1',
    [jobId],
    em,
  );
  return Number(rows[0]?.['last'] ?? 0);
}

/** How many chunks one query considers. */
const rowsPerQuery = 256;

/**
 * The chunks with lines after number `after`, in order and without a gap; the first may begin before. As many as fit in `maxBytes`, as
 * stored, but at least one; empty if there are none. The last ones may be read in a later transaction than the first.
 */
export async function readChunks(
  db: Database,
  jobId: number,
  after: number,
  maxBytes: number,
): Promise<StoredChunk[]> {
  const chunks: StoredChunk[] = [];
  let bytes = 0;
  let next = after + 1;
  for (;;) {
    const rows = await chunksFrom(db, jobId, next, maxBytes - bytes);
    for (const chunk of rows) {
      // A concurrent compaction may have merged the following chunks with ones already read.
      if (chunk.firstNumber + chunk.lineCount <= next) continue;
      if (chunks.length > 0 && (chunk.firstNumber !== next || bytes + chunk.body.byteLength > maxBytes))
        return chunks;
      chunks.push(chunk);
      bytes += chunk.body.byteLength;
      next = chunk.firstNumber + chunk.lineCount;
    }
    if (rows.length < rowsPerQuery || bytes >= maxBytes) return chunks;
  }
}

/**
 * The chunk with line number `from` and the following ones, as many as fit in `maxBytes`, at least one. Unneeded bodies are not read,
 * because that takes most of the time (bench: store, search).
 */
async function chunksFrom(
  db: Database,
  jobId: number,
  from: number,
  maxBytes: number,
): Promise<StoredChunk[]> {
  const rows = await db.execute(
    `select first_number, line_count, at, body from log_chunk
     where job_id = ? and first_number in (
       select first_number from (
         select first_number, own, sum(own) over (order by first_number) as total from (
           select first_number, octet_length(body) as own from log_chunk
           where job_id = ? and first_number >= coalesce(
             (select max(first_number) from log_chunk where job_id = ? and first_number <= ?), 0)
           order by first_number limit ?
         ) as considered
       ) as summed where total <= ? or total = own)
     order by first_number`,
    [jobId, jobId, jobId, from, rowsPerQuery, maxBytes],
  );
  return rows.map((row) => {
    const body = row['body'];
    if (!(body instanceof Uint8Array)) throw new Error('a log chunk has no body');
    return {
      firstNumber: Number(row['first_number']),
      lineCount: Number(row['line_count']),
      at: Number(row['at']),
      body,
    };
  });
}

/**
 * How many chunks one query reads, and how much text one read returns, in UTF-16 units. A read returns at least one line if there is one.
 */
const chunksPerQuery = 16;
const bytesPerRead = 1_048_576;

/** The lines after number `after`: at most `limit`, fewer if they are long; empty if there are none. */
export async function readLines(
  db: Database,
  jobId: number,
  after: number,
  limit: number,
): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  let bytes = 0;
  let next = after + 1;
  while (lines.length < limit && bytes < bytesPerRead) {
    const rows = await db.execute(
      `select first_number, line_count, at, body from log_chunk
       where job_id = ? and first_number < ? and first_number >= coalesce(
         (select max(first_number) from log_chunk where job_id = ? and first_number <= ?), 0)
       order by first_number limit ?`,
      // Excludes chunks after the last requested line, which would be decoded for nothing.
      [jobId, next + limit - lines.length, jobId, next, chunksPerQuery],
    );
    const before = next;
    for (const row of rows) {
      const body = row['body'];
      if (!(body instanceof Uint8Array)) throw new Error('a log chunk has no body');
      if (bytes >= bytesPerRead) break;
      for (const line of decodeLines(body, Number(row['first_number']), Number(row['at']))) {
        if (line.number < next) continue;
        if (lines.length >= limit) return lines;
        lines.push(line);
        bytes += line.text.length;
        next = line.number + 1;
      }
    }
    if (next === before || rows.length < chunksPerQuery) break;
  }
  return lines;
}
