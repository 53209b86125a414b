// Owns compacting the logs of ended jobs: small chunks become few, large, compressed ones. Not their form (chunk.ts), not when it is done (jobrunner/compaction.ts).
import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';
import { releaseSpace, throttled } from '../job/removal.ts';
import { endedStateList } from '../job/state.ts';
import type { Database } from '../store/database.ts';
import { tryLock } from '../store/lock.ts';
import type { StoredChunk } from './chunk.ts';
import { isCompressed, maxPlainBytes } from './chunk-format.ts';
import { mergeChunks } from './chunk-merge.ts';
import { readChunks } from './log.ts';

/** What a compaction is told. */
export interface CompactionOptions {
  /** How long after its end a job's log is left as it is, in milliseconds: who still looks at it or writes to it is not disturbed. */
  readonly grace: number;
  /** Told of each log that is compacted. */
  readonly onCompacted?: (log: CompactedLog) => void;
}

/** What became of a log. A resumed compaction counts what it did itself. */
export interface CompactedLog {
  readonly job: number;
  /** Chunks that were replaced, and the bytes of their bodies; by how many, and theirs. */
  readonly chunks: { readonly before: number; readonly after: number };
  readonly bytes: { readonly before: number; readonly after: number };
}

/** How large a chunk is made, in bytes before it is compressed: whoever wants one line of it decompresses so much. */
const plainSize = 262_144;
/** How many chunks one step replaces at most. */
const chunksPerStep = 2_000;
/** Once so many bytes were replaced, in chunks as they were, the space is given back: what is written next lies there. */
const bytesPerReturn = 33_554_432;
/** A compressed body must be smaller than this share of the plain one, or it is not worth it. */
const worthwhile = 0.9;
const compressionLevel = 6;

const ended = `state in (${endedStateList})
  and compacted_at is null and removed_at is null and finished_at is not null`;

/**
 * When the next log is due to be compacted, in milliseconds since 1970 UTC, be it in the past; `null`: none waits for it. Reads only.
 */
export async function nextCompaction(db: Database, grace: number): Promise<number | null> {
  const [row] = await db.execute(`select min(finished_at) as first from job where ${ended}`, []);
  const first = row?.['first'] ?? null;
  return first === null ? null : Number(first) + grace;
}

/**
 * Compacts the logs that are due, in small steps with rests between, each of which is one transaction that replaces consecutive chunks by one
 * with the same lines. Whoever reads meanwhile sees the ones or the other. What is broken off in between, by the signal or a crash, is gone on
 * with by the next one. `false`: another process does it, or it was broken off. Writes nothing when nothing is due.
 */
export async function compactLogs(
  db: Database,
  { grace, onCompacted }: CompactionOptions,
  signal: AbortSignal,
): Promise<boolean> {
  if ((await dueJobs(db, grace)).length === 0) return true;
  await using lock = await tryLock(db.url, 'compaction');
  if (lock === null) return false;
  let unreturned = 0;
  const onReplaced = async (bytes: number): Promise<void> => {
    unreturned += bytes;
    if (unreturned < bytesPerReturn) return;
    unreturned = 0;
    await releaseSpace(db, signal);
  };
  for (let jobs = await dueJobs(db, grace); jobs.length > 0; jobs = await dueJobs(db, grace)) {
    for (const job of jobs) {
      const log = await compactLog(db, job, onReplaced, signal);
      if (signal.aborted) return false;
      if (log) onCompacted?.(log);
    }
  }
  if (unreturned > 0) await releaseSpace(db, signal);
  return !signal.aborted;
}

const jobsPerQuery = 100;

/** Jobs whose logs are to be compacted now, the oldest first. */
async function dueJobs(db: Database, grace: number): Promise<number[]> {
  const rows = await db.execute(
    `select id from job where ${ended} and finished_at <= ? order by id limit ?`,
    [Date.now() - grace, jobsPerQuery],
  );
  return rows.map((row) => Number(row['id']));
}

/** What is known of a chunk without its body. */
interface Head {
  readonly firstNumber: number;
  readonly lineCount: number;
  readonly at: number;
  /** The body's, as stored. */
  readonly bytes: number;
  readonly compressed: boolean;
}

/** Compacts one log and records that. `null`: it was broken off, or the job is being removed. */
async function compactLog(
  db: Database,
  job: number,
  onReplaced: (bytes: number) => Promise<void>,
  signal: AbortSignal,
): Promise<CompactedLog | null> {
  const chunks = { before: 0, after: 0 };
  const bytes = { before: 0, after: 0 };
  for (let from = 0; !signal.aborted; ) {
    const heads = await headsFrom(db, job, from);
    const last = heads.at(-1);
    if (!last) break;
    const group = nextGroup(heads, heads.length < chunksPerStep);
    const to = group.at(-1);
    if (!to) {
      from = last.firstNumber + 1;
      continue;
    }
    const step = await throttled(() => replace(db, job, group), signal);
    if (step === 'withdrawn') return null;
    if (step !== null) {
      chunks.before += group.length;
      chunks.after++;
      bytes.before += step.before;
      bytes.after += step.after;
      await onReplaced(step.before);
    }
    from = to.firstNumber + 1;
  }
  if (signal.aborted) return null;
  const done = await db.execute(
    'update job set compacted_at = ? where id = ? and removed_at is null returning id',
    [Date.now(), job],
  );
  return done.length === 0 ? null : { job, chunks, bytes };
}

