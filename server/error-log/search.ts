// Owns the searches in the error log: what is requested, and reading the response. Pure. Not sending it (request.ts), not when (error-log.ts).
import {
  type ErrorShare,
  errorTargets,
  type TargetCounts,
} from '../../schema/text/error-log/error-message.ts';
import { type MessageCell, minute, slotLength } from './history.ts';
import { SearchFailed, sizeProblem } from './request.ts';

/** What is searched for, in the language of `query_string`. */
export interface ErrorQuery {
  /** Which documents are errors. */
  readonly query: string;
  /** Which of them are of canaries, and of test servers. */
  readonly canaries: string;
  readonly testservers: string;
}

/** Where a page of messages begins: the key of the last bucket of the page before. */
export type AfterKey = Readonly<Record<string, unknown>>;

/** One page of a search. Times in milliseconds since 1970; `to` is excluded. */
export interface SearchPage {
  readonly from: number;
  readonly to: number;
  /** How many minutes of messages a page has at most. */
  readonly size: number;
  /** Null: the first page, which also has the rates. */
  readonly after: AfterKey | null;
}

/** The fields of errors by which they are grouped, as MediaWiki's logs are indexed. */
const fields = {
  message: 'normalized_message.keyword',
  version: 'mwversion.keyword',
  wiki: 'wiki.keyword',
} as const;
/** This many errors that have none of the fields are errors of an index with other fields. */
const manyErrors = 20;

/** How many versions and wikis are counted for one message in one minute. All others are one number. */
const [maxVersions, maxWikis] = [10, 20];

const queryString = (query: string): object => ({ query_string: { query } });

/** The targets: those that are neither canaries nor test servers are production. */
const targetsOf = ({ canaries, testservers }: ErrorQuery): object => ({
  filters: {
    other_bucket_key: 'production',
    filters: {
      testservers: queryString(testservers),
      canaries: { bool: { filter: [queryString(canaries)], must_not: [queryString(testservers)] } },
    },
  },
});

export function searchBody(query: ErrorQuery, { from, to, size, after }: SearchPage): object {
  const targets = targetsOf(query);
  const range = { gte: from, lt: to, format: 'epoch_millis' };
  const slots = {
    date_histogram: { field: '@timestamp', fixed_interval: `${slotLength / 1000}s`, min_doc_count: 1 },
    aggs: { targets },
  };
  const messages = {
    composite: {
      size,
      sources: [
        { minute: { date_histogram: { field: '@timestamp', fixed_interval: '1m' } } },
        { message: { terms: { field: fields.message, missing_bucket: true } } },
      ],
      ...(after === null ? {} : { after }),
    },
    aggs: {
      targets,
      versions: { terms: { field: fields.version, size: maxVersions } },
      wikis: { terms: { field: fields.wiki, size: maxWikis } },
      first: { min: { field: '@timestamp' } },
      last: { max: { field: '@timestamp' } },
    },
  };
  return {
    size: 0,
    track_total_hits: false,
    query: { bool: { filter: [queryString(query.query), { range: { '@timestamp': range } }] } },
    aggs: after === null ? { slots, messages } : { messages },
  };
}

/** What a page of a search found. */
export interface FoundPage {
  readonly slots: readonly { readonly at: number; readonly targets: TargetCounts }[];
  readonly cells: readonly MessageCell[];
  /** Null if there are no more pages. */
  readonly after: AfterKey | null;
}

const malformed = (): SearchFailed => new SearchFailed('its response is not that of a search');

function objectAt(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

function countAt(value: unknown, name: string): number {
  const count = objectAt(value, name);
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 0) throw malformed();
  return count;
}

function bucketsAt(value: unknown, name: string): readonly unknown[] {
  const buckets = objectAt(objectAt(value, name), 'buckets');
  if (!Array.isArray(buckets)) throw malformed();
  return buckets;
}

function targetCounts(bucket: unknown): TargetCounts {
  const buckets = objectAt(objectAt(bucket, 'targets'), 'buckets');
  const [testservers = 0, canaries = 0, production = 0] = errorTargets.map((each) =>
    countAt(objectAt(buckets, each), 'doc_count'),
  );
  return { testservers, canaries, production };
}

function nameAt(bucket: unknown): string {
  const key = objectAt(bucket, 'key');
  if (typeof key !== 'string') throw malformed();
  return key;
}

