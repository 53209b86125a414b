// Owns the raw download of a log: `/jobs/N/log.txt`. Not who may have it (server.ts).
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Database } from '../schema/model/database.ts';
import { Job } from '../schema/model/job.ts';
import { type LogLine, readLines } from '../schema/model/log.ts';

/** What stands for a sensitive line. */
export const hiddenLine = '[sensitive line hidden]';
const linesPerRead = 1_000;

/**
 * Lines as text, each with a newline; pieces of a line that was too long for one are joined again, and a hidden one is hidden as a whole.
 * `inside`: whether the line before goes on in the first of these. Pure.
 */
export function plainText(lines: readonly LogLine[], inside: { hidden: boolean } | null): string {
  let text = '';
  let before = inside;
  for (const line of lines) {
    if (!line.sensitive) text += line.text;
    else if (!before?.hidden) text += hiddenLine;
    if (!line.continues) text += '\n';
    before = line.continues ? { hidden: line.sensitive } : null;
  }
  return text;
}

/** Sends the lines that exist now, as fast as the client takes them; ends early when it leaves. */
export async function sendLog(response: ServerResponse, db: Database, jobId: number): Promise<void> {
  response.writeHead(200, {
    'content-type': 'text/plain; charset=utf-8',
    'content-disposition': `attachment; filename="spiderpig-job-${jobId}.log.txt"`,
    'cache-control': 'no-store',
  });
  if (response.req.method === 'HEAD') {
    response.end();
    return;
  }
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  let last: LogLine | undefined;
  while (!gone.signal.aborted) {
    const lines = await readLines(db, jobId, last?.number ?? 0, linesPerRead);
    if (lines.length === 0) break;
    const taken = response.write(plainText(lines, last?.continues ? { hidden: last.sensitive } : null));
    last = lines.at(-1);
    if (!taken) await once(response, 'drain', { signal: gone.signal }).catch(() => {});
  }
  if (gone.signal.aborted) return;
  // What is left of a log that is being removed is not the whole of it: the transfer breaks off, so that nobody takes it for that.
  if ((await db.em().count(Job, { id: jobId, removedAt: null })) === 0) response.destroy();
  // The log of a running job can end within a line.
  else response.end(last?.continues ? '\n' : '');
}
