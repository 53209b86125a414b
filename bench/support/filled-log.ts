// Owns a long, realistic log, written to the database as the recorder does it, without a process that prints it. Not what is measured with it.
import { userNamed } from '../../schema/model/account/user.ts';
import { unverifiedChange } from '../../schema/model/job/change.ts';
import { enqueueJob } from '../../schema/model/job/enqueue.ts';
import { Job } from '../../schema/model/job/job.ts';
import { appendLines } from '../../schema/model/log/log.ts';
import type { World } from '../../tests/support/world.ts';

/** The number of lines in a chunk that the recorder writes during a flood. */
const linesPerChunk = 2_000;
/** A word that occurs in two lines of a million, near the middle and near the end. */
export const rareWord = 'unmistakable';

/** Line `number` of the log, 88 bytes with its newline, like output of scap and its tools, some with colours. */
export function lineOf(number: number, lines: number): string {
  const clock = `${String(Math.floor(number / 36e5) % 24).padStart(2, '0')}:${String(Math.floor(number / 6e4) % 60).padStart(2, '0')}:${String(Math.floor(number / 1e3) % 60).padStart(2, '0')}`;
  const host = `mw${1349 + ((number * 7919) % 330)}.eqiad.wmnet`;
  const text =
    number === Math.floor(lines / 2) || number === lines - 3
      ? `${clock} ${host}: an ${rareWord} line`
      : number % 50_000 === 1
        ? `${clock} Started step-${number}`
        : number % 50_000 === 0
          ? `${clock} Finished step-${number - 49_999} (duration: 00m 50s)`
          : number % 10 === 0
            ? `${clock} ${host}: \x1b[32min sync\x1b[0m after ${number % 977} ms`
            : `${clock} ${host}: rebuilt language ${number % 430} of 430, step ${number}`;
  return text.padEnd(87, '.');
}

/**
 * Creates a job with a log of the given length. Returns the job's number.
 * @param text returns the text of each line; default: like scap's output
 * @param state `queued`, `running`: the job stays so, since no jobrunner serves its lane
 */
export async function jobWithLog(
  { database }: World,
  lines: number,
  {
    text = (number) => lineOf(number, lines),
    state = 'succeeded',
  }: { text?: (number: number) => string; state?: 'queued' | 'running' | 'succeeded' } = {},
): Promise<number> {
  const owner = await database.write([], (em) => userNamed(em, 'bench', 1));
  // A lane has one active job.
  const lane = state === 'running' ? `bench-${lines}` : 'bench';
  const { id } = await enqueueJob(database, {
    kind: 'backport',
    changes: [unverifiedChange('1')],
    owner,
    lane,
  });
  // One line per millisecond; later jobs end later.
  const startedAt = id * 10_000_000;
  for (let first = 1; first <= lines; first += linesPerChunk) {
    const count = Math.min(linesPerChunk, lines - first + 1);
    const texts = Array.from({ length: count }, (_, index) => text(first + index));
    const bytes = Buffer.from(`${texts.join('\n')}\n`);
    await appendLines(database, id, first, [{ at: startedAt + first, bytes, count }]);
  }
  const times = {
    ...(state === 'queued' ? {} : { startedAt }),
    ...(state === 'succeeded' ? { finishedAt: startedAt + lines } : {}),
  };
  await database.write(['jobs'], (em) => em.nativeUpdate(Job, { id }, { state, ...times }));
  return id;
}
