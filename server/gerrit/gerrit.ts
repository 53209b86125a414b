// Owns the client of Gerrit's REST API: it looks up and searches changes. Not decoding the responses (decode.ts), not what changes depend on
// (dependency-search.ts), not which changes can be deployed (schema/model/job/change.ts), not the request (request.ts).
import type { Logger } from 'pino';
import type { Asker, ChangeOrder, Changes, FoundChanges } from '../../schema/graphql/context.ts';
import { type Change, GerritUnavailable } from '../../schema/model/job/change.ts';
import { FairQueue } from '../live/fair-queue.ts';
import { type Answer, AnswerCache } from './answer-cache.ts';
import { type ChainMember, decodeChain, decodeChanges, type FoundList, type GerritChange } from './decode.ts';
import { findDependencies } from './dependency-search.ts';
import { deployableQuery, numbersOfSearch, queryOfNumbers, queryOfSearch } from './query.ts';
import { GerritRequestFailed, type GerritRequestOptions, getFromGerrit } from './request.ts';

/** What each change is returned with. */
const requestedDetails = [
  'CURRENT_REVISION',
  'CURRENT_COMMIT',
  'CURRENT_FILES',
  'DETAILED_ACCOUNTS',
  'LABELS',
];
/** How many samples are returned. */
const sampleCount = 6;
/** How many searches are cached. */
const cacheSize = 200;
/** How many changes are remembered for the time when Gerrit does not answer. */
const rememberedChanges = 500;
/** How many responses are read for one query: Gerrit limits each of them. */
const maxResponses = 5;
/** How long a user waits for what changes depend on, in milliseconds. */
const longestOrder = 10_000;

/** How to reach Gerrit. */
export interface GerritOptions extends Pick<GerritRequestOptions, 'fetch' | 'timeout' | 'wait'> {
  /** With a trailing slash; null if not configured, and every look-up fails. */
  readonly url: string | null;
  readonly logger: Logger;
}

/** How many searches are sent at the same time; of each user one. */
const maxSearches = 8;
/** How many look-ups of dependencies run at the same time; of each user one. */
const maxOrders = 4;
/** How many changes the answer about one change, or about one commit, has at most. A Change-Id can be used on many branches. */
const changesPerTerm = 4;

const never = new AbortController().signal;

