// Owns which error lines of the log belong to an open question: those since the question before it. Pure. Owns no markup (error-line.tsx).
import type { QuestionFragment } from '../../../generated/graphql.ts';
import type { Mark } from '../../log/mark/mark.ts';
import type { ErrorLine } from '../parts/error-line.tsx';

/** How many errors are named, the last ones. */
const maxErrors = 3;

/** The last error lines that were printed after the previous question and before this one. @param interactions all questions of the job */
export function errorsBefore(
  open: Pick<QuestionFragment, 'lineNumber'>,
  interactions: readonly Pick<QuestionFragment, 'lineNumber'>[],
  marks: readonly Mark[],
): readonly ErrorLine[] {
  const to = open.lineNumber;
  if (to === null) return [];
  const before = interactions.map(({ lineNumber }) => lineNumber ?? 0).filter((line) => line < to);
  const from = Math.max(0, ...before);
  return marks
    .filter(({ kind, number }) => kind === 'ERROR' && number > from && number < to)
    .slice(-maxErrors)
    .map(({ number, text }) => ({ number, text }));
}
