// Owns the log: lines, the chunks they are stored in, appending and reading by number. Not who writes (jobrunner/recorder.ts), not who follows (server/log.ts).
import { defineEntity, p } from '@mikro-orm/core';
import { time } from './column.ts';
import type { Database } from './database.ts';
import { notifyChannel } from './doorbell.ts';
import { Job } from './job.ts';

/** What a line is: scap's `output`, or what SpiderPig notes in its place: a `question`, its `answer`, a `stop`, a `status` of scap, the `exit`. */
export const logLineKinds = ['output', 'question', 'answer', 'stop', 'status', 'exit'] as const;
export type LogLineKind = (typeof logLineKinds)[number];

/** A line that has no number yet. */
export interface NewLogLine {
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  readonly kind: LogLineKind;
  /** Without newline. */
  readonly text: string;
  /** Hidden until somebody who may asks to see it. Only `output` is ever sensitive. */
  readonly sensitive: boolean;
  /** The next line is the rest of this one: it was too long for one (jobrunner/line.ts). Only `output`. */
  readonly continues: boolean;
}

/** A line of a job's log. Numbers begin at 1 and have no gaps. */
export interface LogLine extends NewLogLine {
  readonly number: number;
}

/** Part of a log: the lines after a cursor. `complete`: there are no more and there will be none. */
export interface LogBatch {
  readonly lines: readonly LogLine[];
  /** The number of the last line given so far: what to ask after next. */
  readonly cursor: number;
  readonly complete: boolean;
}

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
    /** The lines, see {@link encodeLines}. */
    body: p.blob(),
  },
});
/** Consecutive lines of a log, stored together: a row a line takes a third more space and three times as long. */
export class LogChunk extends LogChunkSchema.class {}
LogChunkSchema.setClass(LogChunk);

// One sign a line tells its kind and flags. None of them is a digit of base 36, which comes before it.
const signs: readonly { sign: string; kind: LogLineKind; sensitive: boolean; continues: boolean }[] = [
  { sign: ':', kind: 'output', sensitive: false, continues: false },
  { sign: '!', kind: 'output', sensitive: true, continues: false },
  { sign: '-', kind: 'output', sensitive: false, continues: true },
  { sign: '^', kind: 'output', sensitive: true, continues: true },
  { sign: '?', kind: 'question', sensitive: false, continues: false },
  { sign: '=', kind: 'answer', sensitive: false, continues: false },
  { sign: '#', kind: 'stop', sensitive: false, continues: false },
  { sign: '~', kind: 'status', sensitive: false, continues: false },
  { sign: '.', kind: 'exit', sensitive: false, continues: false },
];
const bySign = new Map(signs.map((entry) => [entry.sign, entry]));
const signOf = (line: NewLogLine): string => {
  if (line.kind === 'output')
    return line.sensitive ? (line.continues ? '^' : '!') : line.continues ? '-' : ':';
  return signs.find((entry) => entry.kind === line.kind)?.sign ?? ':';
};

/**
 * A chunk's body: for each line the milliseconds since the chunk's first in base 36, its sign, its text, a newline; UTF-8.
 * Three bytes a line more than the text, and decoding is one split. Pure.
 */
export function encodeLines(lines: readonly NewLogLine[]): Uint8Array {
  const base = lines[0]?.at ?? 0;
  let body = '';
  for (const line of lines) {
    body += `${Math.max(0, line.at - base).toString(36)}${signOf(line)}${line.text}\n`;
  }
  return Buffer.from(body, 'utf8');
}

const header = /^([0-9a-z]+)([:!\-^?=#~.])/;

/** The lines of a chunk's body. Pure. Throws on a body that {@link encodeLines} did not write. */
export function decodeLines(body: Uint8Array, firstNumber: number, at: number): LogLine[] {
  const buffer = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const rows = buffer.toString('utf8').split('\n');
  rows.pop();
  return rows.map((row, index) => {
    const found = header.exec(row);
    const sign = bySign.get(found?.[2] ?? '');
    if (!found || !sign) throw new Error(`log chunk at line ${firstNumber + index} cannot be read`);
    return {
      number: firstNumber + index,
      at: at + Number.parseInt(found[1] ?? '0', 36),
      kind: sign.kind,
      text: row.slice(found[0].length),
      sensitive: sign.sensitive,
      continues: sign.continues,
    };
  });
}

/**
 * Appends lines as one chunk that begins at `firstNumber`. Idempotent: doing it again with the same numbers, because nobody knows whether
 * the first time was committed, changes nothing. One statement, durable when it returns; rings `log`.
 */
export async function appendLines(
  db: Database,
  jobId: number,
  firstNumber: number,
  lines: readonly NewLogLine[],
): Promise<void> {
  const first = lines[0];
  if (!first) return;
  const values = [jobId, firstNumber, lines.length, first.at, encodeLines(lines)];
  const insert = `insert into log_chunk (job_id, first_number, line_count, at, body) values (?, ?, ?, ?, ?)
    on conflict (job_id, first_number) do nothing`;
  if (db.ringsInTransaction) {
    await db.execute(`with chunk as (${insert}) select pg_notify('${notifyChannel}', 'log')`, values);
  } else {
    await db.execute(insert, values);
    db.bell.ring(['log']);
  }
}

/** The number of a log's last line; 0 for an empty one. */
export async function countLines(db: Database, jobId: number): Promise<number> {
  const rows = await db.execute(
    'select first_number + line_count - 1 as last from log_chunk where job_id = ? order by first_number desc limit 1',
    [jobId],
  );
  return Number(rows[0]?.['last'] ?? 0);
}

/** How many chunks one query reads, and how much text one read returns at most (it always returns a line if there is one). */
const chunksPerQuery = 16;
const bytesPerRead = 1_048_576;

/** The lines after number `after`, at most `limit`, fewer when they are long; empty when there are none yet. */
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
      // No chunk that begins after the last line wanted: it would be read and decoded for nothing.
      [jobId, next + limit - lines.length, jobId, next, chunksPerQuery],
    );
    const before = next;
    for (const row of rows) {
      const body = row['body'];
      if (!(body instanceof Uint8Array)) throw new Error('a log chunk has no body');
      for (const line of decodeLines(body, Number(row['first_number']), Number(row['at']))) {
        if (line.number < next) continue;
        if (lines.length >= limit) return lines;
        lines.push(line);
        next = line.number + 1;
      }
      bytes += body.byteLength;
      if (bytes >= bytesPerRead) break;
    }
    if (next === before || rows.length < chunksPerQuery) break;
  }
  return lines;
}
