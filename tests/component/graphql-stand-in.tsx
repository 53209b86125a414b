// Owns what a component test has in place of the server: an urql client whose operations the test answers. Owns no component.
import { render } from '@testing-library/preact';
import { type UserEvent, userEvent } from '@testing-library/user-event';
import {
  type Client,
  CombinedError,
  createClient,
  type Exchange,
  makeErrorResult,
  makeResult,
  type Operation,
  type OperationResult,
} from '@urql/core';
import { Provider } from '@urql/preact';
import type { ComponentChildren } from 'preact';
import { filter, fromPromise, makeSubject, mergeMap, pipe, type Source, takeUntil, tap } from 'wonka';

type Variables = Readonly<Record<string, unknown>>;
/** The data of a response, or what went wrong on the way; a combined error has errors of GraphQL. */
type Response = Readonly<Record<string, unknown>> | Error;

/** An operation that a component has sent. */
export interface SentOperation {
  readonly name: string;
  readonly variables: Variables;
}

/** Answers queries and mutations, and feeds subscriptions, as the test says. An operation without an answer stays under way. */
export class GraphqlStandIn {
  /** The queries and mutations so far, the first one first. */
  readonly sent: SentOperation[] = [];
  /** The operations that the component no longer waits for, the first one first. */
  readonly cancelled: SentOperation[] = [];
  /** The subscriptions so far, the first one first. */
  readonly subscribed: SentOperation[] = [];
  readonly client: Client;
  readonly #answers = new Map<string, (variables: Variables) => Response | Promise<Response>>();
  readonly #events = new Map<string, (data: Variables) => void>();

  constructor() {
    const exchange: Exchange = () => (operations) =>
      pipe(
        operations,
        tap((operation) => {
          if (operation.kind === 'teardown')
            this.cancelled.push({ name: nameOf(operation), variables: operation.variables ?? {} });
        }),
        filter(({ kind }) => kind !== 'teardown'),
        mergeMap((operation) =>
          pipe(
            operation.kind === 'subscription' ? this.#subscribe(operation) : this.#answer(operation),
            takeUntil(
              pipe(
                operations,
                filter(({ kind, key }) => kind === 'teardown' && key === operation.key),
              ),
            ),
          ),
        ),
      );
    this.client = createClient({
      url: 'http://stand-in.invalid/graphql',
      requestPolicy: 'network-only',
      preferGetMethod: false,
      exchanges: [exchange],
    });
  }

  /** Answers each operation of this name from now on. */
  answer(name: string, answer: (variables: Variables) => Response | Promise<Response>): void {
    this.#answers.set(name, answer);
  }

  /** Sends an event to the newest subscription of this name. */
  push(name: string, data: Variables): void {
    const next = this.#events.get(name);
    if (next === undefined) throw new Error(`nothing subscribed to ${name}`);
    next(data);
  }

  #answer(operation: Operation): Source<OperationResult> {
    const name = nameOf(operation);
    const variables = operation.variables ?? {};
    this.sent.push({ name, variables });
    const answer = this.#answers.get(name) ?? (() => new Promise<Response>(() => {}));
    return fromPromise(
      Promise.resolve(answer(variables)).then((response) =>
        response instanceof CombinedError
          ? { ...makeErrorResult(operation, response), error: response }
          : response instanceof Error
            ? makeErrorResult(operation, response)
            : makeResult(operation, { data: response }),
      ),
    );
  }

  #subscribe(operation: Operation): Source<OperationResult> {
    const { source, next } = makeSubject<OperationResult>();
    this.subscribed.push({ name: nameOf(operation), variables: operation.variables ?? {} });
    this.#events.set(nameOf(operation), (data) => next(makeResult(operation, { data })));
    return source;
  }
}

function nameOf({ query }: Operation): string {
  for (const definition of query.definitions) {
    if (definition.kind === 'OperationDefinition') return definition.name?.value ?? '';
  }
  return '';
}

/** Renders a component with the client of `server`. Returns the user who works with it. */
export function renderWith(server: GraphqlStandIn, component: ComponentChildren): UserEvent {
  render(<Provider value={server.client}>{component}</Provider>);
  return userEvent.setup();
}
