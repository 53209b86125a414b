// Owns a small OpenSearch over HTTP with simulated errors of MediaWiki, and how it fails. Not the errors (document.ts), not counting them (aggregation.ts).
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { aggregateAll, type Json, memberOf } from './aggregation.ts';
import { errorsBetween, type SimulatedMessage, usualMessages } from './document.ts';

/** What goes wrong; null if nothing. A number is a status to answer with. */
export type ErrorLogFailure =
  | number
  | 'hang'
  | 'not-json'
  | 'other-json'
  | 'huge'
  | 'part-of-shards'
  | 'timed-out'
  | 'too-many-buckets'
  | 'circuit-breaker'
  | 'circuit-breaker-in-shards'
  | 'text-field'
  | 'other-fields'
  | 'skipped-cluster'
  | 'busy'
  | 'busy-for-years'
  | 'no-index'
  | 'redirect'
  | null;

/** A running simulated error log. */
export interface SimulatedErrorLog extends AsyncDisposable {
  /** With a slash at its end. */
  readonly url: string;
  /** What occurs; can be changed while it runs. */
  messages: readonly SimulatedMessage[];
  failure: ErrorLogFailure;
  /** Searches with more messages a page than this are refused as too large; null if none is. */
  maxPage: number | null;
  /** How it refuses them. */
  refusal: 'too-many-buckets' | 'circuit-breaker' | 'circuit-breaker-in-shards';
  /** The number of searches so far. */
  readonly searches: number;
  /** The `authorization` header of the last search. */
  readonly authorization: string | null;
}

