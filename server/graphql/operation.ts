// Owns what a transport passes to the GraphQL engine with each operation. Imports no transport and no engine.
import type { Identity } from '../sign-in/identity.ts';

/** A client that wants a response that ends soon (`Prefer: wait=N`). */
export interface Wait {
  /** Seconds until the response is sent, even without an event: 0 to 60. */
  readonly seconds: number;
  /** Aborted when the client disconnects or the server closes. The response is then sent at once. */
  readonly signal: AbortSignal;
}

/** Who sent an operation, and from where. */
export interface OperationOrigin {
  readonly identity: Identity;
  /** The client's IP address; null if unknown. */
  readonly address: string | null;
  /** Only for an event stream that must end soon. */
  readonly wait?: Wait;
}
