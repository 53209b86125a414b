// Owns one HTTP request together with its response, as every route receives them.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerContext } from '../context.ts';
import { splitTarget } from './request-target.ts';

/** An HTTP request that passed the Host and Origin checks, its response, and what is needed to answer it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly context: ServerContext;
  /** The `Host` header. */
  readonly host: string;
  /** The path of the URL, without the query. */
  readonly path: string;
  /** The query of the URL. */
  readonly query: URLSearchParams;
}

/** Parses the URL of a request whose Host and Origin were checked. */
export function openExchange(
  request: IncomingMessage,
  response: ServerResponse,
  context: ServerContext,
): Exchange {
  const { path, query } = splitTarget(request.url ?? '/');
  return {
    request,
    response,
    context,
    host: request.headers.host ?? '',
    path,
    query: new URLSearchParams(query),
  };
}
