// Owns what a mark of a log is: a line that helps readers find their way. Owns neither finding marks (server) nor requesting them (mark-feed.ts).
import type { LogMarkKind } from '../../../generated/graphql.ts';

export interface Mark {
  /** The number of the line. */
  readonly number: number;
  /** When the line was recorded, as an ISO 8601 string in UTC. */
  readonly at: string;
  readonly kind: LogMarkKind;
  /** What scap said, or the name of the step that started or finished. */
  readonly text: string;
}
