// Owns the marks of a log, the lines that help to navigate it, and recognising them. Pure. Not reading chunks (server/log/scan.ts).
import { beginningOf } from '../../text/beginning.ts';
import type { ChunkBytes, LineRun } from './chunk.ts';
import { type Continuation, controlClass, scanLines } from './line-scan.ts';

/**
 * The kind of a mark. `status`: scap reports what it is doing · `started`, `finished`: an output line says that a step begins or ends ·
 * `question`, `answer`, `stop`, `exit`: lines that SpiderPig wrote · `error`: an output line that looks like an error.
 */
export const logMarkKinds = [
  'status',
  'started',
  'finished',
  'question',
  'answer',
  'stop',
  'exit',
  'error',
] as const;
export type LogMarkKind = (typeof logMarkKinds)[number];

/** The maximum number of marks of a log: a flood has no useful outline. */
export const maxMarks = 20_000;
/** The maximum length of {@link LogMark.text}, in UTF-16 units. */
export const maxMarkTextLength = 200;

/** A line that helps to navigate a log. */
export interface LogMark {
  readonly number: number;
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  readonly kind: LogMarkKind;
  /** The status; or the step's name, equal in `started` and `finished`; else the visible text. Shortened. */
  readonly text: string;
}

/** Marks after a cursor. */
export interface LogMarkBatch {
  readonly marks: readonly LogMark[];
  /** The number of the last scanned line: the cursor for the next request. */
  readonly cursor: number;
  /** Everything was scanned, and the log is complete. */
  readonly complete: boolean;
}

/** How many of {@link maxMarks} can be output lines, so that questions, stops and the exit have marks even after a flood. */
const maxOutputMarks = 19_000;
/** How many more marks a log may have: in total, and of output lines. */
export interface MarkBudget {
  readonly all: number;
  readonly output: number;
}

/** The budget of a log without marks. */
export const fullMarkBudget: MarkBudget = { all: maxMarks, output: maxOutputMarks };

/** The remaining budget after these marks. Pure. */
export function remainingBudget({ all, output }: MarkBudget, marks: readonly LogMark[]): MarkBudget {
  const ofOutput = marks.filter(({ kind }) => kind === 'started' || kind === 'finished' || kind === 'error');
  return { all: all - marks.length, output: output - ofOutput.length };
}

/** How much of a line's visible text is examined, in UTF-16 units. */
const maxScannedLength = 1_000;

/** Matches in every line that {@link outputMark} recognises, and in few others. */
const telling = 'Started |Finished |Traceback|ERROR|FATAL|CRITICAL|[Ee]rror\\b|[Ff]atal:|Exception: ';
/** Candidates, also before escape sequences are removed. */
const seen = new RegExp(telling);
const candidate = new RegExp(`${telling}|${controlClass}`, 'g');
/** The time that many tools put first: `12:03:04`, `2026-11-20T12:03:04.123Z`, or anything short in brackets. */
const clock =
  /^(?:(?:\d{4}-\d{2}-\d{2}[T ])?\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?Z?|\[[^\]]{1,60}\])(?:[ \t]+|(?=\[))/;
const started = /^Started (\S.*)$/;
const finished = /^Finished (\S.*?) \(duration: [^()]{1,60}\)$/;
const errors: readonly RegExp[] = [
  /Traceback \(most recent call last\)/,
  // As separate words: “0 ERRORS”, “NO-ERROR” and file names do not match.
  /(?<![\w./-])(?:ERROR|FATAL|CRITICAL)(?![\w./-])/,
  /^(?:error|fatal)(?: error)?:/i,
  /(?:^|[ .\\])[A-Z]\w{0,80}(?:Error|Exception): /,
  /\bFatal error: /,
];

/** The mark of an output line, from its visible text; `null` for most lines. Pure, linear. */
export function outputMark(text: string): { kind: 'started' | 'finished' | 'error'; text: string } | null {
  let line = text.slice(0, maxScannedLength);
  // At most two prefixes: `12:03:04 [main] Started …`.
  for (let times = 0; times < 2; times++) line = line.replace(clock, '');
  const begun = started.exec(line)?.[1];
  if (begun !== undefined) return { kind: 'started', text: cut(begun.trim()) };
  const over = finished.exec(line)?.[1];
  if (over !== undefined) return { kind: 'finished', text: cut(over.trim()) };
  return errors.some((error) => error.test(line)) ? { kind: 'error', text: cut(text.trim()) } : null;
}

/** Shortens to {@link maxMarkTextLength}. */
const cut = (text: string): string =>
  text.length <= maxMarkTextLength ? text : `${beginningOf(text, maxMarkTextLength - 1)}…`;

/** The marks of a chunk within the budget; see {@link scanLines} for `inside`. Continuation lines are not marks. Pure. */
export function marksIn(
  chunk: ChunkBytes,
  inside: Continuation,
  room: MarkBudget,
): { marks: LogMark[]; inside: Continuation } {
  const marks: LogMark[] = [];
  let { output } = room;
  let marked: LineRun | null = null;
  const last = scanLines(chunk, inside, candidate, ({ number, text, run, continued }) => {
    const { at, kind } = run;
    // A notice is about the log, not about the progress of the deployment.
    if (marks.length >= room.all || continued || kind === 'notice') return;
    if (kind !== 'output') {
      // A question of several lines is one mark: its lines are one run.
      if ((kind === 'question' || kind === 'answer') && run === marked) return;
      marked = run;
      marks.push({ number, at, kind, text: cut(text) });
      return;
    }
    const mark = output > 0 && seen.test(text) ? outputMark(text) : null;
    if (mark === null) return;
    marks.push({ number, at, ...mark });
    output--;
  });
  return { marks, inside: last };
}