/** Starts the error log on a loopback address. */
export async function startErrorLog({
  port = 0,
  messages = usualMessages,
  outbreaks = () => [],
}: {
  readonly port?: number;
  readonly messages?: readonly SimulatedMessage[];
  /** What else occurs, asked for each search. */
  readonly outbreaks?: () => readonly SimulatedMessage[];
} = {}): Promise<SimulatedErrorLog> {
  const state = {
    messages,
    failure: null,
    maxPage: null,
    refusal: 'too-many-buckets',
    searches: 0,
    authorization: null,
  } as {
    -readonly [Name in keyof Omit<SimulatedErrorLog, 'url' | symbol>]: SimulatedErrorLog[Name];
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const piece of request) text += String(piece);
    state.searches++;
    state.authorization = request.headers.authorization ?? null;
    const body: unknown = JSON.parse(text);
    const size = Number(memberOf(memberOf(memberOf(body, 'aggs'), 'messages'), 'composite')['size']);
    const failure = state.maxPage !== null && size > state.maxPage ? state.refusal : state.failure;
    if (failure !== null && fail(failure, response)) return;
    send(response, 200, {
      ...searchResponse(body, [...state.messages, ...outbreaks()], failure === 'other-fields'),
      ...incomplete(failure),
    });
  }

  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  const open = typeof address === 'object' && address !== null ? address.port : port;
  return Object.assign(state, {
    url: `http://127.0.0.1:${open}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

function send(response: ServerResponse, status: number, body: Json): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8' });
  response.end(JSON.stringify(body));
}

/** The failures with which a search is answered, but not wholly. */
const incompleteFailures = [
  'part-of-shards',
  'circuit-breaker-in-shards',
  'skipped-cluster',
  'other-fields',
  'timed-out',
  'no-index',
] as const;
const isIncomplete = (failure: ErrorLogFailure): failure is (typeof incompleteFailures)[number] =>
  incompleteFailures.some((each) => each === failure);

/** Answers with a failure; false: the search is answered, but perhaps not wholly. */
function fail(failure: NonNullable<ErrorLogFailure>, response: ServerResponse): boolean {
  if (failure === 'hang') return true;
  if (isIncomplete(failure)) return false;
  if (failure === 'not-json') {
    response.end('<html>It works!</html>');
  } else if (failure === 'other-json') {
    send(response, 200, { acknowledged: true });
  } else if (failure === 'huge') {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('1'.repeat(20_000_000));
  } else if (failure === 'redirect') {
    response.writeHead(302, { location: 'http://127.0.0.1:1/' });
    response.end();
  } else if (failure === 'busy' || failure === 'busy-for-years') {
    response.writeHead(429, { 'retry-after': failure === 'busy' ? '40' : '999999999' });
    response.end('429 Too Many Requests');
  } else if (failure === 'too-many-buckets') {
    send(response, 503, tooManyBuckets);
  } else if (failure === 'circuit-breaker') {
    send(response, 429, { error: { root_cause: [circuitBreaker], ...circuitBreaker }, status: 429 });
  } else if (failure === 'text-field') {
    send(response, 400, textField);
  } else {
    send(response, failure, { error: { type: 'internal_server_error' }, status: failure });
  }
  return true;
}

/** As OpenSearch 2 answers. */
const tooManyBuckets: Json = {
  error: {
    root_cause: [],
    type: 'search_phase_execution_exception',
    reason: '',
    phase: 'fetch',
    grouped: true,
    failed_shards: [],
    caused_by: {
      type: 'too_many_buckets_exception',
      reason:
        'Trying to create too many buckets. Must be less than or equal to: [65535] but was [65536]. This limit can be set by changing the [search.max_buckets] cluster level setting.',
      max_buckets: 65_535,
    },
  },
  status: 503,
};

/** As OpenSearch and Elasticsearch say that memory is short: as the error of a request, or of single shards. */
const circuitBreaker: Json = {
  type: 'circuit_breaking_exception',
  reason:
    '[parent] Data too large, data for [<agg [messages]>] would be [4080692272/3.8gb], which is larger than the limit of [4080218931/3.7gb]',
  bytes_wanted: 4_080_692_272,
  bytes_limit: 4_080_218_931,
  durability: 'TRANSIENT',
};

/** As both answer when a field is mapped as text, and so cannot be grouped. */
const notGrouped: Json = {
  type: 'illegal_argument_exception',
  reason:
    'Text fields are not optimised for operations that require per-document field data like aggregations and sorting',
};
const textField: Json = {
  error: {
    root_cause: [notGrouped],
    type: 'search_phase_execution_exception',
    reason: 'all shards failed',
    phase: 'query',
    grouped: true,
    failed_shards: [{ shard: 0, index: 'logstash-mediawiki-2026.08.20', node: 'x', reason: notGrouped }],
    caused_by: notGrouped,
  },
  status: 400,
};

const shards = (count: number, failed: number, reason: Json | null = null): Json => ({
  total: count,
  successful: count - failed,
  skipped: 0,
  failed,
  ...(reason === null ? {} : { failures: [{ shard: 0, index: 'logstash-mediawiki-2026.08.20', reason }] }),
});

/** The parts of a response that say that it is incomplete. */
function incomplete(failure: ErrorLogFailure): Json {
  if (failure === 'timed-out') return { timed_out: true };
  if (failure === 'part-of-shards') return { _shards: shards(546, 12) };
  if (failure === 'circuit-breaker-in-shards') return { _shards: shards(546, 3, circuitBreaker) };
  if (failure === 'skipped-cluster') return { _clusters: { total: 2, successful: 1, skipped: 1 } };
  return failure === 'no-index' ? { _shards: shards(0, 0), aggregations: undefined } : {};
}

/** The response to a search. Pure. */
function searchResponse(body: unknown, messages: readonly SimulatedMessage[], hasOtherFields: boolean): Json {
  const filters = memberOf(memberOf(body, 'query'), 'bool')['filter'];
  const range = Array.isArray(filters)
    ? filters.map((each) => memberOf(memberOf(each, 'range'), '@timestamp')).find((each) => 'gte' in each)
    : undefined;
  const found = errorsBetween(messages, Number(range?.['gte']), Number(range?.['lt']));
  const errors = hasOtherFields ? found.map((each) => ({ ...each, fields: {} })) : found;
  return {
    took: 12,
    timed_out: false,
    _shards: shards(546, 0),
    hits: { max_score: null, hits: [] },
    aggregations: aggregateAll(errors, memberOf(body, 'aggs')),
  };
}
