// Owns what searching a log means: the request, its checking, which lines of a chunk match. Pure. Not the reading of chunks (server/log/scan.ts).

import { DomainError } from '../error.ts';
import type { ChunkBytes } from './chunk.ts';
import { type Continuation, controlClass, scanLines } from './line-scan.ts';

/** The longest pattern, in UTF-16 units. */
export const maxPatternLength = 500;
/** How many line numbers one search names at most; further matches are only counted. */
export const maxMatches = 50_000;

/** What is searched for in the visible text of lines, as a person sees it: without escape sequences. Sensitive lines are never searched. */
export interface LogSearch {
  readonly pattern: string;
  /** The pattern is a regular expression of JavaScript (with the flag `v` where it is one, else `u`), judged line by line; else plain text. */
  readonly regex: boolean;
  readonly caseSensitive: boolean;
}

/** What came of searching up to a line. */
export interface LogSearchBatch {
  /** The lines that match, of those searched since the batch before; ascending. */
  readonly lineNumbers: readonly number[];
  /** How many lines match so far, also those that are not named any more ({@link maxMatches}). */
  readonly count: number;
  /** The number of the last line searched. */
  readonly cursor: number;
  /** All is searched, and no line will come. */
  readonly complete: boolean;
}

/** A pattern that cannot be searched for, or takes too long. */
export class PatternNotAccepted extends DomainError {}

/** More searches than one person, or all together, may have open at once. */
export class TooManySearches extends DomainError {}

/** Checks what can be checked at no cost; whether a regular expression is one is found by {@link finderOf}. Throws {@link PatternNotAccepted}. */
export function checkPattern({ pattern }: LogSearch): void {
  if (pattern === '') throw new PatternNotAccepted('The pattern is empty. Say what to look for.');
  if (pattern.length > maxPatternLength) {
    throw new PatternNotAccepted(
      `The pattern has ${pattern.length} characters; at most ${maxPatternLength} are searched for.`,
    );
  }
  if (/[\n\r]/.test(pattern)) {
    throw new PatternNotAccepted(
      'The pattern has a line break, but lines are searched one by one. Look for a part of one line.',
    );
  }
}

/** What finds matches. `candidate` finds the lines of output to try; null: every one. */
export interface Finder {
  readonly candidate: RegExp | null;
  readonly matches: (visible: string) => boolean;
}

/**
 * Makes what finds the matches of a search. Not for a thread that must not wait: parsing a hostile regular expression takes up to a second.
 * Throws {@link PatternNotAccepted}.
 */
export function finderOf({ pattern, regex, caseSensitive }: LogSearch): Finder {
  const ignoring = caseSensitive ? '' : 'i';
  if (regex) return { candidate: null, matches: matcherOf(expressionOf(pattern, ignoring)) };
  const text = RegExp.escape(pattern);
  const expression = new RegExp(text, `u${ignoring}`);
  return {
    // One pass over all lines for both: what holds the text, and what may hold it only once it is seen.
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

/** Says what is wrong with a regular expression, from what the engine says: `Invalid regular expression: /(/u: Unterminated group`. */
function invalidExpression(error: unknown): PatternNotAccepted {
  const message = error instanceof Error ? error.message : String(error);
  const why = message.slice(message.lastIndexOf(': ') + 2);
  return new PatternNotAccepted(`This is no regular expression that can be searched for: ${why}.`);
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
 * Tells `found` the lines of a chunk that match, in order; see {@link scanLines} for `inside` and what is returned. `reached` is told each line
 * before it is tried. Throws {@link PatternNotAccepted}.
 */
export function searchChunk(
  chunk: ChunkBytes,
  inside: Continuation,
  { candidate, matches }: Finder,
  found: (number: number) => void,
  reached: (number: number) => void,
): Continuation {
  return scanLines(chunk, inside, candidate, ({ number, text }) => {
    reached(number);
    if (matches(text)) found(number);
  });
}
