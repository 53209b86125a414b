// Owns the report of a crash test run: totals, and for each failed round what is needed to repeat and understand it.
import type { Dialect } from '../../schema/model/store/database.ts';
import { type Violation, violationKinds } from './invariant.ts';
import type { FaultKind, Plan } from './plan.ts';
import type { RoundRecord } from './round.ts';

/** A round with violations. */
export interface Failure {
  readonly plan: Plan;
  readonly violations: readonly Violation[];
  /** The last lines of stderr of each process at the end of the round. */
  readonly stderr: readonly { readonly name: string; readonly lines: string }[];
}

export interface Report {
  readonly dialect: Dialect;
  readonly seed: string;
  readonly rounds: number;
  /** In seconds. */
  readonly duration: number;
  readonly states: ReadonlyMap<string, number>;
  readonly injected: ReadonlyMap<FaultKind, number>;
  /** Faults that cannot be injected on this machine, and why. */
  readonly impossible: ReadonlyMap<FaultKind, string>;
  readonly lines: number;
  readonly answers: number;
  readonly failures: readonly Failure[];
  /** Exits of servers and jobrunners that the test did not cause. */
  readonly unexpectedExits: readonly string[];
  /** Processes that were still running after the end of the run. */
  readonly remainingProcesses: readonly string[];
}

/** Adds up the rounds. */
export class RoundTotals {
  readonly states = new Map<string, number>();
  readonly failures: Failure[] = [];
  rounds = 0;
  lines = 0;
  answers = 0;

  add({ job, log, attempts }: RoundRecord): void {
    const state = job?.state ?? 'never queued';
    this.states.set(state, (this.states.get(state) ?? 0) + 1);
    this.rounds++;
    this.lines += log.length;
    this.answers += attempts.filter(({ outcome }) => outcome === 'accepted').length;
  }
}

export const hasFailed = ({ failures, unexpectedExits }: Report): boolean =>
  failures.length > 0 || unexpectedExits.length > 0;

const counts = (entries: Iterable<readonly [string, number]>): string =>
  [...entries].map(([name, count]) => `${name} ${count}`).join(', ');

/** The report as text, without the failures. */
export function reportText(report: Report): string {
  const {
    dialect,
    seed,
    rounds,
    duration,
    states,
    injected,
    impossible,
    lines,
    answers,
    failures,
    unexpectedExits,
    remainingProcesses,
  } = report;
  const violations = failures.flatMap((failure) => failure.violations);
  const total = [...injected.values()].reduce((sum, count) => sum + count, 0);
  return [
    ...unexpectedExits.map((crash) => `\n# a process exited unexpectedly\n${crash}`),
    ...remainingProcesses.map((remain) => `\n# ${remain}`),
    '',
    `${rounds} rounds on ${dialect}, seed ${seed}, ${duration.toFixed(0)} s (${(duration / Math.max(rounds, 1)).toFixed(2)} s each)`,
    `jobs ended: ${counts(states)}; ${lines} lines, ${answers} answers accepted`,
    `injected ${total} faults: ${counts([...injected].filter(([, count]) => count > 0))}`,
    ...[...impossible].map(([kind, why]) => `not injected: ${kind} (${why})`),
    ...violationKinds.map(
      (kind) => `${kind}: ${violations.filter((violation) => violation.kind === kind).length}`,
    ),
    `unexpected exits: ${unexpectedExits.length}`,
    `processes left after the run: ${remainingProcesses.length}`,
    '',
  ].join('\n');
}

/** A failed round as text: how to repeat it, its violations, its plan, and stderr of the processes. */
export function failureText(
  { dialect, seed }: Pick<Report, 'dialect' | 'seed'>,
  { plan, violations, stderr }: Failure,
): string {
  return [
    `\n# round ${plan.round} failed; repeat it with: npm run crash -- --database ${dialect} --seed ${seed} --only ${plan.round}`,
    ...violations.map(({ kind, text }) => `${kind}: ${text}`),
    JSON.stringify(plan),
    ...stderr.map(({ name, lines }) => `--- ${name}\n${lines}`),
    '',
  ].join('\n');
}
