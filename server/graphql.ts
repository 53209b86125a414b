// Owns GraphQL's engine: schema, limits, masking of errors; the same for HTTP, event streams and WebSockets. Not the transports' own rules (server.ts, socket.ts).
import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { Context } from '../schema/graphql/context.ts';
import { schema } from '../schema/graphql/schema.ts';
import type { World } from './context.ts';
import type { Identity } from './identity.ts';
import { longestDocument, mostTokens, SizeRule } from './limit.ts';

/** What a transport hands to the engine with each operation. */
export interface OperationOrigin {
  readonly identity: Identity;
}

export type Engine = YogaServerInstance<OperationOrigin, Context>;

/** The largest request body, in bytes: a document and its variables. */
const largestBody = 262_144;

/**
 * The error as a client may see it: GraphQL's own as they are; anything else is logged and replaced by one that names only its number in the log.
 */
export function masked(error: unknown, logger: Logger): Error {
  if (error instanceof GraphQLError) {
    const cause = error.originalError ?? error.cause;
    if (cause == null) return error;
    // A GraphQL error that a resolver threw, located at its field.
    if (cause instanceof GraphQLError) return masked(cause, logger) === cause ? error : masked(cause, logger);
  }
  const id = randomUUID();
  logger.error(
    { err: error instanceof GraphQLError ? (error.originalError ?? error) : error, id },
    'operation failed',
  );
  return new GraphQLError(`Something went wrong in SpiderPig itself. Its log has more, under ${id}.`, {
    ...(error instanceof GraphQLError
      ? {
          nodes: error.nodes ?? null,
          source: error.source ?? null,
          positions: error.positions ?? null,
          path: error.path ?? null,
        }
      : {}),
    extensions: { code: 'INTERNAL_SERVER_ERROR', id },
  });
}

const limits: Plugin = {
  onParse({ params, parseFn, setParseFn }) {
    if (String(params.source).length > longestDocument) {
      throw new GraphQLError(
        `This document is too long; at most ${longestDocument} characters are allowed.`,
        {
          extensions: { code: 'TOO_LARGE' },
        },
      );
    }
    setParseFn((source, options) => parseFn(source, { ...options, maxTokens: mostTokens }));
  },
  onValidate({ addValidationRule }) {
    addValidationRule(SizeRule);
  },
};

/** Makes the engine. Whoever calls it has judged Host, Origin, content type and identity before. */
export function createEngine(world: World, logger: Logger): Engine {
  return createYoga<OperationOrigin, Context>({
    schema,
    context: ({ identity }) => world.contextFor(identity),
    plugins: [limits],
    graphqlEndpoint: '/graphql',
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
    batching: false,
    maxRequestBodySize: largestBody,
    logging: false,
    maskedErrors: { maskError: (error) => masked(error, logger) },
  });
}
