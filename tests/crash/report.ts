// Owns what a run of the crash test came to: counts, and of each failed round what is needed to repeat and understand it.
import type { Dialect } from '../../schema/model/store/database.ts';
import { type Fault, faultKinds } from './invariant.ts';
import type { BlowKind, Plan } from './plan.ts';
import type { Evidence } from './round.ts';

/** A round in which something was wrong. */
export interface Failure {
  readonly plan: Plan;
  readonly faults: readonly Fault[];
  /** The last lines of stderr of every process, when it ended. */
  readonly said: readonly { readonly name: string; readonly lines: string }[];
}

export interface Report {
  readonly dialect: Dialect;
  readonly seed: string;
  readonly rounds: number;
  /** In seconds. */
  readonly duration: number;
  readonly states: ReadonlyMap<string, number>;
  readonly struck: ReadonlyMap<BlowKind, number>;
  readonly lines: number;
  readonly answers: number;
  readonly failures: readonly Failure[];
  /** Servers and jobrunners that ended without being told to. */
  readonly crashes: readonly string[];
  /** Processes that still ran when every job had ended and their world was told to. */
  readonly remains: readonly string[];
}

/** Adds up rounds as they end. */
export class Tally {
  readonly states = new Map<string, number>();
  readonly failures: Failure[] = [];
  rounds = 0;
  lines = 0;
  answers = 0;

  add({ job, log, given }: Evidence): void {
    const state = job?.state ?? 'never queued';
    this.states.set(state, (this.states.get(state) ?? 0) + 1);
    this.rounds++;
    this.lines += log.length;
    this.answers += given.filter(({ outcome }) => outcome === 'accepted').length;
  }
}

export const hasFailed = ({ failures, crashes }: Report): boolean =>
  failures.length > 0 || crashes.length > 0;

const counts = (entries: Iterable<readonly [string, number]>): string =>
  [...entries].map(([name, count]) => `${name} ${count}`).join(', ');

/** The report as text, without its failures. */
export function reportText(report: Report): string {
  const { dialect, seed, rounds, duration, states, struck, lines, answers, failures, crashes, remains } =
    report;
  const faults = failures.flatMap((failure) => failure.faults);
  const strikes = [...struck.values()].reduce((sum, count) => sum + count, 0);
  return [
    ...crashes.map((crash) => `\n# a process ended by itself\n${crash}`),
    ...remains.map((remain) => `\n# ${remain}`),
    '',
    `${rounds} rounds on ${dialect}, seed ${seed}, ${duration.toFixed(0)} s (${(duration / Math.max(rounds, 1)).toFixed(2)} s each)`,
    `jobs ended: ${counts(states)}; ${lines} lines, ${answers} answers accepted`,
    `struck ${strikes} times: ${counts([...struck].filter(([, count]) => count > 0))}`,
    ...faultKinds.map((kind) => `${kind}: ${faults.filter((fault) => fault.kind === kind).length}`),
    `processes that ended by themselves: ${crashes.length}`,
    `processes that did not end: ${remains.length}`,
    '',
  ].join('\n');
}

/** What is needed to repeat and understand a failed round. */
export function failureText(
  { dialect, seed }: Pick<Report, 'dialect' | 'seed'>,
  { plan, faults, said }: Failure,
): string {
  return [
    `\n# round ${plan.round} failed; alone: npm run crash -- --database ${dialect} --seed ${seed} --only ${plan.round}`,
    ...faults.map(({ kind, text }) => `${kind}: ${text}`),
    JSON.stringify(plan),
    ...said.map(({ name, lines }) => `--- ${name}\n${lines}`),
    '',
  ].join('\n');
}
