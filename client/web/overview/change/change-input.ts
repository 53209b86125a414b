// Owns the parsing of typed changes, and what is wrong with them. The server validates them again; this gives quicker feedback.
import { readChangeInput } from '../../../../schema/text/change-input.ts';
import { msg } from '../../i18n/msg.ts';

/** A change as it was typed. */
export interface ChangeInput {
  /** What is sent to the server: the text as typed, without spaces around it. */
  readonly input: string;
  /** The change number; null if none exists, and `problem` says why. */
  readonly number: string | null;
  readonly problem: string | null;
}

/**
 * Reads one change: a number, or the URL of a change in Gerrit.
 * @param gerritUrl the base URL of Gerrit; null while it is not known
 */
export function readChange(input: string, gerritUrl: string | null): ChangeInput {
  const { number, problem } = readChangeInput(input, gerritUrl);
  if (problem === null) return { input, number, problem };
  const text =
    problem === 'other-host'
      ? msg('overview-change-other-host', gerritUrl ?? '')
      : msg(`overview-change-${problem}`);
  return { input, number, problem: text };
}

/** The changes, where each repetition of an earlier one has a problem. */
export function withDuplicates(changes: readonly ChangeInput[]): ChangeInput[] {
  const seen = new Set<string>();
  return changes.map((change) => {
    if (change.number === null || change.problem !== null) return change;
    if (seen.has(change.number))
      return { ...change, problem: msg('overview-change-duplicate', change.number) };
    seen.add(change.number);
    return change;
  });
}

/** Whether a piece of text is meant as a change, and not as a word to search for: it is a number or a URL, though perhaps a wrong one. */
export const namesChange = (piece: string): boolean => /^[0-9][0-9,]*$|^https?:\/\//i.test(piece);