async function headsFrom(db: Database, job: number, from: number): Promise<Head[]> {
  const rows = await db.execute(
    `select first_number, line_count, at, octet_length(body) as bytes, substr(body, 1, 4) as head
     from log_chunk where job_id = ? and first_number >= ? order by first_number limit ?`,
    [job, from, chunksPerStep],
  );
  return rows.map((row) => {
    const head = row['head'];
    return {
      firstNumber: Number(row['first_number']),
      lineCount: Number(row['line_count']),
      at: Number(row['at']),
      bytes: Number(row['bytes']),
      compressed: head instanceof Uint8Array && isCompressed(head),
    };
  });
}

/**
 * Which chunks become one next: the first that are not compressed yet, as many as fit together; none when all are compressed. `toTheEnd`: the
 * log has no chunks after these. Pure.
 */
function nextGroup(heads: readonly Head[], toTheEnd: boolean): readonly Head[] {
  const start = heads.findIndex(({ compressed }) => !compressed);
  if (start < 0) return [];
  // The last chunk of a log stays by itself, with its number: should a supervisor that was cut off not know whether that was written, and write
  // it again, the row must be there to say that it was (appendChunk does nothing then). Merged into another, the lines would be there twice.
  const end = toTheEnd ? Math.max(start + 1, heads.length - 1) : heads.length;
  let size = 0;
  const group: Head[] = [];
  for (const head of heads.slice(start, end)) {
    const before = group.at(-1);
    const [first] = group;
    size += head.bytes;
    if (first && before) {
      const follows = head.firstNumber === before.firstNumber + before.lineCount;
      // Times are told from the first line's on, and a clock may have been set back.
      if (head.compressed || size > plainSize || !follows || head.at < first.at) break;
    }
    group.push(head);
  }
  return group;
}

/** Puts one chunk in the place of several, or of one. One transaction. `null`: they stay, since nothing is gained or one of them cannot be read. */
async function replace(
  db: Database,
  job: number,
  group: readonly Head[],
): Promise<{ before: number; after: number } | 'withdrawn' | null> {
  const [first] = group;
  const last = group.at(-1);
  if (!first || !last) return null;
  const whole = group.reduce((sum, { bytes }) => sum + bytes, 0);
  const chunks = await chunksOf(db, job, group, whole);
  const merged = mergedOf(chunks);
  if (!merged) return null;
  const body = await smallest(merged.body);
  if (group.length === 1 && !isCompressed(body)) return null;
  // While the disk is full, what room there is is for answers, stops and ends.
  db.reserve?.refill();
  return await db.write([], async (em) => {
    // A job that is being removed is left to that: on PostgreSQL the two would meet in one log.
    const lock = db.dialect === 'postgresql' ? ' for update' : '';
    const there = `select 1 as there from job where id = ? and removed_at is null${lock}`;
    if ((await db.execute(there, [job], em)).length === 0) return 'withdrawn';
    const gone = await db.execute(
      'delete from log_chunk where job_id = ? and first_number between ? and ? returning octet_length(body) as bytes',
      [job, first.firstNumber, last.firstNumber],
      em,
    );
    const size = gone.reduce((sum, row) => sum + Number(row['bytes']), 0);
    if (gone.length !== group.length || size !== whole)
      throw new Error(`the log of job ${job} was changed while it was compacted`);
    await db.execute(
      'insert into log_chunk (job_id, first_number, line_count, at, body) values (?, ?, ?, ?, ?)',
      [job, merged.firstNumber, merged.lineCount, merged.at, body],
      em,
    );
    return { before: whole, after: body.byteLength };
  });
}

/** The chunks of a group with their bodies. */
async function chunksOf(
  db: Database,
  job: number,
  group: readonly Head[],
  bytes: number,
): Promise<StoredChunk[]> {
  const chunks: StoredChunk[] = [];
  const last = group.at(-1)?.firstNumber ?? 0;
  let after = (group[0]?.firstNumber ?? 1) - 1;
  while (chunks.length < group.length) {
    const more = await readChunks(db, job, after, bytes);
    if (more.length === 0) break;
    for (const chunk of more) {
      if (chunk.firstNumber > last) return chunks;
      chunks.push(chunk);
      after = chunk.firstNumber + chunk.lineCount - 1;
    }
  }
  return chunks;
}

/** One chunk of several. `null`: one of them is broken. Then they stay as they are, for somebody to look at. */
function mergedOf(chunks: readonly StoredChunk[]): StoredChunk | null {
  try {
    return mergeChunks(chunks);
  } catch {
    return null;
  }
}

const compress = promisify(zstdCompress);

/** The smaller form of a body. */
async function smallest(plain: Uint8Array): Promise<Uint8Array> {
  if (plain.byteLength > maxPlainBytes) return plain;
  const body = await compress(plain, { params: { [constants.ZSTD_c_compressionLevel]: compressionLevel } });
  return body.byteLength < plain.byteLength * worthwhile ? body : plain;
}
