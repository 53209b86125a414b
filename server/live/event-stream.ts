// Owns which responses are streams: those that are answered with a stream, whichever media types the client accepts. Not the other responses (graphql/request.ts).
import type { ServerResponse } from 'node:http';
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { OperationOrigin } from '../graphql/operation.ts';
import type { Identity } from '../sign-in/identity.ts';
import type { OpenConnections } from './connection.ts';
import type { Shares } from './connection-limit.ts';

/** What counts and closes streams. */
interface Streams {
  /** By the id of the user. */
  readonly streams: Shares<number>;
  readonly connections: OpenConnections;
}

/**
 * Registers a response that can stay open for long, until it is closed: it takes a share of its user, and it is closed as soon as its user
 * loses access. False: the share is used up, and nothing is registered.
 */
export function openStream(
  response: ServerResponse,
  identity: Identity,
  { streams, connections }: Streams,
): boolean {
  // The client has disconnected: nobody will close the response.
  if (response.destroyed) return false;
  const share = streams.take(identity.user.id);
  if (share === null) return false;
  const connection = connections.add(identity, () => response.destroy());
  response.once('close', () => {
    connection[Symbol.dispose]();
    share[Symbol.dispose]();
  });
  return true;
}

/** The message of a stream that is refused because too many are open. */
export const tooManyStreams = 'Too many event streams are open.';

const refusal = (): GraphQLError =>
  new GraphQLError(tooManyStreams, {
    extensions: { code: 'TOO_MANY_STREAMS', http: { status: 503, headers: { 'retry-after': '5' } } },
  });

/** Registers every result that is answered as a stream. This is the only place where that is decided, after the media type was negotiated. */
export const streaming: Plugin<object, OperationOrigin> = {
  async onResultProcess({ result, resultProcessor, setResult, serverContext }) {
    if (!(Symbol.asyncIterator in result)) return;
    if (resultProcessor !== undefined && serverContext.openStream()) return;
    await result[Symbol.asyncIterator]().return?.();
    // Without a processor none of the accepted media types can carry a stream: Yoga answers 406.
    if (resultProcessor !== undefined) setResult({ errors: [refusal()] });
  },
};
