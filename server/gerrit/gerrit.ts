// Owns the client of Gerrit's REST API: it looks up and searches changes, and decodes the response. Not which changes can be deployed
// (schema/model/job/change.ts), not the request (request.ts).
import type { Logger } from 'pino';
import type { Changes, FoundChanges } from '../../schema/graphql/context.ts';
import { type Change, type ChangeWarning, GerritUnavailable } from '../../schema/model/job/change.ts';
import { FairQueue } from '../live/fair-queue.ts';
import { deployableQuery, queryOfNumbers, queryOfSearch } from './query.ts';
import { GerritRequestFailed, type GerritRequestOptions, getFromGerrit } from './request.ts';

/** Gerrit puts this before its JSON, so that no web page can run it as a script. */
const prefix = ")]}'";
/** What each change is returned with. */
const requestedDetails = ['CURRENT_REVISION', 'CURRENT_COMMIT', 'CURRENT_FILES', 'DETAILED_ACCOUNTS'];
/** How many samples are returned. */
const sampleCount = 6;
/** How long samples and the results of searches are cached, in milliseconds. */
const cacheLifetime = 30_000;
/** How many searches are cached. */
const cacheSize = 200;
/** How many responses are read for one query: Gerrit limits each of them. */
const maxResponses = 5;

/** How to reach Gerrit. */
export interface GerritOptions extends Pick<GerritRequestOptions, 'fetch' | 'timeout' | 'wait'> {
  /** With a trailing slash; null: not configured, and every look-up fails. */
  readonly url: string | null;
  readonly logger: Logger;
}

/** How many searches are sent at the same time; of each user one. */
const mostSearches = 8;

const keyOf = (query: string, limit: number): string => `${limit} ${query}`;

interface CachedSearch {
  /** When it was sent, in milliseconds since 1970. */
  readonly at: number;
  readonly found: Promise<FoundList>;
}

/** The Gerrit client. Samples and searches are cached; a look-up of the changes of a new job is not. */
export class Gerrit implements Changes {
  readonly #options: GerritOptions;
  readonly #cache = new Map<string, CachedSearch>();
  /** Searches, by user. */
  readonly #turns = new FairQueue<number>(mostSearches);

  constructor(options: GerritOptions) {
    this.#options = options;
  }

  get url(): string | null {
    return this.#options.url;
  }

  async lookUp(numbers: readonly string[]): Promise<ReadonlyMap<string, Change | null>> {
    const found = new Map<string, Change | null>(numbers.map((number) => [number, null]));
    const query = queryOfNumbers(numbers);
    if (query === null) return found;
    let more = true;
    for (let response = 0, start = 0; more && response < maxResponses; response++) {
      const part = await this.#query(query, numbers.length, start);
      for (const change of part.changes) if (found.has(change.number)) found.set(change.number, change);
      start += part.changes.length;
      more = part.more && part.changes.length > 0;
    }
    return found;
  }

  async search(text: string, limit: number, userId: number): Promise<FoundChanges> {
    const query = queryOfSearch(text, this.url);
    if (query === null) return { changes: [], more: false, at: Date.now() };
    const { at, found } = this.#known(query, limit) ?? (await this.#inTurn(query, limit, userId));
    return { ...(await found), at };
  }