/** The Gerrit client. Samples, searches and dependencies are cached; a look-up of the changes of a new job is not. */
export class Gerrit implements Changes {
  readonly #options: GerritOptions;
  readonly #queries = new AnswerCache<FoundList>(cacheSize);
  readonly #chains = new AnswerCache<readonly ChainMember[]>(cacheSize);
  /** Each change as it was described last, by number. */
  readonly #remembered = new AnswerCache<GerritChange>(rememberedChanges);
  /** Searches, by user. */
  readonly #turns = new FairQueue<number>(maxSearches);
  /** Look-ups of dependencies, by user. They take longer, and a search does not wait for them. */
  readonly #orderTurns = new FairQueue<number>(maxOrders);

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
      const at = Date.now();
      const part = await this.#query(query, { limit: numbers.length, start, at }, never);
      for (const { change } of part.found) if (found.has(change.number)) found.set(change.number, change);
      start += part.found.length;
      more = part.more && part.found.length > 0;
    }
    return found;
  }

  async search(text: string, limit: number, by: Asker): Promise<FoundChanges> {
    const query = queryOfSearch(text, this.url);
    if (query === null) return { changes: [], more: false, at: Date.now(), problem: null };
    const ask = (): Promise<Answer<FoundList>> => this.#cached(query, limit, by.signal);
    try {
      const { value, at, problem } = this.#queries.isKnown(keyOf(query, limit))
        ? await ask()
        : await inTurn(this.#turns, by, ask);
      const changes = value.found.map(({ change }) => change);
      return { changes, more: value.more, at, problem: problem?.message ?? null };
    } catch (error) {
      const remembered = this.#rememberedOf(numbersOfSearch(text, this.url));
      if (!(error instanceof GerritUnavailable) || by.signal.aborted || remembered.length === 0) throw error;
      return {
        changes: remembered.map(({ value }) => value.change),
        more: false,
        at: Math.min(...remembered.map(({ at }) => at)),
        problem: error.message,
      };
    }
  }

  async order(numbers: readonly string[], by: Asker): Promise<ChangeOrder> {
    const { url } = this.#options;
    if (url === null) throw new GerritUnavailable('it is not configured');
    const signal = AbortSignal.any([by.signal, AbortSignal.timeout(longestOrder)]);
    const limitOf = (query: string): number => query.split(' OR ').length * changesPerTerm;
    return await inTurn(this.#orderTurns, by, () =>
      findDependencies(numbers, {
        url,
        isKnown: (question) =>
          question.startsWith('chain ')
            ? this.#chains.isKnown(question.slice(6))
            : this.#queries.isKnown(keyOf(question, limitOf(question))),
        query: (query) => this.#cached(query, limitOf(query), signal),
        recent: (number) => this.#remembered.recent(number),
        kept: (number) => this.#remembered.kept(number),
        chain: (number) => this.#chain(number, signal),
      }),
    );
  }

  async samples(): Promise<readonly Change[]> {
    try {
      const { value } = await this.#cached(deployableQuery.replace(' -is:wip', ''), sampleCount, never);
      return value.found.map(({ change }) => change);
    } catch {
      return [];
    }
  }

  /** The changes that are known from earlier, in this order. */
  #rememberedOf(numbers: readonly string[]): readonly Answer<GerritChange>[] {
    return numbers.flatMap((number) => this.#remembered.kept(number) ?? []);
  }

  async #cached(query: string, limit: number, signal: AbortSignal): Promise<Answer<FoundList>> {
    return await this.#queries.get(
      keyOf(query, limit),
      (cancelled, at) => this.#query(query, { limit, start: 0, at }, cancelled),
      signal,
    );
  }

  async #chain(number: string, signal: AbortSignal): Promise<Answer<readonly ChainMember[]>> {
    const path = `changes/${number}/revisions/current/related`;
    return await this.#chains.get(number, (cancelled) => this.#get(path, decodeChain, cancelled), signal);
  }

  /** At most `limit` changes of a query at the time `at`, after the first `start` ones. Throws {@link GerritUnavailable} for any error. */
  async #query(
    query: string,
    { limit, start, at }: { readonly limit: number; readonly start: number; readonly at: number },
    signal: AbortSignal,
  ): Promise<FoundList> {
    const parameters = new URLSearchParams({ q: query, n: String(limit) });
    if (start > 0) parameters.set('S', String(start));
    for (const option of requestedDetails) parameters.append('o', option);
    const list = await this.#get(`changes/?${parameters}`, decodeChanges, signal);
    for (const found of list.found) this.#remembered.keep(found.change.number, found, at);
    return list;
  }

  async #get<Value>(
    path: string,
    decode: (body: string, url: string) => Value,
    signal: AbortSignal,
  ): Promise<Value> {
    const { url, logger } = this.#options;
    if (url === null) throw new GerritUnavailable('it is not configured');
    try {
      return decode(await getFromGerrit(url + path, { ...this.#options, signal }), url);
    } catch (error) {
      const why = error instanceof GerritRequestFailed ? error.message : 'the request failed';
      if (!signal.aborted) logger.warn({ err: error, why }, 'request to Gerrit failed');
      throw new GerritUnavailable(why);
    }
  }
}

const keyOf = (query: string, limit: number): string => `${limit} ${query}`;

/** Asks when it is this user's turn. */
async function inTurn<Result>(
  turns: FairQueue<number>,
  { userId, signal }: Asker,
  ask: () => Promise<Result>,
): Promise<Result> {
  try {
    return await turns.run(userId, ask);
  } catch (error) {
    throw signal.aborted ? new GerritUnavailable('the request was cancelled') : error;
  }
}
