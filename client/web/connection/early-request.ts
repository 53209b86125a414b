// Owns the requests that are sent before the scripts of the page have arrived, and their responses until the page asks for them. Not what is requested (client/web/early.ts).
import { clockedFetch } from '../state/server-clock.ts';
import { pageHeaders, type Request } from './wire.ts';

/** Responses that no one has asked for yet, by the page key and the body of the request. */
const responses = new Map<string, Promise<Response>>();

/** Where a response is kept: another user must not get it. */
const placeOf = (headers: HeadersInit | undefined, body: string): string =>
  `${new Headers(headers).get('x-spiderpig-page-key')} ${body}`;

/** The body that urql sends for a document that it knows by its id only. */
const bodyOf = ({ documentId, variables }: Request): string => JSON.stringify({ documentId, variables });

/** Sends a query to the GraphQL endpoint, as urql will do with the same variables in the same order. */
export function requestEarly(url: string, pageKey: string, request: Request): void {
  const body = bodyOf(request);
  const response = clockedFetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      ...pageHeaders(pageKey),
    },
    body,
  });
  // A failure belongs to the request that takes the response.
  response.catch(() => {});
  responses.set(placeOf(pageHeaders(pageKey), body), response);
}

/** A `fetch` for urql: takes the response of an early request, each once. */
export const fetchOrTake: typeof fetch = (input, init) => {
  const body = typeof init?.body === 'string' ? init.body : '';
  const place = placeOf(init?.headers, body);
  const early = responses.get(place);
  responses.delete(place);
  return early ?? clockedFetch(input, init);
};
