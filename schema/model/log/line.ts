// Owns what a line of a log is, and the lines that SpiderPig itself writes. Pure. Not how lines are stored (chunk.ts, log.ts).
import { stripVTControlCharacters } from 'node:util';
import { beginningOf } from '../../text/beginning.ts';

/**
 * The kind of a line: `output` of scap, or an event that SpiderPig records among it: a `question`, its `answer`, a `stop`, a `status` of
 * scap, the `exit`. A `notice` is about the log itself, not about the deployment.
 */
export const logLineKinds = ['output', 'question', 'answer', 'stop', 'status', 'exit', 'notice'] as const;
export type LogLineKind = (typeof logLineKinds)[number];

/** The maximum length of a line that SpiderPig writes, in UTF-16 units. */
const maxSystemText = 65_536;

/** A line without a number yet. */
export interface NewLogLine {
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  readonly kind: LogLineKind;
  /** Without the newline. */
  readonly text: string;
  /** Hidden until a user with the right asks for it. Only `output` can be sensitive. */
  readonly sensitive: boolean;
  /** The next line continues this one, which was too long for one line (jobrunner/output/line.ts). Only `output`. */
  readonly continues: boolean;
}

/**
 * Plain output that arrived together: whole lines, none of them sensitive or split. They are stored as received, without looking at each
 * line.
 */
export interface LogBlock {
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  /** The lines, each with its newline. UTF-8. */
  readonly bytes: Uint8Array;
  /** The number of lines, at least 1. */
  readonly count: number;
}

/** What can be appended to a log. */
export type LogPart = NewLogLine | LogBlock;

/** A line of a job's log. Numbers begin at 1 and have no gaps. */
export interface LogLine extends NewLogLine {
  readonly number: number;
}

/** The beginning of a line whose newline has not come yet. */
export interface PartialLine {
  /** When its last bytes were read, in milliseconds since 1970 UTC. */
  readonly at: number;
  readonly text: string;
  /** Hidden, because it may be the beginning of a sensitive message. */
  readonly sensitive: boolean;
}

/** The lines of a log after a cursor. `complete`: these are the last ones. */
export interface LogBatch {
  readonly lines: readonly LogLine[];
  /** The line after these whose newline has not come yet; null if none exists, or if these are not the last lines. */
  readonly partial: PartialLine | null;
  /** The number of the last line so far: the cursor for the next request. */
  readonly cursor: number;
  readonly complete: boolean;
}

/** The maximum number of lines of one question or answer. */
const maxSystemLines = 1_000;

/**
 * A question or an answer, in as many lines as its text has; at least one. Blanks are kept, because a question can be a table. All lines have
 * the same kind and time: that is how they belong together. Without escape sequences and control characters. Pure.
 */
export function systemLines(kind: 'question' | 'answer', text: string, at: number): NewLogLine[] {
  const whole = stripVTControlCharacters(text.replaceAll(/\r\n?|[\u2028\u2029]/g, '\n'));
  const rows = beginningOf(whole, maxSystemText)
    .replaceAll(/^(?:[^\S\n]*\n)+/g, '')
    .trimEnd()
    .split('\n');
  const kept = rows.length > maxSystemLines ? [...rows.slice(0, maxSystemLines - 1), '…'] : rows;
  return kept.map((row) => ({
    at,
    kind,
    text: row
      .replaceAll('\t', '    ')
      .replaceAll(/\p{Cc}/gu, ' ')
      .trimEnd(),
    sensitive: false,
    continues: false,
  }));
}

/** A line written by SpiderPig. Quoted text is made one line, without escape sequences. Pure. */
export function systemLine(kind: Exclude<LogLineKind, 'output'>, text: string, at: number): NewLogLine {
  const shown = beginningOf(stripVTControlCharacters(text).replaceAll(/\s+/g, ' ').trim(), maxSystemText);
  return { at, kind, text: shown, sensitive: false, continues: false };
}
