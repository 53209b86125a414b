// Owns asking whether this host may deploy now, with the command of --lane-check. Not claiming (claim.ts), not the row that shows the answer (schema/model/runner/runner.ts).
import { recordLaneProblem } from '../../schema/model/runner/runner.ts';
import type { RunnerContext } from './context.ts';

/** How long the command may take, in milliseconds. */
const limit = 30_000;
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
    const problem = await problemOf(configuration.laneCheck);
    if (problem === this.#problem) return problem === null;
    await recordLaneProblem(database, this.#runnerId, problem);
    this.#problem = problem;
    if (problem === null) logger.info('this host may deploy');
    else logger.warn({ problem }, 'this host may not deploy: queued jobs wait');
    return problem === null;
  }
}

/** Why the command forbids deployments; null: its exit status is 0. */
async function problemOf([file = '', ...args]: readonly string[]): Promise<string | null> {
  // Loaded on demand: most jobrunners have no such command.
  const { execa } = await import('execa');
  const result = await execa(file, args, {
    reject: false,
    all: true,
    stdin: 'ignore',
    timeout: limit,
    maxBuffer: 1_048_576,
  });
  if (result.exitCode === 0) return null;
  const output = (result.all ?? '').replaceAll(/\s+/g, ' ').trim().slice(0, maxOutput);
  if (result.timedOut)
    return `the check of this lane did not end within ${limit / 1_000} s. ${output}`.trim();
  if (output !== '') return output;
  return result.exitCode === undefined
    ? `the check of this lane failed: ${result.shortMessage}`
    : `the check of this lane ended with exit status ${result.exitCode}`;
}
