// Owns compacting the logs of ended jobs: small chunks become few, large, compressed ones. Not the format (chunk-format.ts), not when it is done (jobrunner/loop/compaction.ts).
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

export interface CompactionOptions {
  /** How long after the job's end its log is not touched, in milliseconds, so that current readers and writers are not disturbed. */
  readonly grace: number;
  /** Called for each compacted log. */
  readonly onCompacted?: (log: CompactedLog) => void;
}

/** The result for one log. A resumed compaction counts only its own work. */
export interface CompactedLog {
  readonly job: number;
  /** The number of replaced chunks and of new ones, and the size of their bodies in bytes. */
  readonly chunks: { readonly before: number; readonly after: number };
  readonly bytes: { readonly before: number; readonly after: number };
}

/** The size of a compacted chunk before compression, in bytes: reading one line decompresses this much. */
const plainSize = 262_144;
/** The maximum number of chunks that one step replaces. */
const chunksPerStep = 2_000;
/** Disk space is released after this many bytes were replaced; until then new rows reuse it. */
const bytesPerReturn = 33_554_432;
/** A compressed body must be smaller than this share of the plain one, or it is stored uncompressed. */
const worthwhile = 0.9;
const compressionLevel = 6;

/** Begins with the condition of the index `job_uncompacted`. The state is an expression, so that no index of states is used instead. */
const ended = `compacted_at is null and removed_at is null and finished_at is not null
  and state || '' in (${endedStateList})`;

/** When the next log is due, in milliseconds since 1970 UTC, possibly in the past; `null` if none is waiting. Reads only. */
export async function nextCompaction(db: Database, grace: number): Promise<number | null> {
  const [row] = await db.execute(
    `select finished_at as first from job where ${ended} order by finished_at limit 1`,
    [],
  );
  const first = row?.['first'] ?? null;
  return first === null ? null : Number(first) + grace;
}

/**
 * Compacts the logs that are due, in small steps with pauses. Each step is one transaction that replaces consecutive chunks by one with the
 * same lines, so concurrent readers see either. An interrupted compaction, by the signal or a crash, is continued by the next one. Returns
 * `false` if another process is compacting or it was interrupted. Writes nothing if nothing is due.
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

/** Jobs whose logs are due, oldest first. */
async function dueJobs(db: Database, grace: number): Promise<number[]> {
  const rows = await db.execute(
    `select id from job where ${ended} and finished_at <= ? order by finished_at limit ?`,
    [Date.now() - grace, jobsPerQuery],
  );
  return rows.map((row) => Number(row['id']));
}

/** A chunk without its body. */
interface Head {
  readonly firstNumber: number;
  readonly lineCount: number;
  readonly at: number;
  /** The size of the stored body. */
  readonly bytes: number;
  readonly compressed: boolean;
}

/** Compacts one log and records that. `null` if it was interrupted, or the job is being removed. */
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
 * The next chunks to merge: the first uncompressed ones, as many as fit together; empty if all are compressed. `isComplete`: the log has no
 * chunks after these. Pure.
 */
function nextGroup(heads: readonly Head[], isComplete: boolean): readonly Head[] {
  const start = heads.findIndex(({ compressed }) => !compressed);
  if (start < 0) return [];
  // The last chunk of a log is not merged. A supervisor that was cut off may append it again, and its row must still exist so that
  // appendChunk recognises it. Merged into another chunk, its lines would be duplicated.
  const end = isComplete ? Math.max(start + 1, heads.length - 1) : heads.length;
  let size = 0;
  const group: Head[] = [];
  for (const head of heads.slice(start, end)) {
    const before = group.at(-1);
    const [first] = group;
    size += head.bytes;
    if (first && before) {
      const follows = head.firstNumber === before.firstNumber + before.lineCount;
      // Times are relative to the first line, and the clock may have been set back.
      if (head.compressed || size > plainSize || !follows || head.at < first.at) break;
    }
    group.push(head);
  }
  return group;
}

/**
 * Replaces several chunks, or one, by one. One transaction. `null` if nothing was replaced, because nothing would be gained or a chunk is
 * broken.
 */
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
  // While the disk is full, the remaining space is for answers, stops and exits.
  db.reserve?.refill();
  return await db.write([], async (em) => {
    // A job that is being removed is left alone: on PostgreSQL the two could deadlock in one log.
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

/** Merges chunks. `null`: one of them is broken; they are left unchanged for investigation. */
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
