// Owns the GraphQL engine: schema, limits and error masking, the same for all transports. Not the transports (request.ts, live/socket-protocol.ts).
import { randomUUID } from 'node:crypto';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { Logger } from 'pino';
import { databaseProblemOf } from '../../schema/model/store/problem.ts';
import { RepeatedFailure } from '../../schema/process/repeated-failure.ts';
import type { Tracing } from '../../schema/process/span.ts';
import type { DataSources } from '../data-sources.ts';
import { shownDatabaseProblem } from '../database-problem.ts';
import { streaming } from '../live/event-stream.ts';
import { sharing } from '../live/sharing.ts';
import { waiting } from '../live/waiting.ts';
import type { ServerMetrics } from '../monitoring/metrics.ts';
import { OperationBudget } from './budget.ts';
import { keepingDocuments } from './document-cache.ts';
import { badVariables, executing } from './execution.ts';
import { limitErrors, parseLimited } from './limit.ts';
import type { OperationContext, OperationOrigin } from './operation.ts';
import { type TrustedDocuments, trusting } from './trusted-document.ts';
import type { Turns } from './turn.ts';
import { countingUses, type OperationUses } from './usage.ts';

export type Engine = YogaServerInstance<OperationOrigin, OperationContext>;

/** The maximum size of a request body (document and variables), in bytes. */
const maxBody = 262_144;

/** Where the errors of operations are logged. */
interface ErrorLog {
  readonly logger: Logger;
  /** Those for which the database is the reason. */
  readonly databaseProblem: RepeatedFailure;
}

/**
 * The error that a client may see. GraphQL errors stay as they are, and database problems get a code. Any other error is logged and replaced by
 * one that contains only an id, which the log has too.
 */
function masked(error: unknown, log: ErrorLog): Error {
  if (error instanceof GraphQLError) {
    const cause = error.originalError ?? error.cause;
    // Without a code it comes from graphql-js: an argument that does not fit its type.
    if (cause == null) return error.extensions['code'] === undefined ? badVariables(error) : error;
    // A resolver threw a GraphQL error, which graphql-js wrapped to add the path of the field.
    if (cause instanceof GraphQLError) return masked(cause, log) === cause ? error : masked(cause, log);
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
  const problem = databaseProblemOf(origin);
  if (problem) {
    log.databaseProblem.failed(problem);
    const { message, extensions } = shownDatabaseProblem(problem);
    return new GraphQLError(message, { ...place, extensions });
  }
  const id = randomUUID();
  log.logger.error({ err: origin, id }, 'operation failed');
  return new GraphQLError(`Internal error in SpiderPig. See ${id} in the log of the server.`, {
    ...place,
    extensions: { code: 'INTERNAL_SERVER_ERROR', id },
  });
}

/** Checks the size of documents. Parsed documents are kept (document-cache.ts), so repeated documents are checked once. */
const limiting = (
  schema: GraphQLSchema,
  checked = new WeakMap<object, readonly GraphQLError[]>(),
): Plugin => ({
  onParse({ parseFn, setParseFn }) {
    setParseFn((source, options) =>
      parseLimited(String(source), (text, maxTokens) => parseFn(text, { ...options, maxTokens })),
    );
  },
  // Runs before the validation rules of graphql-js, some of which take far longer than parsing.
  onValidate({ params: { documentAST }, setResult }) {
    const errors = checked.get(documentAST) ?? limitErrors(schema, documentAST);
    checked.set(documentAST, errors);
    if (errors.length > 0) setResult([...errors]);
  },
});

/** What an engine needs. */
export interface EngineParts {
  readonly schema: GraphQLSchema;
  readonly sources: DataSources;
  readonly logger: Logger;
  readonly documents: TrustedDocuments;
  readonly uses: OperationUses;
  readonly metrics: ServerMetrics;
  /** Null if no traces are recorded. */
  readonly tracing: Tracing | null;
  /** Shared by all operations and authentications of a server, also of its other engines: together they must not block it. */
  readonly turns: Turns;
}

/** Creates the engine. Callers check Host, Origin, content type and identity first. */
export function createEngine({
  schema,
  sources,
  logger,
  documents,
  uses,
  metrics,
  tracing,
  turns,
}: EngineParts): Engine {
  const log: ErrorLog = {
    logger,
    databaseProblem: new RepeatedFailure(logger, 'operations failed: database problem'),
  };
  return createYoga<OperationOrigin, OperationContext>({
    schema,
    context: ({
      identity,
      address,
      signal,
      client,
      addHeader,
      params,
      traceparent = null,
      deliver = null,
    }) => ({
      ...sources.contextFor(identity, address),
      client,
      addHeader,
      wantsCost: params?.extensions?.['cost'] === true,
      budget: new OperationBudget(turns, signal),
      tracing,
      traceparent,
      deliver,
    }),
    plugins: [
      trusting(documents),
      limiting(schema),
      keepingDocuments(),
      countingUses(schema, uses, metrics),
      executing,
      sharing,
      streaming,
      waiting,
    ],
    extraParamNames: ['documentId'],
    graphqlEndpoint: '/graphql',
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
    parserAndValidationCache: false,
    batching: false,
    maxRequestBodySize: maxBody,
    logging: false,
    maskedErrors: { maskError: (error) => masked(error, log) },
  });
}
