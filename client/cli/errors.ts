// Owns `spiderpig errors`: production errors as text. Not what they mean (docs/health.md).
import { setTimeout as pause } from 'node:timers/promises';
import { counted } from '../../schema/text/counted.ts';
import { minuteInUtc } from '../../schema/text/minute.ts';
import type { ErrorLog } from '../sdk/client.ts';
import type { Request } from './command.ts';
import { Refused, type Session } from './session.ts';
import { terminalLabel } from './text.ts';

type ErrorsRequest = Extract<Request, { readonly name: 'errors' }>;

/** How long to wait for the first search of a server that nobody has asked before, and how often to ask, in milliseconds. */
const maxWait = 15_000;
const interval = 500;

/** `spiderpig errors`. Returns the exit status. */
export async function printErrors(session: Session, request: ErrorsRequest): Promise<number> {
  const { printer } = session;
  const errorLog = await searched(session, request);
  const { source, range } = errorLog;
  if (range.total === null)
    throw new Refused(
      source.problem === null
        ? 'The error log has not been searched yet. Try again in a minute.'
        : `The error log cannot be searched: ${source.problem}.`,
      { source },
    );
  for (const line of summary(errorLog)) await printer.text(`${terminalLabel(line)}\n`);
  const rows = range.messages.map(({ count, isNew, versions, text, id }) => [
    String(count),
    isNew ? 'new' : '',
    versions.map(({ name }) => name ?? '…').join(' '),
    // Only deployers may read messages.
    text ?? `(hidden, ${id})`,
  ]);
  if (rows.length > 0) await printer.table([['ERRORS', '', 'VERSIONS', 'MESSAGE'], ...rows]);
  const more = shownOf(request, rows.length, range.messageCount);
  if (more !== null && !printer.json) printer.remark(more);
  await printer.object({ type: 'errors', errorLog });
  return 0;
}

/** Which of all messages are shown; null for all. Without a filter, only `--first` can leave some out. */
export function shownOf(
  { first, text, version, onlyNew }: Pick<ErrorsRequest, 'first' | 'text' | 'version' | 'onlyNew'>,
  shown: number,
  all: number,
): string | null {
  if (shown >= all) return null;
  const isFiltered = onlyNew || text !== null || version !== null;
  if (isFiltered && shown < first) return `${shown} of ${counted(all, 'message')} match`;
  return `${shown} of ${counted(all, 'message')} shown; use --first`;
}

/** The error log, once it was searched. */
async function searched({ client, signal }: Session, request: ErrorsRequest): Promise<ErrorLog> {
  const { minutes, first, text, version, onlyNew } = request;
  const until = performance.now() + maxWait;
  for (;;) {
    const errorLog = await client.errorLog({ minutes, first, text, version, onlyNew }, signal);
    if (errorLog === null) throw new Refused('No error log is configured on this server.', {});
    const { readAt, problem } = errorLog.source;
    if (readAt !== null || problem !== null || performance.now() > until) return errorLog;
    await pause(interval, undefined, { signal });
  }
}

function summary({ source, range }: ErrorLog): string[] {
  const { total, verdict, targets, newMessageCount } = range;
  const counts = targets.map(({ target, count }) => `${count} on ${target.toLowerCase()}`).join(', ');
  const minutes = Math.round(total?.minutes ?? 0);
  return [
    ...(source.problem === null
      ? []
      : [
          `No answer since ${source.readAt === null ? 'the start' : minuteInUtc(source.readAt)}: ${source.problem}. The numbers below are from then.`,
        ]),
    `${counted(total?.errors ?? 0, 'error')} in ${minutes} min (${counts}), ${counted(newMessageCount, 'new message')}`,
    `${verdict.text}${verdict.basis === '' ? '' : ` (last 5 minutes: ${verdict.basis})`}`,
  ];
}
