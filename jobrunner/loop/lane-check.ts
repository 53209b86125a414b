// Owns asking whether this host may deploy now, with the command of --lane-check. Not claiming (claim.ts), not the row that shows the answer (schema/model/runner/runner.ts).
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as wait } from 'node:timers/promises';
import { recordLaneProblem } from '../../schema/model/runner/runner.ts';
import { storableText } from '../../schema/model/store/column.ts';
import type { RunnerContext } from './context.ts';

/** How long the command may take, in milliseconds. */
const defaultLimit = 30_000;
/** How long its output is read after its exit, in milliseconds, if another process holds it. */
const outputTime = 500;
/** How much of its output is shown, in characters. */
const maxOutput = 2_000;
/** How often the command runs again while it forbids deployments, in milliseconds. */
export const laneCheckInterval = 15_000;

/** Asks whether this host may deploy. Deployment hosts change roles, and only the host knows its own. */
export class LaneCheck {
  readonly #context: RunnerContext;
  readonly #runnerId: string;
  #problem: string | null = null;

  constructor(context: RunnerContext, runnerId: string) {
    this.#context = context;
    this.#runnerId = runnerId;
  }

  /** Whether the last answer was that this host may not deploy. */
  get forbids(): boolean {
    return this.#problem !== null;
  }

  /** Runs the command, and records why this host may not deploy. Resolves with whether it may; without a command always true. */
  async allows(): Promise<boolean> {
    const { configuration, database, logger } = this.#context;
    if (configuration.laneCheck === null) return true;
    const problem = await laneProblemOf(configuration.laneCheck);
    if (problem === this.#problem) return problem === null;
    await recordLaneProblem(database, this.#runnerId, problem);
    this.#problem = problem;
    if (problem === null) logger.info('this host may deploy');
    else logger.warn({ problem }, 'this host may not deploy: queued jobs wait');
    return problem === null;
  }
}

/**
 * Why the command forbids deployments; null: its exit status is 0. After `limit` milliseconds it is killed with its children. A process that it
 * leaves behind can hold its output open, so it ends with its exit, and that process is left alone.
 */
export async function laneProblemOf(
  [file = '', ...args]: readonly string[],
  limit = defaultLimit,
): Promise<string | null> {
  // Loaded on demand: most jobrunners have no such command.
  const { execa } = await import('execa');
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), limit);
  const check = execa(file, args, {
    reject: false,
    all: true,
    buffer: false,
    stdin: 'ignore',
    cancelSignal: late.signal,
    killSignal: 'SIGKILL',
    killDescendants: true,
  });
  const decoder = new StringDecoder('utf8');
  let output = '';
  check.all.on('data', (bytes: Buffer) => {
    if (output.length < maxOutput) output += decoder.write(bytes);
  });
  const { nodeChildProcess: process } = check;
  const exited = new Promise<null>((resolve) => process.once('exit', () => resolve(null)));
  const ended = await Promise.race([check, exited]);
  clearTimeout(timer);
  const { exitCode: status, signalCode: signal } = process;
  if (status === 0) return null;
  const result = ended ?? (await Promise.race([check, wait(outputTime, null)]));
  const shown = storableText(oneLine(output), maxOutput);
  if (late.signal.aborted)
    return `the check of this lane did not end within ${limit / 1_000} s. ${shown}`.trim();
  if (shown !== '') return shown;
  // Node gives a command that cannot be started a negative status.
  return status === null || status < 0
    ? `the check of this lane failed: ${oneLine(result?.shortMessage ?? String(signal))}`
    : `the check of this lane ended with exit status ${status}`;
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
