// Owns GraphQL requests over HTTP: single responses, event streams, and event streams that end soon. Not the execution (graphql.ts).
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Exchange } from '../exchange.ts';
import { waitOf } from '../live/waiting.ts';
import { sendText } from '../response.ts';
import type { Identity } from '../sign-in/identity.ts';
import type { Wait } from './operation.ts';

/** Answers `POST /graphql` of an authenticated client. */
export async function answerGraphql(exchange: Exchange, identity: Identity): Promise<void> {
  const { request, response, context } = exchange;
  if (request.headers.accept?.includes('text/event-stream')) return await answerStream(exchange, identity);
  const address = request.socket.remoteAddress ?? null;
  await context.engine.handle(request, response, { identity, address });
}

async function answerStream({ request, response, context }: Exchange, identity: Identity): Promise<void> {
  const { engine, streams, connections, closing } = context;
  const stream = streams.open(identity.user.id);
  if (stream === null)
    return sendText(response, 503, 'Too many event streams are open.', { 'retry-after': '5' });
  response.once('close', () => stream[Symbol.dispose]());
  // A stream can stay open for hours, so it is closed when its user loses access.
  using _connection = connections.add(identity, () => response.destroy());
  const address = request.socket.remoteAddress ?? null;
  const wait = requestedWait(request, response, closing.signal);
  await engine.handle(request, response, { identity, address, ...(wait === null ? {} : { wait }) });
  if (!response.writableEnded && !response.destroyed) await closed(response);
}

function requestedWait(
  request: IncomingMessage,
  response: ServerResponse,
  closing: AbortSignal,
): Wait | null {
  const seconds = waitOf(request.headers['prefer']);
  if (seconds === null) return null;
  const disconnected = new AbortController();
  response.once('close', () => disconnected.abort());
  return { seconds, signal: AbortSignal.any([disconnected.signal, closing]) };
}

/** Resolves when the response ends or the client disconnects. */
const closed = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => response.once('close', () => resolve()));
