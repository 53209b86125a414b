// Owns what a line of a job's log is, as the server sends it. Owns no storage and no markup.
import type { LogLineKind } from '../../../generated/graphql.ts';

export interface LogLine {
  /** From 1, without gaps. */
  readonly number: number;
  /** When the line was recorded, as an ISO 8601 string in UTC. */
  readonly at: string;
  readonly kind: LogLineKind;
  /** Null if the line is sensitive and hidden. */
  readonly text: string | null;
  readonly sensitive: boolean;
  /** Whether the next line continues this one, which exceeded the maximum length. */
  readonly continues: boolean;
}

/** The beginning of a line whose newline has not come yet. */
export interface PartialLine {
  /** When it was read, as an ISO 8601 string in UTC. */
  readonly at: string;
  /** Null if it is hidden. */
  readonly text: string | null;
}

/** Consecutive lines after a cursor. */
export interface LogBatch {
  readonly lines: readonly LogLine[];
  /** What is being printed after the last line; null if nothing, or these are not the last lines. */
  readonly partial: PartialLine | null;
  /** The number of the last line, to continue from. */
  readonly cursor: number;
  /** Whether no line will ever follow. */
  readonly complete: boolean;
}
