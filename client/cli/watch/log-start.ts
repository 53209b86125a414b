// Owns which line a log is printed from: after a line, the last lines, or since a time.
import { counted } from '../../../schema/text/counted.ts';
import type { Client, Job } from '../../sdk/client.ts';
import type { LogStart } from '../command.ts';
import { Refused, type Session } from '../session.ts';

/** The number of the line before the first one to print. Throws `Refused` when the log has fewer lines. */
export async function startCursor({ client, signal }: Session, job: Job, from: LogStart): Promise<number> {
  const { logLineCount: count } = job;
  switch (from.by) {
    case 'line':
      if (from.after <= count) return from.after;
      throw new Refused(
        `job ${job.id} has ${counted(count, 'line')} so far: use --after ${count} or less`,
        { lines: count },
        2,
      );
    case 'tail':
      return Math.max(0, count - from.count);
    case 'time':
      return await lastLineBefore(client, job, from.since, signal);
  }
}

/** The number of the last line before a time, found by bisection: the times of lines ascend. */
async function lastLineBefore(client: Client, job: Job, time: number, signal: AbortSignal): Promise<number> {
  let before = 0;
  let notBefore = job.logLineCount + 1;
  while (notBefore - before > 1) {
    const middle = Math.floor((before + notBefore) / 2);
    const batch = await client.log(job.id, { after: middle - 1, first: 1 }, signal);
    const line = batch?.lines[0];
    if (line !== undefined && Date.parse(line.at) < time) before = middle;
    else notBefore = middle;
  }
  return before;
}
