// Owns the partial line of a job: output whose newline has not come yet, such as a prompt. Not when it is recorded (jobrunner/output/partial-output.ts), not whole lines (log.ts).
import { defineEntity, p } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { Job } from '../job/job.ts';
import { text, time } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import type { NewLogLine, PartialLine } from './line.ts';
import { readLines } from './log.ts';

const StoredPartialLineSchema = defineEntity({
  name: 'StoredPartialLine',
  tableName: 'partial_line',
  properties: {
    job: () => p.manyToOne(Job).mapToPk().primary().deleteRule('cascade').index(false),
    /** The number that the next line of the log had when it was recorded. */
    number: p.integer(),
    /** When its last bytes were read, in milliseconds since 1970 UTC. */
    at: time(),
    text: text(),
    sensitive: p.boolean(),
  },
});
/**
 * The row of a partial line. It is valid until a line of output has its number or a later one: that line is its completion. So lines can be
 * appended without touching it, and a supervisor that dies at any moment neither loses nor doubles it.
 */
export class StoredPartialLine extends StoredPartialLineSchema.class {}
StoredPartialLineSchema.setClass(StoredPartialLine);

/** Records the partial line of a job, or with null that the log ends with a complete line. `number`: of the next line. One transaction. Rings `log`. */
export async function recordPartialLine(
  db: Database,
  jobId: number,
  number: number,
  line: PartialLine | null,
): Promise<void> {
  await db.write(['log'], async (em) => {
    if (line === null) await removePartialLine(em, jobId);
    else {
      const { at, text: content, sensitive } = line;
      await em.upsert(StoredPartialLine, { job: jobId, number, at, text: content, sensitive });
    }
  });
}

/** The partial line of a job; null if none exists. */
export async function readPartialLine(db: Database, jobId: number): Promise<PartialLine | null> {
  const stored = await db.em().findOne(StoredPartialLine, { job: jobId });
  return stored && !(await hasOutputFrom(db, jobId, stored.number)) ? stored : null;
}

/** Whether a line of output has this number or a later one. */
export async function hasOutputFrom(db: Database, jobId: number, number: number): Promise<boolean> {
  for (let after = number - 1; ; ) {
    const lines = await readLines(db, jobId, after, linesPerRead);
    const last = lines.at(-1);
    if (!last) return false;
    if (lines.some(({ kind }) => kind === 'output')) return true;
    after = last.number;
  }
}

/** How many lines are read at a time. Most of the time the first one is output. */
const linesPerRead = 16;

/** Removes the partial line of a job, in the caller's transaction. */
export async function removePartialLine(em: SqlEntityManager, jobId: number): Promise<void> {
  await em.nativeDelete(StoredPartialLine, { job: jobId });
}

/** A partial line as a line of the log: scap or its supervisor ended before the newline came. Pure. */
export const lineOfPartial = ({ at, text: content, sensitive }: PartialLine): NewLogLine => ({
  at,
  kind: 'output',
  text: content,
  sensitive,
  continues: false,
});

/** How much of a partial line is shown, in UTF-16 units. A meter of many updates is longer, but only its last updates are visible. */
const maxShown = 8_192;

/** The end of a partial line that is shown: from the last carriage return before it, if there is one. Pure. */
export function shownPartial(content: string): string {
  if (content.length <= maxShown) return content;
  const from = content.length - maxShown;
  const start = content.indexOf('\r', from);
  return content.slice(start < 0 ? from : start).toWellFormed();
}
