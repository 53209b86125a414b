// Owns the urql client: which requests go over HTTP or over the transport, and the words for a request that failed.
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
import { type FailureKind, kindOfCode } from '../../core/failure.ts';
import { ResumingSubscription } from '../../subscription/resume.ts';
import { msg } from '../i18n/msg.ts';
import { fetchOrTake } from './early-request.ts';
import type { Transport } from './transport.ts';
import { documentIdOf } from './trusted-document.ts';
import { isOutdated, pageHeaders, type Request, type Result } from './wire.ts';

/** What a client needs of the transport. */
export type ClientTransport = Pick<Transport, 'subscribe' | 'signOut' | 'outdated'>;

/**
 * A client without a cache: pages show what subscriptions deliver, and a cache could contradict them.
 * @param url where requests are posted, absolute
 */
export function openClient(url: string, transport: ClientTransport, pageKey: () => string | null): Client {
  return createClient({
    url,
    fetch: fetchOrTake,
    preferGetMethod: false,
    requestPolicy: 'network-only',
    fetchOptions: () => ({ headers: pageHeaders(pageKey()) }),
    exchanges: [
      mapExchange({
        // The form of a document that the fetch exchange sends by its id.
        onOperation: (operation) =>
          operation.kind === 'teardown'
            ? operation
            : makeOperation(
                operation.kind,
                {
                  ...operation,
                  query: Object.assign({ kind: Kind.DOCUMENT, definitions: [] } as const, {
                    documentId: documentIdOf(operation.query),
                  }),
                },
                operation.kind === 'mutation'
                  ? { ...operation.context, fetch: fetchInTime }
                  : operation.context,
              ),
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
              { background: context['background'], isLast: context['isLast'] },
            ),
          }),
        }),
      }),
    ],
  });
}

/**
 * How long the page waits for the response to a mutation, in seconds. The server itself gives up sooner: it waits at most 10 seconds for its database, and
 * for Gerrit. What takes longer is a connection that died without a sign.
 */
const maxMutationWait = 30;

/** A `fetch` that fails with a `TimeoutError` if the response does not arrive in time. */
const fetchInTime: typeof fetch = (input, init) => {
  const limit = AbortSignal.timeout(maxMutationWait * 1_000);
  const signal = init?.signal == null ? limit : AbortSignal.any([init.signal, limit]);
  return fetchOrTake(input, { ...init, signal });
};

/** Whether the response to a mutation did not arrive in time. */
const isLate = (error: CombinedError | undefined): boolean => error?.networkError?.name === 'TimeoutError';

/** What the context of a subscription of urql says about it. Keep the object: a new one subscribes again. */
export interface SubscriptionContext<Data> {
  /** Whether the subscription continues while the page is hidden. Default: no. */
  readonly background?: boolean;
  /** Whether nothing follows when the server ends the subscription after this data. Default: it is opened again, as it is without any data. */
  isLast?(data: Data): boolean;
}

/**
 * Keeps a subscription of urql open until the returned function is called. One that the server ends (because it restarts, for example) is opened
 * again, except after its last data; one that the server refuses is not.
 */
function keepSubscribed(
  transport: ClientTransport,
  request: Request,
  next: (result: Result) => void,
  { background = false, isLast = () => false }: SubscriptionContext<Record<string, unknown>>,
): () => void {
  let last: Record<string, unknown> | null = null;
  const subscription = new ResumingSubscription((attempt) => {
    let refused = false;
    return transport.subscribe(
      () => request,
      {
        next: (result) => {
          if (isDatabaseError(result.errors)) {
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
        complete: () =>
          refused || (last !== null && isLast(last)) ? attempt.finished() : attempt.interrupted(),
      },
      background,
    );
  });
  subscription.start();
  return () => subscription.close();
}

/** Whether the request failed because the session had ended. The page for signing in replaces all others then. */
export function isSignedOut(error: CombinedError): boolean {
  return error.graphQLErrors.some((each) => each.extensions['code'] === 'UNAUTHENTICATED');
}

/** Whether the request failed because of the database (busy, full or unavailable). A retry can succeed. */
export function isDatabaseError(errors: Result['errors'] | CombinedError['graphQLErrors']): boolean {
  return hasKind(errors, ['database']);
}

const hasKind = (
  errors: Result['errors'] | CombinedError['graphQLErrors'],
  kinds: readonly FailureKind[],
): boolean => errors?.some(({ extensions }) => kinds.includes(kindOfCode(extensions?.['code']))) ?? false;

/** Whether the server refused a subscription and would refuse it again. */
export function isFinal(errors: Result['errors']): boolean {
  return hasKind(errors, ['forbidden', 'invalid']);
}

/**
 * The sentence for a request that failed.
 * @param sentenceOf makes a sentence of the clause that says why. A message about the database is a whole sentence and is
 *   returned as it is; a mutation without a response may have succeeded.
 * @param isRepeatable whether a repeated request has no further effect
 */
export function failure(
  error: CombinedError | undefined,
  sentenceOf: (why: string) => string,
  isRepeatable = false,
): string {
  if (isLate(error))
    return msg(isRepeatable ? 'connection-error-late-repeatable' : 'connection-error-late', maxMutationWait);
  const why = whyItFailed(error);
  return isDatabaseError(error?.graphQLErrors) ? why : sentenceOf(why);
}

/** Why a request failed, as a clause that ends with a full stop. */
export function whyItFailed(error: CombinedError | undefined): string {
  if (error === undefined) return msg('connection-error-unknown');
  if (isSignedOut(error)) return msg('connection-error-signed-out');
  if (error.networkError !== undefined) return msg('connection-error-network');
  if (isOutdated(error.graphQLErrors)) return msg('connection-error-outdated');
  return error.graphQLErrors.map((each) => each.message).join(' ') || msg('connection-error-unknown');
}
