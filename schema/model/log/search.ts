// Owns searching a log: validating the search, and which lines of a chunk match. Pure. Not reading chunks (server/log/scan.ts).
import { DomainError } from '../error.ts';
import type { ChunkBytes } from './chunk.ts';
import { type Continuation, controlClass, type ScannedLine, scanLines } from './line-scan.ts';

/** The maximum length of a pattern, in UTF-16 units. */
export const maxPatternLength = 500;
/** How many line numbers one search returns at most; further matches are only counted. */
export const maxMatches = 50_000;

/** A search in the visible text of lines, and in what was overwritten there. Sensitive lines are never searched. */
export interface LogSearch {
  readonly pattern: string;
  /** The pattern is a JavaScript regular expression (with the flag `v` if valid, else `u`), applied line by line; otherwise plain text. */
  readonly regex: boolean;
  readonly caseSensitive: boolean;
}

/** Results of a search up to a line. */
export interface LogSearchBatch {
  /** The matching lines since the previous batch, ascending. */
  readonly lineNumbers: readonly number[];
  /** How many lines match so far, including those beyond {@link maxMatches}. */
  readonly count: number;
  /** The number of the last line searched. */
  readonly cursor: number;
  /** Everything was searched, and the log is complete. */
  readonly complete: boolean;
}

/** The pattern is invalid or takes too long. */
export class PatternNotAccepted extends DomainError {}

/** One user, or all users together, have too many open searches. */
export class TooManySearches extends DomainError {}

/** Validates a search cheaply; {@link finderOf} finds invalid regular expressions. Throws {@link PatternNotAccepted}. */
export function checkPattern({ pattern }: LogSearch): void {
  if (pattern === '') throw new PatternNotAccepted('The pattern is empty. Enter what to search for.');
  if (pattern.length > maxPatternLength) {
    throw new PatternNotAccepted(
      `The pattern has ${pattern.length} characters; at most ${maxPatternLength} are allowed.`,
    );
  }
  if (/[\n\r]/.test(pattern)) {
    throw new PatternNotAccepted(
      'The pattern contains a line break, but lines are searched one by one. Search for a part of one line.',
    );
  }
}

/** Finds matches. `candidate` finds the output lines to try; null for all of them. */
export interface Finder {
  readonly candidate: RegExp | null;
  readonly matches: (visible: string) => boolean;
}

/**
 * Compiles a search. Call it only in a worker thread: parsing a hostile regular expression takes up to a second. Throws {@link
 * PatternNotAccepted}.
 */
export function finderOf({ pattern, regex, caseSensitive }: LogSearch): Finder {
  const ignoring = caseSensitive ? '' : 'i';
  if (regex) return { candidate: null, matches: matcherOf(expressionOf(pattern, ignoring)) };
  const text = RegExp.escape(pattern);
  const expression = new RegExp(text, `u${ignoring}`);
  return {
    // One pass for both: lines that contain the text, and lines that may contain it after escape sequences are removed.
    candidate: new RegExp(`${text}|${controlClass}`, `gu${ignoring}`),
    matches: caseSensitive ? (line) => line.includes(pattern) : (line) => expression.test(line),
  };
}

function expressionOf(pattern: string, ignoring: string): RegExp {
  try {
    return new RegExp(pattern, `v${ignoring}`);
  } catch {
    try {
      return new RegExp(pattern, `u${ignoring}`);
    } catch (error) {
      throw invalidExpression(error);
    }
  }
}

/** Extracts the cause from the engine's message: `Invalid regular expression: /(/u: Unterminated group`. */
function invalidExpression(error: unknown): PatternNotAccepted {
  const message = error instanceof Error ? error.message : String(error);
  const why = message.slice(message.lastIndexOf(': ') + 2);
  return new PatternNotAccepted(`Invalid regular expression: ${why}.`);
}

function matcherOf(expression: RegExp): Finder['matches'] {
  return (line) => {
    try {
      return expression.test(line);
    } catch (error) {
      // Too large to be compiled, or too deep to be tried: the engine finds out only here.
      throw invalidExpression(error);
    }
  };
}

/**
 * Calls `found` for the lines of a chunk that match, in order; see {@link scanLines} for `inside` and the result. Calls `reached` with each
 * line before it is tried. Throws {@link PatternNotAccepted}.
 */
export function searchChunk(
  chunk: ChunkBytes,
  inside: Continuation,
  { candidate, matches }: Finder,
  found: (number: number) => void,
  reached: (number: number) => void,
): Continuation {
  return scanLines(chunk, inside, candidate, (line) => {
    reached(line.number);
    if (matchesLine(line, matches)) found(line.number);
  });
}

/** Whether a line matches in what is visible, in what was overwritten, or across the border to the part before. */
function matchesLine({ text, overwritten, tail }: ScannedLine, matches: Finder['matches']): boolean {
  if (matches(text) || overwritten.some(matches)) return true;
  return tail !== '' && matches(tail + text) && !matches(tail);
}
