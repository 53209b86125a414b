// Owns how database problems are reported to clients, over every transport. Not which errors are database problems (schema/model/store/problem.ts).
import type { ServerResponse } from 'node:http';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { DatabaseProblem, DatabaseProblemKind } from '../schema/model/store/problem.ts';
import { sendJson } from './http/response.ts';

const codes = {
  busy: 'DATABASE_BUSY',
  full: 'DATABASE_FULL',
  'read-only': 'DATABASE_READ_ONLY',
  unavailable: 'DATABASE_UNAVAILABLE',
  replaced: 'DATABASE_REPLACED',
} as const satisfies Record<DatabaseProblemKind, string>;

/** Message and extensions of the GraphQL error. `recorded`: false if nothing was stored, null if that is unknown. */
export const shownDatabaseProblem = ({ kind, recorded, message }: DatabaseProblem) => ({
  message,
  extensions: { code: codes[kind], recorded },
});

/** Sends 503 in the form of a GraphQL response, with a `message` for other clients. */
export function sendDatabaseProblem(response: ServerResponse, problem: DatabaseProblem): void {
  const shown = shownDatabaseProblem(problem);
  sendJson(response, 503, { message: shown.message, errors: [shown] }, { 'retry-after': '5' });
}

/** An error for a stream, without the `http` extension, which Yoga uses only for HTTP responses. */
export function shown(error: GraphQLError): GraphQLFormattedError {
  const { extensions, ...rest } = error.toJSON();
  const { http: _http, ...others } = extensions ?? {};
  return Object.keys(others).length > 0 ? { ...rest, extensions: others } : rest;
}
