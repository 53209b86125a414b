// Owns sharing results between subscribers: an event that many subscriptions have in common is executed and serialized once. Not the events (log/reader.ts), not the transport (socket.ts).
import { createHash } from 'node:crypto';
import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  executeSubscriptionEvent,
  Kind,
  mapSourceToResponseEvent,
  type subscribe,
  type ValidatedSubscriptionArgs,
  validateSubscriptionArgs,
  visit,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { badVariables, withinBudget } from '../graphql/execution.ts';
import type { OperationContext } from '../graphql/operation.ts';
import type { Serialized } from './serialized-payload.ts';
import { isDirectStream } from './stream.ts';

/**
 * Subscriptions whose results are shared: they depend only on the event, the selection and the role of the viewer. The fields of a job load
 * questions and stops; each change of those is a new event of the job.
 */
const shareable: ReadonlySet<string> = new Set([
  'jobLog',
  'jobUpdates',
  'systemUpdates',
  'errorLogUpdates',
  'jobHealthUpdates',
]);

/** A result that several subscribers receive. */
interface Shared extends ExecutionResult, Serialized {}

const isShared = (result: object): result is Shared => 'stringify' in result && 'frameEnd' in result;

/** A shared result, which is serialized once; null for any other result. */
export const serializedOf = (result: object): Serialized | null => (isShared(result) ? result : null);

/**
 * Subscriptions with the same key have the same result for an event. It consists of document, operation, role, and all variables except those that
 * only select the event (job and cursor). `null` if the result cannot be shared. Pure.
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
  if (field?.kind !== Kind.FIELD || another !== undefined || !shareable.has(field.name.value)) return null;
  const source = document.loc?.source.body;
  if (source === undefined) return null;
  const selecting = new Set<string>();
  for (const { value } of field.arguments ?? []) {
    if (value.kind === Kind.VARIABLE) selecting.add(value.name.value);
  }
  const uses = new Map<string, number>();
  visit(document, {
    VariableDefinition: ({ directives }) => (directives?.length ? undefined : false),
    Variable: ({ name }) => void uses.set(name.value, (uses.get(name.value) ?? 0) + 1),
  });
  const others = Object.entries(rawVariableValues ?? {})
    .filter(([name]) => !(selecting.has(name) && uses.get(name) === 1))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const parts = JSON.stringify([source, operation.name?.value ?? null, role, others]);
  // A hash saves memory: one key is kept for each subscription.
  return createHash('sha256').update(parts).digest('base64');
}

/** The results of each event by key, garbage-collected with the event. A promise: it is being executed. */
const executed = new WeakMap<object, Map<string, ExecutionResult | Promise<ExecutionResult>>>();

function executeOnce(
  key: string,
  event: ValidatedSubscriptionArgs,
): ReturnType<typeof executeSubscriptionEvent> {
  const { rootValue } = event;
  if (typeof rootValue !== 'object' || rootValue === null) return executeSubscriptionEvent(event);
  const results = executed.get(rootValue) ?? new Map<string, ExecutionResult | Promise<ExecutionResult>>();
  executed.set(rootValue, results);
  const existing = results.get(key);
  // An error may concern only the subscriber for whom the event was executed, for example because that client has disconnected.
  if (existing instanceof Promise)
    return existing.then((result) => (isShareable(result) ? result : executeSubscriptionEvent(event)));
  if (existing) return existing;
  const result = executeSubscriptionEvent(event);
  if (!(result instanceof Promise)) {
    if (!isShareable(result)) return result;
    const shared = withText(result);
    results.set(key, shared);
    return shared;
  }
  const pending = result.then((settled) => (isShareable(settled) ? withText(settled) : settled));
  results.set(key, pending);
  // A later subscriber must not get the error.
  pending.then(
    (settled) => void (isShareable(settled) || results.delete(key)),
    () => results.delete(key),
  );
  return pending;
}

const isShareable = (result: ExecutionResult): boolean => 'data' in result && !result.errors;

/** The result with its JSON, which is made for the first subscriber that needs it. */
function withText(result: ExecutionResult): Shared {
  let text: string | null = null;
  let bytes: Buffer | null = null;
  const stringify = (): string => {
    text ??= JSON.stringify(result);
    return text;
  };
  const frameEnd = (): Buffer => {
    bytes ??= Buffer.from(`${stringify()}}`);
    return bytes;
  };
  return { ...result, stringify, frameEnd };
}

async function subscribeSharing(
  args: ExecutionArgs,
  context: OperationContext,
): Promise<Awaited<ReturnType<typeof subscribe>>> {
  const validated = validateSubscriptionArgs(args);
  if (!('operation' in validated)) return { errors: validated.map(badVariables) };
  const key = sharingKey(validated, context.viewer.role);
  const stream = await createSourceEventStream(validated);
  // Access and arguments were checked above, for each subscription separately.
  if (!(Symbol.asyncIterator in stream)) return stream;
  // The client whose subscription executes an event may go before the others have the result.
  const budget = key === null ? context.budget : context.budget.independent();
  const own = { ...validated, contextValue: { ...context, budget } };
  const { deliver } = context;
  if (key !== null && deliver !== null && isDirectStream(stream)) {
    stream.direct.take = (event) => {
      const known = executed.get(event)?.get(key);
      if (known === undefined) budget.begin();
      const result = known ?? executeOnce(key, { ...own, rootValue: event });
      // Anything else, such as an error, goes through the iteration.
      return isShared(result) && deliver(result);
    };
  }
  return mapSourceToResponseEvent(own, stream, (event) => {
    budget.begin();
    return withinBudget(budget, key === null ? executeSubscriptionEvent(event) : executeOnce(key, event));
  });
}

/** Shares results between the subscriptions of an engine. */
export const sharing: Plugin<OperationContext> = {
  onSubscribe({ args, setSubscribeFn }) {
    setSubscribeFn((given: ExecutionArgs) => subscribeSharing(given, args.contextValue));
  },
};
