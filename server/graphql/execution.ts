// Owns executing queries and mutations: within a budget, only while the client is there, and a mutation only as a whole. Not subscriptions (live/sharing.ts).
import {
  AbortedGraphQLExecutionError,
  type ExecutionArgs,
  type ExecutionResult,
  executeRootSelectionSet,
  GraphQLError,
  type OperationDefinitionNode,
  OperationTypeNode,
  validateExecutionArgs,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { withTrace } from '../../schema/model/store/trace-context.ts';
import type { OperationBudget } from './budget.ts';
import { costOf } from './limit.ts';
import { mutationRefusal } from './mutation.ts';
import type { OperationContext } from './operation.ts';

/** The error of a variable (or of an operation name) that does not fit the document, with its code. */
export const badVariables = (error: GraphQLError): GraphQLError =>
  new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    path: error.path ?? null,
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400, spec: true }, ...error.extensions },
  });

/** A result, or the error of the budget if that was used up: the errors of all fields that came too late say the same. */
function resultOf(budget: OperationBudget, result: ExecutionResult): ExecutionResult {
  return budget.error ? { data: null, errors: [budget.error] } : result;
}

/** The result of an execution within its budget. */
export const withinBudget = (
  budget: OperationBudget,
  result: ExecutionResult | Promise<ExecutionResult>,
): ExecutionResult | Promise<ExecutionResult> =>
  result instanceof Promise ? result.then((settled) => resultOf(budget, settled)) : resultOf(budget, result);

/**
 * What a mutation did is in its result even if something else in the document failed afterwards: a field with an error is null, and the fields around
 * it are kept. A mutation that itself failed has no data.
 */
function mutationResult(budget: OperationBudget, { data, errors }: ExecutionResult): ExecutionResult {
  const wasExecuted = !errors?.some(({ path }) => path?.length === 1);
  const shown = budget.error ? [budget.error] : errors;
  return { data: wasExecuted ? (data ?? null) : null, ...(shown ? { errors: shown } : {}) };
}

/** As {@link executeWithin}, with the cost if the client wants to know it. */
async function executeOperation(args: ExecutionArgs, context: OperationContext): Promise<ExecutionResult> {
  const result = await executeWithin(args, context);
  if (!context.wantsCost) return result;
  const cost = costOf(args.schema, args.document, args.operationName);
  return cost === null ? result : { ...result, extensions: { ...result.extensions, cost } };
}

async function executeWithin(args: ExecutionArgs, context: OperationContext): Promise<ExecutionResult> {
  const { budget, viewer } = context;
  const validated = validateExecutionArgs({ ...args, abortSignal: budget.signal });
  if (!('operation' in validated)) return { errors: validated.map(badVariables) };
  try {
    if (validated.operation.operation !== OperationTypeNode.MUTATION)
      return await withinBudget(budget, executeRootSelectionSet(validated));
    const refusal = mutationRefusal(validated, viewer);
    if (refusal) return { errors: [refusal] };
    return await traced(context, fieldsOf(validated.operation), async () =>
      mutationResult(budget, await executeRootSelectionSet({ ...validated, errorPropagation: false })),
    );
  } catch (error) {
    if (error instanceof AbortedGraphQLExecutionError && budget.error) return { errors: [budget.error] };
    throw error;
  }
}

/** The names of the fields at the root of an operation: which mutations it runs. Pure. */
const fieldsOf = ({ selectionSet }: OperationDefinitionNode): string =>
  selectionSet.selections.flatMap((each) => ('name' in each ? [each.name.value] : [])).join(' ');

/** Runs a mutation in a span, whose trace the rows that it writes carry on. */
async function traced(
  { tracing, traceparent }: OperationContext,
  fields: string,
  run: () => Promise<ExecutionResult>,
): Promise<ExecutionResult> {
  if (tracing === null) return await run();
  const span = tracing.begin(`mutation ${fields}`, { parent: traceparent, kind: 'server' });
  try {
    const result = await withTrace(span.traceparent, run);
    span.end({ error: result.errors ? 'the mutation failed' : null });
    return result;
  } catch (error) {
    span.end({ error: 'the mutation failed' });
    throw error;
  }
}

/** Executes the queries and mutations of an engine. */
export const executing: Plugin<OperationContext> = {
  onExecute({ args, setExecuteFn }) {
    setExecuteFn((given: ExecutionArgs) => executeOperation(given, args.contextValue));
  },
};
