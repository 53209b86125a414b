// Owns how large a GraphQL document may be before anything of it is validated or executed. Pure.
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';

/** The longest document, in UTF-16 units; the most tokens in it. */
export const longestDocument = 100_000;
export const maxTokens = 5_000;
/** How deep fields may be nested; introspection has a limit of its own among GraphQL's rules. */
const deepest = 12;
/** How many fields may be asked for, those of a fragment counted wherever it is spread; and how many of them under another name. */
const mostFields = 1_000;
const mostAliases = 50;
/** How many fragments and operations a document may have, how many directives, and how many fields that stand beside one of the same name: validation compares each with each. */
const mostDefinitions = 30;
const mostDirectives = 50;
const mostRepeats = 30;
/**
 * What an operation may cost: the number of fields that are answered when every list is as long as it can be asked to be. A list that is asked for with
 * `first` is that long; of any other list a length is assumed. All that the page and the tools ask for costs less than half of it.
 */
const mostCost = 100_000;
const assumedLength = 10;
/** The `first` of a field whose value is in a variable, unless the field says more (`extensions.maximum`). */
const assumedMost = 100;

const tooLarge = (message: string, node?: OperationDefinitionNode): GraphQLError =>
  new GraphQLError(message, { ...(node ? { nodes: [node] } : {}), extensions: { code: 'TOO_LARGE' } });

/** Parses, but no more than is allowed. Throws TOO_LARGE. */
export function parseLimited<Document>(
  source: string,
  parse: (source: string, maxTokens: number) => Document,
): Document {
  if (source.length > longestDocument)
    throw tooLarge(`This document is too long; at most ${longestDocument} characters are allowed.`);
  try {
    return parse(source, maxTokens);
  } catch (error) {
    // The parser calls itself at each opening bracket.
    if (error instanceof RangeError) throw tooLarge('This document is nested too deeply.');
    throw error;
  }
}

interface Size {
  readonly depth: number;
  readonly fields: number;
  readonly aliases: number;
  /** Of what is not in a list of this selection. */
  readonly cost: number;
  /** Of one member of each list of this selection: how long they are is said above them, or nowhere. */
  readonly costOfMember: number;
}

const empty: Size = { depth: 0, fields: 0, aliases: 0, cost: 0, costOfMember: 0 };

const isList = (type: GraphQLOutputType): boolean =>
  isListType(type) || (isNonNullType(type) && isListType(type.ofType));

/** How many the field is asked for, as its `first` or `last` says; null where it has no `first`. */
function pageOf(field: GraphQLField<unknown, unknown> | undefined, node: FieldNode): number | null {
  const argument = field?.args.find(({ name }) => name === 'first');
  if (!field || !argument) return null;
  const { maximum } = field.extensions;
  const largest = typeof maximum === 'number' ? maximum : assumedMost;
  const wished = (node.arguments ?? [])
    .filter(({ name }) => name.value === 'first' || name.value === 'last')
    .map(({ value }) => (value.kind === Kind.INT ? Math.max(1, Number(value.value)) : largest));
  if (wished.length > 0) return Math.max(...wished);
  const usual = argument.default?.value ?? argument.defaultValue;
  return typeof usual === 'number' ? usual : largest;
}

/** What a document has as it stands, however its fragments are used. Each node is looked at once. */
function counted(document: DocumentNode): { directives: number; repeats: number } {
  let directives = 0;
  let repeats = 0;
  const count = (set: SelectionSetNode, seen: Set<string>): void => {
    for (const selection of set.selections) {
      directives += selection.directives?.length ?? 0;
      if (selection.kind === Kind.FIELD) {
        const { value } = selection.alias ?? selection.name;
        if (seen.has(value)) repeats++;
        seen.add(value);
        if (selection.selectionSet) count(selection.selectionSet, new Set());
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        // Its fields stand beside those around it.
        count(selection.selectionSet, seen);
      }
    }
  };
  for (const definition of document.definitions) {
    if ('directives' in definition) directives += definition.directives?.length ?? 0;
    if (definition.kind === Kind.OPERATION_DEFINITION)
      for (const variable of definition.variableDefinitions ?? [])
        directives += variable.directives?.length ?? 0;
    if ('selectionSet' in definition) count(definition.selectionSet, new Set());
  }
  return { directives, repeats };
}

