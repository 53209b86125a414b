// Owns that what many subscribers get alike is executed and written out once. Not what is given to them (log.ts), not how it is sent (socket.ts).
import { createHash } from 'node:crypto';
import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  executeSubscriptionEvent,
  Kind,
  mapSourceToResponseEvent,
  subscribe,
  type ValidatedSubscriptionArgs,
  validateSubscriptionArgs,
  visit,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../schema/graphql/context.ts';

/**
 * Subscriptions whose events are shared: below them nothing depends on anything but the event, the selection and the role of whoever asks.
 * Not those of jobs: their questions and stops are loaded when they are asked for.
 */
const alike: ReadonlySet<string> = new Set(['jobLog']);

/** A result that several subscribers get. */
interface Shared extends ExecutionResult {
  /** Its text, written once. Yoga asks for it by this name, for event streams. */
  readonly stringify: () => string;
}

/** The text of a result that is shared; null of any other. */
export function sharedText(result: object): string | null {
  return 'stringify' in result && typeof result.stringify === 'function' ? String(result.stringify()) : null;
}

/**
 * What two subscriptions must have in common for one to get what was executed for the other: document, operation, role, and all variables but
 * those that only choose the event (job and cursor: the event is the same, so they are). `null`: nothing is shared. Pure.
 */
export function sharingKey(
  {
    document,
    operation,
    rawVariableValues,
  }: Pick<ValidatedSubscriptionArgs, 'document' | 'operation' | 'rawVariableValues'>,
  role: string,
): string | null {
  const [field, another] = operation.selectionSet.selections;
  if (field?.kind !== Kind.FIELD || another !== undefined || !alike.has(field.name.value)) return null;
  const source = document.loc?.source.body;
  if (source === undefined) return null;
  const choosing = new Set<string>();
  for (const { value } of field.arguments ?? []) {
    if (value.kind === Kind.VARIABLE) choosing.add(value.name.value);
  }
  const uses = new Map<string, number>();
  visit(document, {
    VariableDefinition: ({ directives }) => (directives?.length ? undefined : false),
    Variable: ({ name }) => void uses.set(name.value, (uses.get(name.value) ?? 0) + 1),
  });
  const others = Object.entries(rawVariableValues ?? {})
    .filter(([name]) => !(choosing.has(name) && uses.get(name) === 1))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const all = JSON.stringify([source, operation.name?.value ?? null, role, others]);
  // Short: one is kept for each subscription.
  return createHash('sha256').update(all).digest('base64');
}

/** What was executed for each event, by key. Gone with the event. */
const executed = new WeakMap<object, Map<string, ExecutionResult>>();

function once(key: string, event: ValidatedSubscriptionArgs): ReturnType<typeof executeSubscriptionEvent> {
  const { rootValue } = event;
  if (typeof rootValue !== 'object' || rootValue === null) return executeSubscriptionEvent(event);
  const known = executed.get(rootValue) ?? new Map<string, ExecutionResult>();
  executed.set(rootValue, known);
  const before = known.get(key);
  if (before) return before;
  const result = executeSubscriptionEvent(event);
  // What has to be waited for depends on more than the event; an error is for the one who made it.
  if (result instanceof Promise || !('data' in result) || result.errors) return result;
  let text: string | null = null;
  const shared: Shared = {
    ...result,
    stringify: () => {
      text ??= JSON.stringify(result);
      return text;
    },
  };
  known.set(key, shared);
  return shared;
}

async function subscribeSharing(
  args: ExecutionArgs,
  role: string,
): Promise<Awaited<ReturnType<typeof subscribe>>> {
  const validated = validateSubscriptionArgs(args);
  if (!('operation' in validated)) return { errors: validated };
  const key = sharingKey(validated, role);
  if (key === null) return await subscribe(args);
  const stream = await createSourceEventStream(validated);
  // Whoever may not subscribe, or asks for what is not there, has been refused by now: each is judged by themselves.
  return Symbol.asyncIterator in stream
    ? mapSourceToResponseEvent(validated, stream, (event) => once(key, event))
    : stream;
}

/** Shares the events of all subscriptions of an engine that can be. */
export const sharing: Plugin<Context> = {
  onSubscribe({ args, setSubscribeFn }) {
    setSubscribeFn((given: ExecutionArgs) => subscribeSharing(given, args.contextValue.viewer.role));
  },
};
