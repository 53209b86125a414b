// Owns `spiderpig log`: prints the log of a job as far as it is written, or follows it.
import type { Client } from '../../sdk/client.ts';
import type { Request } from '../command.ts';
import { findJob } from '../job.ts';
import type { Session } from '../session.ts';
import { startCursor } from './log-start.ts';
import { LogPrinter } from './log-text.ts';

/** Prints the lines. Returns the exit status. */
export async function printLog(
  session: Session,
  { job: id, from, follow }: Extract<Request, { readonly name: 'log' }>,
): Promise<number> {
  const { client, printer, signal } = session;
  const job = await findJob(session, id);
  const after = await startCursor(session, job, from);
  const batches = follow ? client.followLog(id, after, signal) : pages(client, id, after, signal);
  const { stdout } = printer.terminal;
  const lines = new LogPrinter(printer.colours, stdout.isTTY === true);
  for await (const batch of batches) {
    await printer.batch(id, batch);
    await printer.text(lines.batch(batch.lines, batch.partial, stdout.columns));
  }
  await printer.text(lines.end());
  return 0;
}

/** The log as far as it is written, in batches of 500 lines. */
async function* pages(client: Client, job: string, after: number, signal: AbortSignal) {
  for (let cursor = after; ; ) {
    const page = await client.log(job, { after: cursor, first: 500 }, signal);
    if (page) yield page;
    if (!page || page.lines.length === 0) return;
    cursor = page.cursor;
  }
}
