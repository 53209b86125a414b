// Owns what a change is and what a deployer may type for one. Pure. Asking Gerrit is server/gerrit.ts.

import { DomainError } from '../error.ts';
import { storableText } from '../store/column.ts';

/** How many changes one job may name. */
export const maxChanges = 50;
/** What scap is given, wholly: no sign, no option, no whitespace, ASCII digits only. */
const numberPattern = /^[1-9][0-9]{0,9}$/;
/** The path of a change in Gerrit: `…/c/PROJECT/+/NUMBER[/PATCHSET]` … */
const path = /\/\+\/([1-9][0-9]{0,9})(?:\/[0-9]+)?\/?$/;
/** … and in links of old, `…/[c/]NUMBER[/PATCHSET]`, there perhaps behind a `#`. */
const oldPath = /^(?:\/[^/]*)*?\/([1-9][0-9]{0,9})(?:\/[0-9]+)?\/?$/;

/** The number that a Gerrit URL names. */
function numberInUrl(text: string): string | undefined {
  const url = /^https?:\/\/\S+$/.test(text) && URL.canParse(text) ? new URL(text) : null;
  if (!url) return undefined;
  const place = url.hash.startsWith('#/') ? url.hash.slice(1) : url.pathname;
  return (place.includes('/+/') ? path : oldPath).exec(place)?.[1];
}

/** A change as it was when the job was asked for: what Gerrit said, or just the number where Gerrit could not be asked. */
export interface Change {
  readonly number: string;
  /** Whether Gerrit confirmed it. Otherwise only `number` is known. */
  readonly verified: boolean;
  readonly url: string | null;
  readonly subject: string | null;
  readonly project: string | null;
  readonly branch: string | null;
  readonly owner: string | null;
  /** Gerrit's own word: NEW, MERGED, ABANDONED. */
  readonly status: string | null;
  readonly commitMessage: string | null;
}

/** A plain number that nobody has confirmed. */
export const unverifiedChange = (number: string): Change => ({
  number,
  verified: false,
  url: null,
  subject: null,
  project: null,
  branch: null,
  owner: null,
  status: null,
  commitMessage: null,
});

/** One member of the list that cannot be deployed. `input` is what was given, shortened; empty when the list itself is wrong. */
export interface ChangeProblem {
  readonly input: string;
  readonly message: string;
}

/** The changes cannot be deployed as given. */
export class InvalidChanges extends DomainError {
  readonly problems: readonly ChangeProblem[];
  constructor(problems: readonly ChangeProblem[]) {
    super(
      problems.length === 1 && problems[0]
        ? problems[0].message
        : `${problems.length} of the changes cannot be deployed.`,
    );
    this.problems = problems;
  }
}

/** Gerrit could not be asked about the changes. `acceptUnverified` starts plain numbers all the same. */
export class GerritUnavailable extends DomainError {
  constructor(why: string) {
    super(
      `Gerrit could not be asked about the changes (${why}). Try again, or start with the plain numbers unverified: scap checks them itself.`,
    );
  }
}

/** A member of the list as it may be repeated in a problem. Pure. */
export const printableInput = (input: string): string =>
  storableText(input.replaceAll(/\p{Cc}/gu, '\uFFFD'), 80);

/**
 * Why a change that Gerrit was asked about cannot be deployed; `null` when it can. Merged ones can be backported: merged and not yet
 * deployed is what an interrupted backport leaves. Pure.
 */
export function deploymentProblem(
  number: string,
  change: Change | null,
  kind: 'backport' | 'revert',
): string | null {
  if (!change) return `Gerrit has no change ${number}. Look at the number again.`;
  if (change.status === 'ABANDONED') return `Change ${number} was abandoned. Restore it in Gerrit first.`;
  if (kind === 'revert' && change.status !== 'MERGED') {
    return `Change ${number} is not merged, so there is nothing to revert.`;
  }
  return null;
}

/**
 * The change numbers in what a deployer gave: numbers or Gerrit URLs, in their order.
 * Throws {@link InvalidChanges} with one problem for each member that is empty, malformed or double, or one for an empty or too long list.
 */
export function parseChanges(inputs: readonly string[]): string[] {
  if (inputs.length === 0) {
    throw new InvalidChanges([{ input: '', message: 'Name at least one change: a number or a Gerrit URL.' }]);
  }
  if (inputs.length > maxChanges) {
    throw new InvalidChanges([
      {
        input: '',
        message: `${inputs.length} changes are too many for one job; name at most ${maxChanges}.`,
      },
    ]);
  }
  const problems: ChangeProblem[] = [];
  const numbers: string[] = [];
  for (const input of inputs) {
    // Blanks come along when a number is copied; a line's end within one is no slip of the hand.
    const trimmed = input.length > 2_000 ? '' : input.replaceAll(/^ +| +$/g, '');
    const number = numberPattern.test(trimmed) ? trimmed : numberInUrl(trimmed);
    if (input.trim() === '') {
      problems.push({
        input: printableInput(input),
        message: 'This change is empty. Give a number or a Gerrit URL.',
      });
    } else if (number === undefined) {
      problems.push({
        input: printableInput(input),
        message: `“${printableInput(input)}” is not a change number or a Gerrit URL. A change number looks like 1102345.`,
      });
    } else if (numbers.includes(number)) {
      problems.push({
        input: printableInput(input),
        message: `Change ${number} is named twice. Remove one of them.`,
      });
    } else {
      numbers.push(number);
    }
  }
  if (problems.length > 0) throw new InvalidChanges(problems);
  return numbers;
}
