// Owns GraphQL requests over HTTP: who sent them, and what ends them. Not the execution (graphql.ts), not which responses are streams (live/event-stream.ts).
import type { Exchange } from '../http/exchange.ts';
import { clientOf } from '../http/request-log.ts';
import { openStream } from '../live/event-stream.ts';
import { waitOf } from '../live/waiting.ts';
import type { Identity } from '../sign-in/identity.ts';

/** Answers `POST /graphql` of an authenticated client. Resolves when the response is complete or its stream has begun. */
export async function answerGraphql(exchange: Exchange, identity: Identity): Promise<void> {
  const { request, response, context } = exchange;
  const disconnected = new AbortController();
  response.once('close', () => disconnected.abort());
  const seconds = waitOf(request.headers['prefer']);
  const engine = context.engines.of(exchange.query);
  await engine.handle(request, response, {
    identity,
    address: request.socket.remoteAddress ?? null,
    traceparent: request.headers['traceparent']?.toString() ?? null,
    signal: disconnected.signal,
    client: clientOf(request.headers),
    addHeader: (name, value) => void response.setHeader(name, value),
    openStream: () => openStream(response, identity, context),
    ...(seconds === null
      ? {}
      : { wait: { seconds, signal: AbortSignal.any([disconnected.signal, context.closing.signal]) } }),
  });
}
