// Owns the urql client: which requests go over HTTP, which over the transport, and what is said when one fails.
import {
  type Client,
  type CombinedError,
  createClient,
  fetchExchange,
  makeOperation,
  mapExchange,
  subscriptionExchange,
} from '@urql/core';
import { Kind } from 'graphql';
import { ResumingSubscription } from '../../subscription/resume.ts';
import { msg } from '../i18n/msg.ts';
import type { Transport } from './transport.ts';
import { documentIdOf } from './trusted-document.ts';
import { isOutdated, pageHeaders, type Request, type Result } from './wire.ts';

/**
 * A client without a cache: what is shown comes from subscriptions, and a second memory would only contradict them.
 * @param url where requests are posted, absolute
 */
export function openClient(url: string, transport: Transport, pageKey: () => string | null): Client {
  return createClient({
    url,
    preferGetMethod: false,
    requestPolicy: 'network-only',
    fetchOptions: () => ({ headers: pageHeaders(pageKey()) }),
    exchanges: [
      mapExchange({
        // What the fetch exchange takes for a document that is known by its id.
        onOperation: (operation) =>
          operation.kind === 'teardown'
            ? operation
            : makeOperation(operation.kind, {
                ...operation,
                query: Object.assign({ kind: Kind.DOCUMENT, definitions: [] } as const, {
                  documentId: documentIdOf(operation.query),
                }),
              }),
        onError: (error) => {
          if (isSignedOut(error)) transport.signOut();
          if (isOutdated(error.graphQLErrors)) transport.outdated.value = true;
        },
      }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ variables }, { query, context }) => ({
          subscribe: (sink) => ({
            unsubscribe: keepSubscribed(
              transport,
              { documentId: String('documentId' in query && query.documentId), variables: { ...variables } },
              (result) =>
                sink.next(
                  result.errors === undefined
                    ? { data: result.data ?? null }
                    : { data: result.data ?? null, errors: [...result.errors] },
                ),
              context['background'] === true,
            ),
          }),
        }),
      }),
    ],
  });
}

/**
 * Keeps a subscription of urql open until the returned function is called. One that the server ends (because it restarts, for example) is opened
 * again; one that the server refuses is not.
 */
function keepSubscribed(
  transport: Transport,
  request: Request,
  next: (result: Result) => void,
  background: boolean,
): () => void {
  let last: Record<string, unknown> | null = null;
  const subscription = new ResumingSubscription((attempt) => {
    let refused = false;
    return transport.subscribe(
      () => request,
      {
        next: (result) => {
          if (isTrouble(result.errors)) {
            // The data stays on the page. Subscribing again fetches what this subscription could not deliver.
            next({ data: last, ...(result.errors === undefined ? {} : { errors: result.errors }) });
            attempt.interrupted();
            return;
          }
          refused = result.errors !== undefined;
          last = result.data ?? null;
          if (!refused) attempt.received();
          next(result);
        },
        complete: () => (refused ? attempt.finished() : attempt.interrupted()),
      },
      background,
    );
  });
  subscription.start();
  return () => subscription.close();
}

function isSignedOut(error: CombinedError): boolean {
  return error.graphQLErrors.some((each) => each.extensions['code'] === 'UNAUTHENTICATED');
}

/** Whether the database is in trouble: that passes. */
export function isTrouble(errors: Result['errors'] | CombinedError['graphQLErrors']): boolean {
  return errors?.some((each) => String(each.extensions?.['code']).startsWith('DATABASE_')) ?? false;
}

/** Codes of refusals that asking again does not change. */
const finalCodes: readonly unknown[] = ['FORBIDDEN', 'NOT_FOUND', 'BAD_USER_INPUT'];

/** Whether a subscription was refused for good: asked for again, it is refused again. */
export function isFinal(errors: Result['errors']): boolean {
  return errors?.some((each) => finalCodes.includes(each.extensions?.['code'])) ?? false;
}

/**
 * What is said of a request that failed.
 * @param words makes a sentence of the clause that says why; the database's trouble is a sentence itself, and says what to do
 */
export function failure(error: CombinedError | undefined, words: (why: string) => string): string {
  const why = whyItFailed(error);
  return isTrouble(error?.graphQLErrors) ? why : words(why);
}

/** What went wrong with a request, as a clause that ends in a full stop. */
export function whyItFailed(error: CombinedError | undefined): string {
  if (error === undefined) return msg('connection-error-unknown');
  if (isSignedOut(error)) return msg('connection-error-signed-out');
  if (error.networkError !== undefined) return msg('connection-error-network');
  if (isOutdated(error.graphQLErrors)) return msg('connection-error-outdated');
  return error.graphQLErrors.map((each) => each.message).join(' ') || msg('connection-error-unknown');
}
