// Owns what clients are told when the database is in trouble, over every transport. Not which errors tell of that (schema/model/store/problem.ts).
import type { ServerResponse } from 'node:http';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { DatabaseProblem, DatabaseProblemKind } from '../schema/model/store/problem.ts';
import { sendJson } from './response.ts';

const codes = {
  busy: 'DATABASE_BUSY',
  full: 'DATABASE_FULL',
  unavailable: 'DATABASE_UNAVAILABLE',
} as const satisfies Record<DatabaseProblemKind, string>;

/** What a client of GraphQL is told: `recorded` is false where certainly nothing was, null where nobody knows. */
export const shownTrouble = ({ kind, recorded, message }: DatabaseProblem) => ({
  message,
  extensions: { code: codes[kind], recorded },
});

/** Answers a request with 503, in the shape of GraphQL's; `message` is there for whoever asked for something else. */
export function sendTrouble(response: ServerResponse, trouble: DatabaseProblem): void {
  const shown = shownTrouble(trouble);
  sendJson(response, 503, { message: shown.message, errors: [shown] }, { 'retry-after': '5' });
}

/** An error as it is sent: the engine's notes for HTTP are no business of who reads events. */
export function shown(error: GraphQLError): GraphQLFormattedError {
  const { extensions, ...rest } = error.toJSON();
  const { http: _http, ...others } = extensions ?? {};
  return Object.keys(others).length > 0 ? { ...rest, extensions: others } : rest;
}
