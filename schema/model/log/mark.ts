// Owns the marks of a log: lines by which somebody finds their way in it, and how they are recognised. Pure. Not the reading of chunks (server/log/scan.ts).
import type { ChunkBytes } from './chunk.ts';
import { type Continuation, controlClass, scanLines } from './line-scan.ts';

/**
 * What a mark tells. `status`: scap says what it is doing · `started`, `finished`: a line of output says that a step begins or ends ·
 * `question`, `answer`, `stop`, `exit`: lines of our own · `error`: a line of output that looks like one.
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

/** How many marks of a log are told at most: what floods has no outline. */
export const maxMarks = 20_000;
/** The longest {@link LogMark.text}, in UTF-16 units. */
export const maxMarkTextLength = 200;

/** A line by which somebody finds their way. */
export interface LogMark {
  readonly number: number;
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  readonly kind: LogMarkKind;
  /** The status; the step's name, the same in `started` and `finished`; else the visible text. Cut. */
  readonly text: string;
}

/** Marks after a cursor. */
export interface LogMarkBatch {
  readonly marks: readonly LogMark[];
  /** The number of the last line looked at: what to ask after next. */
  readonly cursor: number;
  /** All is looked at, and no line will come. */
  readonly complete: boolean;
}

/** How many of {@link maxMarks} lines of output can take: however they flood, questions, stops and the end still have their marks. */
const maxOutputMarks = 19_000;
/** How many marks a log may still have: in all, and of lines of output. */
export interface MarkBudget {
  readonly all: number;
  readonly output: number;
}

/** The room of a log without marks. */
export const fullMarkBudget: MarkBudget = { all: maxMarks, output: maxOutputMarks };

/** What is left of it after these marks. Pure. */
export function remainingBudget({ all, output }: MarkBudget, marks: readonly LogMark[]): MarkBudget {
  const ofOutput = marks.filter(({ kind }) => kind === 'started' || kind === 'finished' || kind === 'error');
  return { all: all - marks.length, output: output - ofOutput.length };
}

/** How much of a line's visible text is looked at, in UTF-16 units. */
const maxScannedLength = 1_000;

/** Something of every line that {@link outputMark} takes for a mark: most lines have nothing of it. */
const telling = 'Started |Finished |Traceback|ERROR|FATAL|CRITICAL|[Ee]rror\\b|[Ff]atal:|Exception: ';
/** Whether a line may be one; also before it is known what is seen of it. */
const seen = new RegExp(telling);
const candidate = new RegExp(`${telling}|${controlClass}`, 'g');
/** The time that many tools begin a line with: `12:03:04`, `2026-11-20T12:03:04.123Z`, or anything short in brackets. */
const clock =
  /^(?:(?:\d{4}-\d{2}-\d{2}[T ])?\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?Z?|\[[^\]]{1,60}\])(?:[ \t]+|(?=\[))/;
const started = /^Started (\S.*)$/;
const finished = /^Finished (\S.*?) \(duration: [^()]{1,60}\)$/;
const errors: readonly RegExp[] = [
  /Traceback \(most recent call last\)/,
  // As words of their own: “0 ERRORS”, “NO-ERROR” and a file’s name are none.
  /(?<![\w./-])(?:ERROR|FATAL|CRITICAL)(?![\w./-])/,
  /^(?:error|fatal)(?: error)?:/i,
  /(?:^|[ .\\])[A-Z]\w{0,80}(?:Error|Exception): /,
  /\bFatal error: /,
];

/** What a line of output tells, from its visible text; `null` for most. Pure, linear. */
export function outputMark(text: string): { kind: 'started' | 'finished' | 'error'; text: string } | null {
  let line = text.slice(0, maxScannedLength);
  // At most two: `12:03:04 [main] Started …`.
  for (let times = 0; times < 2; times++) line = line.replace(clock, '');
  const begun = started.exec(line)?.[1];
  if (begun !== undefined) return { kind: 'started', text: cut(begun.trim()) };
  const over = finished.exec(line)?.[1];
  if (over !== undefined) return { kind: 'finished', text: cut(over.trim()) };
  return errors.some((error) => error.test(line)) ? { kind: 'error', text: cut(text.trim()) } : null;
}

/** At most {@link maxMarkTextLength}, and no half of a character at its end. */
function cut(text: string): string {
  if (text.length <= maxMarkTextLength) return text;
  const short = text.slice(0, maxMarkTextLength - 1);
  return `${short.isWellFormed() ? short : short.slice(0, -1)}…`;
}

/** The marks of a chunk, as far as there is room; see {@link scanLines} for `inside`. What goes on from a line before is no mark. Pure. */
export function marksIn(
  chunk: ChunkBytes,
  inside: Continuation,
  room: MarkBudget,
): { marks: LogMark[]; inside: Continuation } {
  const marks: LogMark[] = [];
  let { output } = room;
  const last = scanLines(chunk, inside, candidate, ({ number, text, run, continued }) => {
    const { at, kind } = run;
    // A notice is about the log, and tells nothing of where in the deployment one is.
    if (marks.length >= room.all || continued || kind === 'notice') return;
    if (kind !== 'output') {
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
