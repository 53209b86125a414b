// Owns which stages of a deployment a job has reached, when, and the result of each. Pure. Not which status begins one (schema/text/stage.ts).
import { type StageName, stageBegunBy, stageNames } from '../../../../schema/text/stage.ts';
import type { JobOutcome } from '../../../generated/graphql.ts';
import type { Mark } from '../../log/mark/mark.ts';

/**
 * `passed`: a later stage was reached, or everything is deployed. `current`: scap is in it. `failed`: the job failed in it. `ended`: the job
 * ended in it because a user declined or stopped it, or because there was nothing to do. `open`: not reached.
 */
export type StageState = 'passed' | 'current' | 'failed' | 'ended' | 'open';

export interface Stage {
  readonly name: StageName;
  readonly state: StageState;
  /** When it was reached, in milliseconds since 1970; null if it was not. */
  readonly from: number | null;
  /** When the next one was reached or the job ended; null while it lasts, and if it was not reached. */
  readonly to: number | null;
  /** The line of the log in which it begins; null if it was not reached. */
  readonly line: number | null;
}

/** What the stages depend on beside the marks. */
export interface StagedJob {
  /** Null until the job has ended. */
  readonly outcome: JobOutcome | null;
  /** ISO 8601; null until the job has ended. */
  readonly finishedAt: string | null;
}

/** All stages of a job, in order; empty if its log names none of them. */
export function stagesOf(marks: readonly Mark[], { outcome, finishedAt }: StagedJob): readonly Stage[] {
  const reached = reachedStages(marks);
  if (reached.length === 0) return [];
  const endedAt = finishedAt === null ? null : Date.parse(finishedAt);
  const last = reached.at(-1)?.name;
  return stageNames.slice(1).map((name) => {
    const at = reached.findIndex((each) => each.name === name);
    const begin = reached[at];
    if (begin === undefined) return { name, state: 'open', from: null, to: null, line: null };
    return {
      name,
      state: name === last ? lastState(outcome) : 'passed',
      from: begin.at,
      to: reached[at + 1]?.at ?? endedAt,
      line: begin.line,
    };
  });
}

function lastState(outcome: JobOutcome | null): StageState {
  switch (outcome) {
    case null:
      return 'current';
    case 'DEPLOYED':
    case 'DEPLOYED_WITH_ERRORS':
      return 'passed';
    case 'FAILED':
    case 'LOST':
    case 'ROLLED_BACK':
      return 'failed';
    default:
      return 'ended';
  }
}

interface Beginning {
  readonly name: StageName;
  readonly at: number;
  readonly line: number;
}

/** The stages in the order in which they were reached, after the checks. */
function reachedStages(marks: readonly Mark[]): readonly Beginning[] {
  const reached: Beginning[] = [];
  for (const { kind, text, at, number } of marks) {
    if (kind !== 'STATUS') continue;
    const name = stageBegunBy(text, reached.at(-1)?.name ?? 'check');
    if (name !== null) reached.push({ name, at: Date.parse(at), line: number });
  }
  return reached;
}
