// Owns what a transport passes to the GraphQL engine with each operation, and the context of its execution. Imports no transport and no engine.
import type { Context } from '../../schema/graphql/context.ts';
import type { Tracing } from '../../schema/process/span.ts';
import type { Serialized } from '../live/serialized-payload.ts';
import type { Identity } from '../sign-in/identity.ts';
import type { OperationBudget } from './budget.ts';

/** The context of an operation on this server. */
export type OperationContext = Context & {
  readonly budget: OperationBudget;
  /** Null if no traces are recorded. */
  readonly tracing: Tracing | null;
  /** See {@link OperationOrigin}. */
  readonly traceparent: string | null;
  /** Whether the client wants to know the cost: `extensions: { cost: true }` in the request. */
  readonly wantsCost: boolean;
  /** See {@link OperationOrigin}. */
  readonly deliver: Deliver | null;
} & Pick<OperationOrigin, 'client' | 'addHeader'>;

/** The tool that sent an operation, as it names itself; null if it does not. */
export interface ClientName {
  readonly name: string | null;
  readonly version: string | null;
}

/** Sends a result of a subscription to its client if it can be sent now; false: it was not sent. */
export type Deliver = (result: Serialized) => boolean;

/** A client that wants a response that ends soon (`Prefer: wait=N`). */
export interface Wait {
  /** Seconds until the response is sent, even without an event: 0 to 60. */
  readonly seconds: number;
  /** Aborted when the client disconnects or the server closes. The response is then sent immediately. */
  readonly signal: AbortSignal;
}

/** Who sent an operation, and from where. */
export interface OperationOrigin {
  readonly identity: Identity;
  /** The client's IP address; null if unknown. */
  readonly address: string | null;
  readonly client: ClientName;
  /** Adds a header to the response. Does nothing over a WebSocket. */
  readonly addHeader: (name: string, value: string) => void;
  /** The `traceparent` that the client sent (W3C Trace Context); null if none. */
  readonly traceparent?: string | null;
  /** Aborted when the client disconnects or cancels the operation: it is not executed any further. */
  readonly signal: AbortSignal;
  /** Registers the response as a stream; false: it must be refused. A WebSocket is registered as a whole. */
  readonly openStream: () => boolean;
  /** Sends a result past the steps of the transport; null or missing if it cannot do that. */
  readonly deliver?: Deliver | null;
  /** Only for an event stream that must end soon. */
  readonly wait?: Wait;
}
