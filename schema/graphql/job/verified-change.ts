// Owns checking in Gerrit that changes can be deployed, before a job is queued. Not which changes can be (schema/model/job/change.ts).
import {
  type Change,
  type ChangeProblem,
  deploymentProblem,
  GerritUnavailable,
  InvalidChanges,
  parseChanges,
  printableInput,
  unverifiedChange,
} from '../../model/job/change.ts';
import { type JobKind, kindOf } from '../../model/job/kind/list.ts';
import type { Changes } from '../context.ts';

/** The changes with their data from Gerrit. Throws {@link InvalidChanges} with a problem for each change that cannot be deployed, and {@link GerritUnavailable}. */
export async function verifiedChanges(
  inputs: readonly string[],
  { kind, acceptUnverified }: { kind: JobKind; acceptUnverified: boolean },
  gerrit: Changes,
): Promise<readonly Change[]> {
  const numbers = parseChanges(inputs, gerrit.url);
  let found: ReadonlyMap<string, Change | null>;
  try {
    found = await gerrit.lookUp(numbers);
  } catch (error) {
    if (!(error instanceof GerritUnavailable) || !acceptUnverified) throw error;
    return numbers.map(unverifiedChange);
  }
  const problems: ChangeProblem[] = [];
  const changes: Change[] = [];
  for (const [index, number] of numbers.entries()) {
    const change = found.get(number) ?? null;
    const problem = deploymentProblem(number, change, { mustBeMerged: kindOf(kind).needsMergedChanges });
    if (change === null && acceptUnverified) changes.push(unverifiedChange(number));
    else if (problem !== null)
      problems.push({
        ...problem,
        input: printableInput(inputs[index] ?? number),
        unverifiable: change === null,
      });
    else if (change) changes.push(change);
  }
  if (problems.length > 0) throw new InvalidChanges(problems);
  return changes;
}
