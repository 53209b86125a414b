// Owns revealing sensitive lines and recording who saw them. Not who may (schema/graphql/log.ts).
import { type ActionSource, recordAudit } from '../account/audit.ts';
import type { User } from '../account/user.ts';
import type { Database } from '../store/database.ts';
import type { LogLine } from './line.ts';
import { countLines, readLines } from './log.ts';

/** How many lines are read at a time, and how much text one request reveals at most, in UTF-16 units, but at least one line. */
const linesPerRead = 1_000;
const maxText = 4_194_304;

/**
 * The sensitive lines from number `from` to `to`, inclusive; fewer if they are very long. Records who saw them before returning them, in
 * one transaction; if that fails, nothing is revealed. Records nothing if no line is sensitive. `at`: milliseconds since 1970 UTC.
 */
export async function revealLines(
  db: Database,
  request: {
    jobId: number;
    from: number;
    to: number;
    user: User;
    at: number;
    through?: ActionSource | undefined;
  },
): Promise<readonly LogLine[]> {
  const { jobId, from, user, at } = request;
  const to = Math.min(request.to, await countLines(db, jobId));
  const shown: LogLine[] = [];
  let text = 0;
  let last = from - 1;
  while (last < to && text < maxText) {
    const lines = await readLines(db, jobId, last, Math.min(linesPerRead, to - last));
    if (lines.length === 0) break;
    for (const line of lines) {
      if (text >= maxText) break;
      last = line.number;
      if (!line.sensitive) continue;
      shown.push(line);
      text += line.text.length;
    }
  }
  if (shown.length === 0) return shown;
  const which = from === last ? `line ${from}` : `lines ${from}–${last}`;
  const detail = `${which} (${shown.length} sensitive)`;
  await db.write([], (em) =>
    recordAudit(em, { at, user, action: 'reveal', jobId, detail, through: request.through }),
  );
  return shown;
}
