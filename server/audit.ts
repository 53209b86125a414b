// Owns the audit log as it is read: a page at a time, and as a whole (`/audit.jsonl`). Not who may read it (schema/graphql/audit.ts, server.ts).
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Audit, Page } from '../schema/graphql/context.ts';
import { rowNumber } from '../schema/graphql/id.ts';
import {
  type AuditFilter,
  type AuditRecord,
  auditActions,
  countAudit,
  lastAudit,
  readAudit,
} from '../schema/model/account/audit.ts';
import type { Database } from '../schema/model/store/database.ts';
import { sendText } from './response.ts';

/** The audit log, from the database. */
export class DatabaseAudit implements Audit {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async list({ first, before, filter }: Parameters<Audit['list']>[0]): Promise<Page<AuditRecord>> {
    const found = await readAudit(this.#db, { filter, before, first: first + 1 });
    return {
      nodes: found.slice(0, first),
      hasNextPage: found.length > first,
      count: () => countAudit(this.#db, filter),
    };
  }
}

/** How many entries are read and sent at once: at most a few hundred KiB. */
const entriesPerRead = 200;

/**
 * An entry as one line of JSON. Control characters, lone surrogates and what else ends a line somewhere are escaped: the line has no other
 * newline than its own, and can be looked at in a terminal. Pure.
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
  const json = JSON.stringify(entry).replaceAll(
    /[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${json}\n`;
}

/** What an address asks for is no filter. The message is fit to be shown. */
class FilterNotAccepted extends Error {}

const plain = (action: string): string => action.toLowerCase().replaceAll(/[_-]/g, ' ');

/**
 * The filter of an address: `action` (as often as wanted), `user`, `job`, `since` and `until` (ISO 8601). Throws {@link FilterNotAccepted}:
 * whoever misspells a condition is not to take everything for what they asked for. Pure.
 */
function filterOf(query: URLSearchParams): AuditFilter {
  const known = ['action', 'user', 'job', 'since', 'until'];
  for (const name of query.keys()) {
    if (!known.includes(name))
      throw new FilterNotAccepted(`There is no condition of this name; there are ${known.join(', ')}.`);
    if (name !== 'action' && query.getAll(name).length > 1) throw new FilterNotAccepted(`Give ${name} once.`);
  }
  const actions = query.getAll('action').map((name) => {
    // As the export writes it, or as GraphQL does.
    const action = auditActions.find((each) => plain(each) === plain(name));
    if (action === undefined) throw new FilterNotAccepted(`action is one of: ${auditActions.join(', ')}.`);
    return action;
  });
  const moment = (name: string): number | null => {
    const value = query.get(name);
    const at = value === null ? null : Date.parse(value);
    if (at !== null && Number.isNaN(at)) throw new FilterNotAccepted(`${name} is a time as in ISO 8601.`);
    return at;
  };
  const user = query.get('user')?.toWellFormed().replaceAll('\0', '\uFFFD');
  const job = query.get('job');
  const jobId = job === null ? null : rowNumber(job);
  if (job !== null && jobId === null) throw new FilterNotAccepted('job is the number of a job.');
  const since = moment('since');
  const until = moment('until');
  return {
    ...(actions.length === 0 ? {} : { actions }),
    ...(user === undefined ? {} : { user }),
    ...(jobId === null ? {} : { jobId }),
    ...(since === null ? {} : { since }),
    ...(until === null ? {} : { until }),
  };
}

/**
 * Sends the entries that there are now and that the query lets through, oldest first, as fast as the client takes them; ends early when it
 * leaves. 400 for a query that is none.
 */
export async function sendAudit(response: ServerResponse, db: Database, query: string): Promise<void> {
  let filter: AuditFilter;
  try {
    filter = filterOf(new URLSearchParams(query));
  } catch (error) {
    if (!(error instanceof FilterNotAccepted)) throw error;
    return sendText(response, 400, error.message);
  }
  const last = await lastAudit(db);
  response.writeHead(200, {
    'content-type': 'application/jsonl; charset=utf-8',
    'content-disposition': 'attachment; filename="spiderpig-audit.jsonl"',
    'cache-control': 'no-store',
  });
  if (response.req.method === 'HEAD') {
    response.end();
    return;
  }
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  // Entries that come while it is read are not waited for: it would never end.
  for (let after = 0; after < last && !gone.signal.aborted; ) {
    const entries = await readAudit(db, { filter, after, first: entriesPerRead });
    const wanted = entries.filter(({ id }) => id <= last);
    const text = wanted.map(auditLine).join('');
    if (text !== '' && !response.write(text))
      await once(response, 'drain', { signal: gone.signal }).catch(() => {});
    after = entries.length < entriesPerRead ? last : (entries.at(-1)?.id ?? last);
  }
  if (!gone.signal.aborted) response.end();
}
