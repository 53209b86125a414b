// Owns a small OpenSearch over HTTP with simulated errors of MediaWiki, and how it fails. Not the errors (document.ts), not counting them (aggregation.ts).
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { aggregateAll, type Json, memberOf } from './aggregation.ts';
import { errorsBetween, type SimulatedMessage, usualMessages } from './document.ts';

/** What goes wrong; null: nothing. A number is a status to answer with. */
export type ErrorLogFailure =
  | number
  | 'hang'
  | 'not-json'
  | 'other-json'
  | 'huge'
  | 'part-of-shards'
  | 'timed-out'
  | 'too-many-buckets'
  | 'busy'
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
  /** Searches with more messages a page than this are refused as too large; null: none is. */
  maxPage: number | null;
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
  const state = { messages, failure: null, maxPage: null, searches: 0, authorization: null } as {
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
    if (state.failure !== null && fail(state.failure, response)) return;
    const body: unknown = JSON.parse(text);
    const size = Number(memberOf(memberOf(memberOf(body, 'aggs'), 'messages'), 'composite')['size']);
    if (state.maxPage !== null && size > state.maxPage) {
      fail('too-many-buckets', response);
      return;
    }
    send(response, 200, {
      ...searchResponse(body, [...state.messages, ...outbreaks()]),
      ...incomplete(state.failure),
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

/** Answers with a failure; false: the search is answered, but perhaps not wholly. */
function fail(failure: NonNullable<ErrorLogFailure>, response: ServerResponse): boolean {
  if (failure === 'hang') return true;
  if (failure === 'part-of-shards' || failure === 'timed-out' || failure === 'no-index') return false;
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
  } else if (failure === 'busy') {
    response.writeHead(429, { 'retry-after': '40' });
    response.end('429 Too Many Requests');
  } else if (failure === 'too-many-buckets') {
    send(response, 503, tooManyBuckets);
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

const shards = (count: number, failed: number): Json => ({
  total: count,
  successful: count - failed,
  skipped: 0,
  failed,
});

/** The parts of a response that say that it is incomplete. */
function incomplete(failure: ErrorLogFailure): Json {
  if (failure === 'timed-out') return { timed_out: true };
  if (failure === 'part-of-shards') return { _shards: shards(546, 12) };
  return failure === 'no-index' ? { _shards: shards(0, 0), aggregations: undefined } : {};
}

/** The response to a search. Pure. */
function searchResponse(body: unknown, messages: readonly SimulatedMessage[]): Json {
  const filters = memberOf(memberOf(body, 'query'), 'bool')['filter'];
  const range = Array.isArray(filters)
    ? filters.map((each) => memberOf(memberOf(each, 'range'), '@timestamp')).find((each) => 'gte' in each)
    : undefined;
  const errors = errorsBetween(messages, Number(range?.['gte']), Number(range?.['lt']));
  return {
    took: 12,
    timed_out: false,
    _shards: shards(546, 0),
    hits: { max_score: null, hits: [] },
    aggregations: aggregateAll(errors, memberOf(body, 'aggs')),
  };
}
