// Owns what happens between scap's exit and the end of its job: other processes of the job wind down, or still hold the output. Not the end (schema/model/job/ending.ts).
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import type { LeftoverProcess } from '../../schema/model/job/job.ts';
import type { Report } from '../output/output.ts';
import type { Child } from '../process/child.ts';
import { pipeCapacity } from '../process/launcher.ts';
import type { JobLog } from './job-log.ts';

/** How soon after scap's exit the rest of its output has usually been read, in milliseconds. */
const restTime = 300;
/** How often it is checked whether a process that holds the output still prints, in milliseconds. */
const printInterval = 1_000;
/** How long the output of a job that was not stopped is recorded after scap's exit, in seconds. */
const outputLimit = 10;
/** How often the processes of a stopped job are looked for, in milliseconds. */
const windingDownInterval = 500;

/** What is reported during the wait. */
export interface LeftoverListener {
  readonly log: JobLog;
  readonly report: (report: Report) => void;
  /** scap's exit as text, such as `exit status 0`. */
  readonly exitText: string;
}

/** Processes by name with their number, such as `helm (2), rsync (1)`. Pure. */
function processNames(processes: readonly LeftoverProcess[]): string {
  const counts = new Map<string, number>();
  for (const { name } of processes) counts.set(name, (counts.get(name) ?? 0) + 1);
  const names = [...counts].map(([name, count]) => `${name} (${count})`);
  const shown = names.slice(0, maxNames);
  return names.length > shown.length
    ? `${shown.join(', ')} and ${names.length - shown.length} more`
    : shown.join(', ');
}

/** How many names are listed. */
const maxNames = 8;
/** How many processes are stored. */
const maxProcesses = 100;

/**
 * Waits until the processes of a stopped job have ended. scap often exits immediately after SIGINT while helm or rsync need minutes to clean up:
 * killing them would damage the deployment. After `limit` seconds they are killed, because the lane must not stay occupied; 0: never.
 */
export async function windDown(child: Child, listener: LeftoverListener, limit: number): Promise<void> {
  const { log, report, exitText } = listener;
  const began = performance.now();
  let before = '';
  for (;;) {
    const processes = child.processes();
    const names = processNames(processes);
    if (names !== before) {
      const status = processes.length === 0 ? null : `winding down: ${names}`;
      report({ status, progress: null, remaining: processes.slice(0, maxProcesses) });
      const text =
        before === ''
          ? `scap has exited (${exitText}), but processes of the job still run: ${names}. The job ends when they have ended.`
          : processes.length > 0
            ? `Still running: ${names}.`
            : 'All processes of the job have ended.';
      log.note('stop', text);
    }
    if (processes.length === 0) return;
    before = names;
    if (limit > 0 && performance.now() - began >= limit * 1_000) {
      log.note('stop', `Not ended within ${limit} s after scap: SIGKILL is sent to ${names}.`);
      await child.kill();
      report({ status: null, progress: null, remaining: [] });
      return;
    }
    await wait(windingDownInterval);
  }
}

/**
 * Reads the rest of the output after scap's exit. A process that scap has left behind may hold it open: reading ends after a second of
 * silence, or 10 seconds after the exit. The process itself is left alone. Returns whether the status of the job says that, in place of scap's.
 */
export async function readRest(child: Child, listener: LeftoverListener): Promise<boolean> {
  const { log, report, exitText } = listener;
  const readAtExit = child.output.bytesRead;
  if (await isRead(child, restTime)) return false;
  let announced = false;
  let readBefore = child.output.bytesRead;
  for (let seconds = 0; seconds < outputLimit; ) {
    const names = processNames(child.processes());
    // Without a process of the job, it is usually this machine that is slow to read the end.
    if (!announced && !child.output.isPaused && (names !== '' || seconds > 0)) {
      announced = true;
      const who = `a process that it left behind${names === '' ? '' : ` (${names})`}`;
      log.note(
        'notice',
        `scap has exited (${exitText}); ${who} still holds its output. What it prints is recorded until it is silent for a second, for ${outputLimit} s at most.`,
      );
      report({ status: `scap has exited (${exitText}); ${who} still prints`, progress: null });
    }
    if (await isRead(child, printInterval)) return announced;
    // A paused pipe is not silent: it waits for the database.
    if (child.output.isPaused) continue;
    seconds++;
    const isSilent = child.output.bytesRead === readBefore;
    readBefore = child.output.bytesRead;
    // Once a whole pipe's capacity was read after the exit, everything that scap itself wrote has been read.
    if (isSilent || readBefore - readAtExit >= pipeCapacity) break;
  }
  const discarded = await child.output.stop();
  log.note(
    'notice',
    discarded
      ? 'A process that scap left behind still holds its output. What it prints from now on is discarded; the process is left alone.'
      : 'A process that scap left behind still holds its output. It is left alone, but the next time it prints it may be ended by SIGPIPE.',
  );
  return announced;
}

/** Whether the output is read to its end within a time in milliseconds. */
async function isRead(child: Child, time: number): Promise<boolean> {
  const timer = new AbortController();
  // After a pause of this process, the timer comes before the output that has arrived meanwhile.
  const late = wait(time, false, { signal: timer.signal })
    .then(() => nextTurn(false))
    .catch(() => false);
  const read = await Promise.race([child.output.end.then(() => true), late]);
  timer.abort();
  return read;
}
