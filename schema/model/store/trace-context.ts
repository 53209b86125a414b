// Owns the trace context of what is being done, which rows carry to other processes. Not recording spans (schema/process/tracing.ts).
import { AsyncLocalStorage } from 'node:async_hooks';

const context = new AsyncLocalStorage<string | null>();

/** Runs a function, whose rows get this `traceparent` (W3C Trace Context); null if none. */
export const withTrace = <Result>(traceparent: string | null, run: () => Result): Result =>
  context.run(traceparent, run);

/** The `traceparent` for a row that is being written; null if no trace is recorded. */
export const currentTrace = (): string | null => context.getStore() ?? null;
