// Owns what backports and reverts share: parameters that are a list of changes. Not their command lines (backport.ts, revert.ts).
import { changeNumber } from '../../../text/change-input.ts';
import type { Change } from '../change.ts';
import type { JobWork } from './kind.ts';

/** The parameters of a kind that deploys changes. */
export interface ChangeParameters {
  /** At least one. */
  readonly changes: readonly Change[];
  /** Their numbers, which are safe in a command line. */
  readonly numbers: readonly string[];
}

/** Checks the changes. Throws when there are none, and for text that is not a change number. */
export function parseChangeList({ changes }: JobWork): ChangeParameters {
  const numbers = changes.map((change) => change.number);
  const wrong = numbers.find((number) => !changeNumber.test(number));
  if (wrong !== undefined) throw new Error(`“${wrong}” is not a change number`);
  if (numbers.length === 0) throw new Error('the job names no change');
  return { changes, numbers };
}

/** The first change's subject, else its number; and how many more there are. */
export function changesTitle({ changes }: ChangeParameters): string {
  const [first, ...others] = changes;
  const name = first?.subject?.trim() || `change ${first?.number ?? ''}`;
  return `${name}${others.length > 0 ? ` and ${others.length} more` : ''}`;
}
