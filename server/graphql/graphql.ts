// Owns GraphQL's engine: schema, limits, masking of errors; the same for HTTP, event streams and WebSockets. Not the transports' own rules (server.ts, socket.ts).
import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { Context } from '../../schema/graphql/context.ts';
import { schema } from '../../schema/graphql/schema.ts';
import { databaseProblemOf } from '../../schema/model/store/problem.ts';
import type { World } from '../context.ts';
import { sharing } from '../live/sharing.ts';
import { type Wait, waiting } from '../live/waiting.ts';
import type { Identity } from '../sign-in/identity.ts';
import { shownTrouble } from '../trouble.ts';
import { limitErrors, parseLimited } from './limit.ts';
import { type TrustedDocuments, trusting } from './trusted-document.ts';

/** What a transport hands to the engine with each operation. */
export interface OperationOrigin {
  readonly identity: Identity;
  /** Where it came from. */
  readonly address: string | null;
  /** Of an event stream that is to end soon. */
  readonly wait?: Wait;
}

export type Engine = YogaServerInstance<OperationOrigin, Context>;

/** The largest request body, in bytes: a document and its variables. */
const largestBody = 262_144;

/**
 * The error as a client may see it: GraphQL's own as they are, the database's trouble as such; anything else is logged and replaced by one that names only its number in the log.
 */
export function masked(error: unknown, logger: Logger): Error {
  if (error instanceof GraphQLError) {
    const cause = error.originalError ?? error.cause;
    if (cause == null) return error;
    // A GraphQL error that a resolver threw, located at its field.
    if (cause instanceof GraphQLError) return masked(cause, logger) === cause ? error : masked(cause, logger);
  }
  const origin = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  const place =
    error instanceof GraphQLError
      ? {
          nodes: error.nodes ?? null,
          source: error.source ?? null,
          positions: error.positions ?? null,
          path: error.path ?? null,
        }
      : {};
  const trouble = databaseProblemOf(origin);
  if (trouble) {
    logger.warn({ err: trouble }, 'operation failed: the database is in trouble');
    const { message, extensions } = shownTrouble(trouble);
    return new GraphQLError(message, { ...place, extensions });
  }
  const id = randomUUID();
  logger.error({ err: origin, id }, 'operation failed');
  return new GraphQLError(`Something went wrong in SpiderPig itself. Its log has more, under ${id}.`, {
    ...place,
    extensions: { code: 'INTERNAL_SERVER_ERROR', id },
  });
}

/** What was found of a document: the same text is the same document, as long as the parser remembers it. */
const found = new WeakMap<object, readonly GraphQLError[]>();

const limits: Plugin = {
  onParse({ parseFn, setParseFn }) {
    setParseFn((source, options) =>
      parseLimited(String(source), (text, maxTokens) => parseFn(text, { ...options, maxTokens })),
    );
  },
  // Not as a rule among GraphQL's own: some of those take far longer than reading, and all of them would be asked.
  onValidate({ params: { documentAST }, setResult }) {
    const errors = found.get(documentAST) ?? limitErrors(schema, documentAST);
    found.set(documentAST, errors);
    if (errors.length > 0) setResult([...errors]);
  },
};

/** Makes the engine. Whoever calls it has judged Host, Origin, content type and identity before. */
export function createEngine(world: World, logger: Logger, documents: TrustedDocuments): Engine {
  return createYoga<OperationOrigin, Context>({
    schema,
    context: ({ identity, address }) => world.contextFor(identity, address),
    plugins: [trusting(documents), limits, sharing, waiting],
    extraParamNames: ['documentId'],
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
