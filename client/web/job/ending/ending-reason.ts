// Owns what the card of an ended job says beside its heading: the error lines with their places in the log, and the part of the reason that is not said yet.
// Pure. Owns no markup and no wording: the server words reasons (schema/model/job/ending.ts, outcome.ts).
import type { JobDetailFragment } from '../../../generated/graphql.ts';
import type { Mark } from '../../log/mark/mark.ts';
import type { ErrorLine } from '../parts/error-line.tsx';

/** How many error lines a reason quotes at most. */
const maxErrors = 3;

/**
 * The error lines to look at first: those that the reason quotes, else the last one of the log. A job that ended before errors were recorded has them
 * only in its log.
 */
export function endingErrors(
  { lastError, reason }: Pick<JobDetailFragment, 'lastError' | 'reason'>,
  marks: readonly Mark[],
): readonly ErrorLine[] {
  const found = marks
    .filter(({ kind }) => kind === 'ERROR')
    .slice(-maxErrors)
    .map(({ number, text }) => ({ number, text }));
  const quoted = found.filter(({ text }) => reason?.includes(`“${quotation(text)}`) ?? false);
  if (quoted.length > 1) return quoted;
  const last = lastError ?? found.at(-1);
  return last === undefined ? [] : [last];
}

/** Whether all error lines that a reason quotes are among these. Pure. */
export function quotesOnly(reason: string, lines: readonly ErrorLine[]): boolean {
  const quotes = errors.exec(reason)?.[0].match(/“/g)?.length ?? 0;
  return lines.filter(({ text }) => reason.includes(`“${quotation(text)}`)).length >= quotes;
}

/** The beginning of a line as a reason quotes it, without what shortens it. */
const quotation = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().slice(0, 100);

const phase = /^Failed (?:in|after) “[^”]*” \(exit status \d+\)\./;
const errors = / Last errors?: “.*$/;

/**
 * The reason without the phase, which the heading names, and without the error lines, which are shown with their links; null if nothing is left.
 * @param exit what scap exited with, as text
 */
export function remainingReason(
  reason: string,
  { hasPhase, hasErrors, exit }: { hasPhase: boolean; hasErrors: boolean; exit: string | null },
): string | null {
  const withoutPhase = hasPhase ? reason.replace(phase, exit === null ? '' : `${exit}.`) : reason;
  const rest = (hasErrors ? withoutPhase.replace(errors, '') : withoutPhase).trim();
  return rest === '' ? null : rest;
}
