// Owns what a line of a log is, and the lines that SpiderPig itself writes. Pure. Not how lines are stored (chunk.ts, log.ts).
import { stripVTControlCharacters } from 'node:util';

/**
 * What a line is: scap's `output`, or what SpiderPig notes in its place: a `question`, its `answer`, a `stop`, a `status` of scap, the `exit`,
 * or a `notice` of its own, which is about the log and no part of the deployment.
 */
export const logLineKinds = ['output', 'question', 'answer', 'stop', 'status', 'exit', 'notice'] as const;
export type LogLineKind = (typeof logLineKinds)[number];

/** The longest line of our own, in UTF-16 units. */
const maxSystemText = 65_536;

/** A line that has no number yet. */
export interface NewLogLine {
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  readonly kind: LogLineKind;
  /** Without newline. */
  readonly text: string;
  /** Hidden until somebody who may asks to see it. Only `output` is ever sensitive. */
  readonly sensitive: boolean;
  /** The next line is the rest of this one: it was too long for one (jobrunner/line.ts). Only `output`. */
  readonly continues: boolean;
}

/** Plain output that came together: whole lines, none of them sensitive or cut. They are stored as they came, and nothing looks at each of them. */
export interface LogBlock {
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  /** The lines, each with its newline. UTF-8. */
  readonly bytes: Uint8Array;
  /** How many they are, 1 or more. */
  readonly count: number;
}

/** What is appended to a log. */
export type LogPart = NewLogLine | LogBlock;

/** A line of a job's log. Numbers begin at 1 and have no gaps. */
export interface LogLine extends NewLogLine {
  readonly number: number;
}

/** Part of a log: the lines after a cursor. `complete`: there are no more and there will be none. */
export interface LogBatch {
  readonly lines: readonly LogLine[];
  /** The number of the last line given so far: what to ask after next. */
  readonly cursor: number;
  readonly complete: boolean;
}

/** A line of our own. It is one line, whatever is quoted in it, and its colours are ours. Pure. */
export function systemLine(kind: Exclude<LogLineKind, 'output'>, text: string, at: number): NewLogLine {
  const shown = stripVTControlCharacters(text).replaceAll(/\s+/g, ' ').trim().slice(0, maxSystemText);
  return { at, kind, text: shown, sensitive: false, continues: false };
}
