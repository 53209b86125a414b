// Owns what must hold before a mutation is executed: it is the only one of its operation, and the viewer may read every field of the document. Pure.
import {
  type FieldNode,
  GraphQLError,
  GraphQLIncludeDirective,
  type GraphQLNamedType,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  type ValidatedExecutionArgs,
} from 'graphql';
import { ruleOf } from '../../schema/graphql/access.ts';
import { accessRefused, rulesMetBy } from '../../schema/graphql/builder.ts';
import type { Viewer } from '../../schema/graphql/context.ts';

type Arguments = Pick<
  ValidatedExecutionArgs,
  'schema' | 'operation' | 'fragmentDefinitions' | 'variableValues'
>;

/** A field that the operation requests, with the type that has it. */
interface RequestedField {
  readonly type: GraphQLNamedType;
  readonly node: FieldNode;
}

/** Whether `@skip` and `@include` leave it in, with these variables. */
const isIncluded = (node: SelectionNode, { variableValues }: Arguments): boolean =>
  getDirectiveValues(GraphQLSkipDirective, node, variableValues)?.['if'] !== true &&
  getDirectiveValues(GraphQLIncludeDirective, node, variableValues)?.['if'] !== false;

/** The fields of a selection, with those of its fragments. Each fragment is visited once for each type. */
function* fieldsOf(
  set: SelectionSetNode,
  type: GraphQLNamedType,
  args: Arguments,
  visited: Set<string>,
): Generator<RequestedField> {
  for (const selection of set.selections) {
    if (!isIncluded(selection, args)) continue;
    if (selection.kind === Kind.FIELD) {
      yield { type, node: selection };
      continue;
    }
    const inline = selection.kind === Kind.INLINE_FRAGMENT;
    const fragment = inline ? selection : args.fragmentDefinitions[selection.name.value];
    if (!fragment) continue;
    if (!inline) {
      const name = `${selection.name.value} on ${type.name}`;
      if (visited.has(name)) continue;
      visited.add(name);
    }
    const condition = fragment.typeCondition?.name.value;
    const inside = condition === undefined ? type : args.schema.getType(condition);
    if (inside) yield* fieldsOf(fragment.selectionSet, inside, args, visited);
  }
}

/** The scopes of a rule: one of them must be met. A rule that depends on the object is checked when there is one. */
const scopesOf = (rule: unknown): readonly string[] =>
  typeof rule === 'object' && rule !== null ? Object.keys(rule) : [];

/** The rules of the field and of its type that the viewer does not meet. */
function unmetRules(
  { type, node }: RequestedField,
  met: Readonly<Record<string, boolean>>,
): readonly string[] {
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  const field = type.getFields()[node.name.value];
  if (!field) return [];
  return [ruleOf(field), ruleOf(type)]
    .map(scopesOf)
    .filter((scopes) => scopes.length > 0 && !scopes.some((scope) => met[scope] === true))
    .flat();
}

/** The first refusal of a field below these, in the order of the document. */
function accessRefusal(
  fields: Iterable<RequestedField>,
  args: Arguments,
  viewer: Viewer,
  met: Readonly<Record<string, boolean>>,
): GraphQLError | null {
  for (const requested of fields) {
    const { type, node } = requested;
    const unmet = unmetRules(requested, met);
    if (unmet.length > 0) {
      const { message, extensions } = accessRefused(unmet, viewer);
      return new GraphQLError(message, { nodes: [node], extensions });
    }
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
    if (!field || !node.selectionSet) continue;
    const below = fieldsOf(node.selectionSet, getNamedType(field.type), args, new Set());
    const refusal = accessRefusal(below, args, viewer, met);
    if (refusal) return refusal;
  }
  return null;
}

/**
 * Why a mutation must not be executed; null if it may. Judged before anything is executed, so that no effect is hidden by a later refusal: a viewer who
 * may not use every field of the document gets FORBIDDEN, and an operation with several mutations BAD_REQUEST.
 */
export function mutationRefusal(args: Arguments, viewer: Viewer): GraphQLError | null {
  const { schema, operation } = args;
  const type = schema.getMutationType();
  if (!type) return null;
  const fields = [...fieldsOf(operation.selectionSet, type, args, new Set())];
  const refusal = accessRefusal(fields, args, viewer, rulesMetBy(viewer));
  if (refusal) return refusal;
  const names = new Set(
    fields
      .filter(({ node }) => !node.name.value.startsWith('__'))
      .map(({ node }) => (node.alias ?? node.name).value),
  );
  if (names.size <= 1) return null;
  return new GraphQLError(
    `This operation has ${names.size} mutations. Send one mutation in an operation, so that its result cannot be lost with the failure of another.`,
    { nodes: [operation], extensions: { code: 'BAD_REQUEST', http: { status: 400, spec: true } } },
  );
}