/** The buckets of a terms aggregation, and what is in none of them. */
function sharesAt(bucket: unknown, name: string): ErrorShare[] {
  const listed = bucketsAt(bucket, name).map((each) => ({
    name: nameAt(each).slice(0, 100).toWellFormed(),
    count: countAt(each, 'doc_count'),
  }));
  const others = countAt(objectAt(bucket, name), 'sum_other_doc_count');
  return others === 0 ? listed : [...listed, { name: null, count: others }];
}

/** The value of a `min` or `max` aggregation, which is a fraction for some services. */
function timeAt(bucket: unknown, name: string): number {
  const value = objectAt(objectAt(bucket, name), 'value');
  if (typeof value !== 'number' || !Number.isFinite(value)) throw malformed();
  return Math.round(value);
}

/** Refuses a time outside of the span that was searched: it could not be shown, or its counts would never be forgotten. */
function timeIn({ from, to }: Pick<SearchPage, 'from' | 'to'>, at: number): number {
  // Buckets begin at whole minutes, and some services round times.
  if (at <= from - minute || at >= to + minute) throw malformed();
  return at;
}

function cellOf(bucket: unknown, page: SearchPage): MessageCell {
  const key = objectAt(bucket, 'key');
  const message = objectAt(key, 'message');
  return {
    minute: timeIn(page, countAt(key, 'minute')),
    message: typeof message === 'string' ? message : null,
    count: countAt(bucket, 'doc_count'),
    first: timeIn(page, timeAt(bucket, 'first')),
    last: timeIn(page, timeAt(bucket, 'last')),
    targets: targetCounts(bucket),
    versions: sharesAt(bucket, 'versions'),
    wikis: sharesAt(bucket, 'wikis'),
  };
}

function afterOf(messages: unknown, count: number, size: number): AfterKey | null {
  const after = objectAt(messages, 'after_key');
  if (count < size || typeof after !== 'object' || after === null) return null;
  return { ...after };
}

/** Throws {@link SearchFailed} if a part of the shards or clusters was not searched. Returns the number of shards. */
function refuseIncomplete(response: unknown): number {
  if (objectAt(response, 'timed_out') === true)
    throw new SearchFailed('it did not finish the search in time, so its counts are too small');
  const shards = objectAt(response, '_shards');
  const [total, failed] = [countAt(shards, 'total'), countAt(shards, 'failed')];
  if (failed > 0) {
    const size = sizeProblem(JSON.stringify(objectAt(shards, 'failures') ?? []));
    const searched = `it searched only ${total - failed} of ${total} shards`;
    throw new SearchFailed(
      size === null ? `${searched}, so its counts are too small` : `${searched}: ${size}`,
      { isTooLarge: size !== null },
    );
  }
  // An index pattern with a colon is searched in other clusters, too.
  const clusters = objectAt(response, '_clusters');
  const missing = ['skipped', 'partial', 'failed']
    .map((name) => objectAt(clusters, name))
    .reduce((sum: number, each) => sum + (typeof each === 'number' ? each : 0), 0);
  if (missing > 0) {
    const all = countAt(clusters, 'total');
    throw new SearchFailed(
      `it searched only ${all - missing} of ${all} clusters wholly, so its counts are too small`,
    );
  }
  return total;
}

/** Throws {@link SearchFailed} if no error has a message, a version or a wiki: they would all be shown as one error without a name. */
function refuseOtherFields(cells: readonly MessageCell[]): void {
  const isNamed = cells.some(
    ({ message, versions, wikis }) => message !== null || versions.length > 0 || wikis.length > 0,
  );
  const count = cells.reduce((sum, cell) => sum + cell.count, 0);
  if (!isNamed && count >= manyErrors)
    throw new SearchFailed(`its errors have none of the fields ${Object.values(fields).join(', ')}`);
}

/**
 * Reads the response to a page. A response from only a part of the shards, or one that was cut short, is refused: its counts are too small, and could
 * not be told from a quiet time. Throws {@link SearchFailed}.
 */
export function readPage(response: unknown, page: SearchPage): FoundPage {
  const { size, after } = page;
  const total = refuseIncomplete(response);
  const found = objectAt(response, 'aggregations');
  // Without an index that matches, there are no shards and no aggregations.
  if (total === 0) throw new SearchFailed('it has no index of this name');
  const slots =
    after === null
      ? bucketsAt(found, 'slots').map((each) => ({
          at: timeIn(page, countAt(each, 'key')),
          targets: targetCounts(each),
        }))
      : [];
  const cells = bucketsAt(found, 'messages').map((bucket) => cellOf(bucket, page));
  if (cells.length > size) throw malformed();
  refuseOtherFields(cells);
  return { slots, cells, after: afterOf(objectAt(found, 'messages'), cells.length, size) };
}