/** Why a document is not looked at any further; empty: it may be. Fragments are measured once each, so that measuring takes no longer than reading. */
export function limitErrors(schema: GraphQLSchema, document: DocumentNode): GraphQLError[] {
  const { definitions } = document;
  if (definitions.length > mostDefinitions)
    return [tooLarge(`This document has more than ${mostDefinitions} operations and fragments.`)];
  const { directives, repeats } = counted(document);
  if (directives > mostDirectives)
    return [tooLarge(`This document has ${directives} directives; at most ${mostDirectives} are allowed.`)];
  if (repeats > mostRepeats)
    return [
      tooLarge(
        `This document asks ${repeats} times for what it asks for already; at most ${mostRepeats} times are allowed.`,
      ),
    ];

  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const measured = new Map<FragmentDefinitionNode, Size>();

  function sizeOfField(node: FieldNode, typeName: string | undefined, path: ReadonlySet<object>): Size {
    const type = typeName === undefined ? undefined : schema.getType(typeName);
    const known = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
    const below = node.selectionSet
      ? sizeOf(node.selectionSet, known && getNamedType(known.type).name, path)
      : empty;
    const page = pageOf(known, node);
    const list = known !== undefined && isList(known.type);
    const inside = below.cost + below.costOfMember * (list ? assumedLength : (page ?? assumedLength));
    const introspection = node.name.value.startsWith('__');
    return {
      depth: introspection ? 0 : below.depth + 1,
      fields: below.fields + 1,
      aliases: below.aliases + (node.alias ? 1 : 0),
      cost: 1 + (introspection ? below.fields : list ? inside * (page ?? 0) : inside),
      costOfMember: list && page === null && !introspection ? inside : 0,
    };
  }

  function sizeOf(set: SelectionSetNode, typeName: string | undefined, path: ReadonlySet<object>): Size {
    let { depth, fields, aliases, cost, costOfMember } = empty;
    for (const selection of set.selections) {
      let size: Size;
      if (selection.kind === Kind.FIELD) {
        size = sizeOfField(selection, typeName, path);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        size = sizeOf(selection.selectionSet, selection.typeCondition?.name.value ?? typeName, path);
      } else {
        const fragment = fragments.get(selection.name.value);
        // A fragment within itself is refused by another rule.
        if (!fragment || path.has(fragment)) continue;
        size =
          measured.get(fragment) ??
          sizeOf(fragment.selectionSet, fragment.typeCondition.name.value, new Set([...path, fragment]));
        measured.set(fragment, size);
      }
      depth = Math.max(depth, size.depth);
      fields += size.fields;
      aliases += size.aliases;
      cost += size.cost;
      costOfMember += size.costOfMember;
    }
    return { depth, fields, aliases, cost, costOfMember };
  }

  const rootOf = {
    [OperationTypeNode.QUERY]: schema.getQueryType(),
    [OperationTypeNode.MUTATION]: schema.getMutationType(),
    [OperationTypeNode.SUBSCRIPTION]: schema.getSubscriptionType(),
  };
  const errors: GraphQLError[] = [];
  for (const operation of definitions) {
    if (operation.kind !== Kind.OPERATION_DEFINITION) continue;
    const size = sizeOf(operation.selectionSet, rootOf[operation.operation]?.name, new Set());
    const cost = size.cost + size.costOfMember * assumedLength;
    const refuse = (message: string): void => void errors.push(tooLarge(message, operation));
    if (size.depth > deepest)
      refuse(`This operation is ${size.depth} fields deep; at most ${deepest} are allowed.`);
    if (size.fields > mostFields)
      refuse(`This operation asks for ${size.fields} fields; at most ${mostFields} are allowed.`);
    if (size.aliases > mostAliases)
      refuse(`This operation has ${size.aliases} aliases; at most ${mostAliases} are allowed.`);
    if (cost > mostCost)
      refuse(
        `This operation can be answered with ${cost} fields; at most ${mostCost} are allowed. Ask for fewer at a time.`,
      );
  }
  return errors;
}
