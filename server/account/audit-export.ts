// Owns the download of the audit log as JSON lines: `/audit.jsonl`. Not who may download it (route.ts).
import { once } from 'node:events';
import { rowNumber } from '../../schema/graphql/id.ts';
import {
  type AuditFilter,
  type AuditRecord,
  auditActions,
  lastAudit,
  readAudit,
} from '../../schema/model/account/audit.ts';
import { parseDateTime } from '../../schema/text/date-time.ts';
import { jsonLine } from '../../schema/text/terminal/json-line.ts';
import type { Exchange } from '../http/exchange.ts';
import { sendText } from '../http/response.ts';
import { openStream, tooManyStreams } from '../live/event-stream.ts';
import type { Identity } from '../sign-in/identity.ts';
import { recordDownload } from './download-audit.ts';

/** How many entries are read and sent at a time: a few hundred KiB at most. */
const entriesPerRead = 200;

/**
 * An entry as one line of JSON. Escapes control characters, lone surrogates and all characters that any program treats as a line break, so that
 * the line is safe to print in a terminal. Pure.
 */
export function auditLine({ id, at, user, action, jobId, detail, channel, address }: AuditRecord): string {
  const entry = {
    id,
    at: new Date(at).toISOString(),
    user: user?.name ?? null,
    action,
    job: jobId,
    detail,
    channel,
    address,
  };
  return jsonLine(entry);
}

/** The query of the URL is not a valid filter. The message is shown to the user. */
class FilterNotAccepted extends Error {}

const normalized = (action: string): string => action.toLowerCase().replaceAll(/[_-]/g, ' ');

/**
 * Parses the filter of a URL: `action` (repeatable), `user`, `job`, `since` and `until` (ISO 8601). Throws {@link FilterNotAccepted}, also for an
 * unknown name: a misspelt condition must not return all entries. Pure.
 */
function filterOf(query: URLSearchParams): AuditFilter {
  const known = ['action', 'user', 'job', 'since', 'until'];
  for (const name of query.keys()) {
    if (!known.includes(name))
      throw new FilterNotAccepted(`Unknown parameter. Known parameters: ${known.join(', ')}.`);
    if (name !== 'action' && query.getAll(name).length > 1)
      throw new FilterNotAccepted(`“${name}” may be given only once.`);
  }
  const actions = query.getAll('action').map((name) => {
    // Accepts the spelling of this download and that of the GraphQL enum.
    const action = auditActions.find((each) => normalized(each) === normalized(name));
    if (action === undefined)
      throw new FilterNotAccepted(`“action” must be one of: ${auditActions.join(', ')}.`);
    return action;
  });
  const time = (name: string): number | null => {
    const value = query.get(name);
    if (value === null) return null;
    const at = parseDateTime(value);
    if (at === null)
      throw new FilterNotAccepted(
        `“${name}” must be an ISO 8601 time with a time zone, such as 2026-11-20T12:03:04Z.`,
      );
    return at;
  };
  const user = query.get('user')?.toWellFormed().replaceAll('\0', '\uFFFD');
  const job = query.get('job');
  const jobId = job === null ? null : rowNumber(job);
  if (job !== null && jobId === null) throw new FilterNotAccepted('“job” must be a job number.');
  const since = time('since');
  const until = time('until');
  return {
    ...(actions.length === 0 ? {} : { actions }),
    ...(user === undefined ? {} : { user }),
    ...(jobId === null ? {} : { jobId }),
    ...(since === null ? {} : { since }),
    ...(until === null ? {} : { until }),
  };
}

/** Sends the entries that match the query, oldest first, with back-pressure. Stops when the client disconnects. 400 for an invalid query. */
export async function sendAudit(exchange: Exchange, identity: Identity): Promise<void> {
  const { request, response, context, query } = exchange;
  const { db } = context;
  let filter: AuditFilter;
  try {
    filter = filterOf(query);
  } catch (error) {
    if (!(error instanceof FilterNotAccepted)) throw error;
    return sendText(response, 400, error.message);
  }
  if (!openStream(response, identity, context))
    return sendText(response, 503, tooManyStreams, { 'retry-after': '5' });
  const last = await lastAudit(db);
  if (!(await recordDownload(exchange, identity, null))) return;
  response.writeHead(200, {
    'content-type': 'application/jsonl; charset=utf-8',
    'content-disposition': 'attachment; filename="spiderpig-audit.jsonl"',
    'cache-control': 'no-store',
  });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const disconnected = new AbortController();
  response.once('close', () => disconnected.abort());
  // Entries that are added meanwhile are left out: otherwise the download might never end.
  for (let after = 0; after < last && !disconnected.signal.aborted; ) {
    const entries = await readAudit(db, { filter, after, first: entriesPerRead });
    const wanted = entries.filter(({ id }) => id <= last);
    const text = wanted.map(auditLine).join('');
    if (text !== '' && !response.write(text))
      await once(response, 'drain', { signal: disconnected.signal }).catch(() => {});
    after = entries.length < entriesPerRead ? last : (entries.at(-1)?.id ?? last);
  }
  if (!disconnected.signal.aborted) response.end();
}