  /** Sends a query when it is this user's turn. */
  async #inTurn(query: string, limit: number, userId: number): Promise<CachedSearch> {
    return await this.#turns.run(userId, async () => {
      const search = this.#cached(query, limit);
      // The caller gets the error.
      await search.found.catch(() => {});
      return search;
    });
  }

  async samples(): Promise<readonly Change[]> {
    try {
      return (await this.#cached(deployableQuery.replace(' -is:wip', ''), sampleCount).found).changes;
    } catch {
      return [];
    }
  }

  /** The result of a query that was sent a short time ago. */
  #known(query: string, limit: number): CachedSearch | undefined {
    const known = this.#cache.get(keyOf(query, limit));
    return known !== undefined && Date.now() - known.at <= cacheLifetime ? known : undefined;
  }

  /** The result of a query, sent now or a short time ago. One that failed is not kept. */
  #cached(query: string, limit: number): CachedSearch {
    const known = this.#known(query, limit);
    if (known !== undefined) return known;
    const key = keyOf(query, limit);
    const now = Date.now();
    const sent: CachedSearch = { at: now, found: this.#query(query, limit, 0) };
    this.#cache.delete(key);
    this.#cache.set(key, sent);
    for (const oldest of this.#cache.keys()) if (this.#cache.size > cacheSize) this.#cache.delete(oldest);
    sent.found.catch(() => this.#cache.delete(key));
    return sent;
  }

  /** At most `limit` changes of a query, after the first `start` ones. Throws {@link GerritUnavailable} for any error. */
  async #query(query: string, limit: number, start: number): Promise<FoundList> {
    const { url, logger } = this.#options;
    if (url === null) throw new GerritUnavailable('it is not configured');
    const parameters = new URLSearchParams({ q: query, n: String(limit) });
    if (start > 0) parameters.set('S', String(start));
    for (const option of requestedDetails) parameters.append('o', option);
    try {
      return decodeChanges(await getFromGerrit(`${url}changes/?${parameters}`, this.#options), url);
    } catch (error) {
      const why = error instanceof GerritRequestFailed ? error.message : 'the request failed';
      logger.warn({ err: error, why }, 'request to Gerrit failed');
      throw new GerritUnavailable(why);
    }
  }
}

/** A member of a decoded JSON object; undefined if it has none of this name. */
function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

/** Null for text of nothing but blanks and invisible characters: a link with this name could not be seen. */
const visible = (value: string | null): string | null =>
  value === null || /^[\s\p{C}\p{Z}\u115f\u1160\u2800\u3164\uffa0]*$/u.test(value) ? null : value;

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Changes, and whether there are more. */
interface FoundList {
  readonly changes: readonly Change[];
  readonly more: boolean;
}

/** Decodes Gerrit's response. Throws if it is not a list of changes. Pure. */
export function decodeChanges(body: string, gerritUrl: string): FoundList {
  if (!body.startsWith(prefix)) throw new GerritRequestFailed('the response is not from Gerrit');
  let list: unknown;
  try {
    list = JSON.parse(body.slice(prefix.length));
  } catch {
    throw new GerritRequestFailed('its response is not JSON');
  }
  if (!Array.isArray(list)) throw new GerritRequestFailed('its response is not a list of changes');
  const changes = list.map((info: unknown) => {
    const number = member(info, '_number');
    const project = member(info, 'project');
    if (typeof number !== 'number' || typeof project !== 'string') {
      throw new GerritRequestFailed('its response is not a list of changes');
    }
    const revision = text(member(info, 'current_revision'));
    const commit =
      revision === null ? undefined : member(member(member(info, 'revisions'), revision), 'commit');
    const owner = member(info, 'owner');
    return {
      number: String(number),
      verified: true,
      url: `${gerritUrl}c/${project.split('/').map(encodeURIComponent).join('/')}/+/${number}`,
      subject: visible(text(member(info, 'subject'))),
      project,
      branch: text(member(info, 'branch')),
      owner: text(member(owner, 'name')) ?? text(member(owner, 'username')) ?? text(member(owner, 'email')),
      status: text(member(info, 'status')),
      commitMessage: text(member(commit, 'message')),
      warnings: warningsOf(info, revision),
    };
  });
  return { changes, more: member(list.at(-1), '_more_changes') === true };
}

/** Files whose changes make scap rebuild the localisation cache. */
const localisationFile = /(?:^|\/)i18n\/|(?:^|\/)languages\//;

/** What a deployer should know before the start. Pure. */
function warningsOf(info: unknown, revision: string | null): ChangeWarning[] {
  const files = revision === null ? undefined : member(member(member(info, 'revisions'), revision), 'files');
  const paths = typeof files === 'object' && files !== null ? Object.keys(files) : [];
  const isOpen = member(info, 'status') === 'NEW';
  return [
    ...(isOpen && member(info, 'work_in_progress') === true ? (['work_in_progress'] as const) : []),
    ...(isOpen && member(info, 'mergeable') === false ? (['not_mergeable'] as const) : []),
    ...(paths.some((path) => localisationFile.test(path)) ? (['localisation'] as const) : []),
  ];
}
