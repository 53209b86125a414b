// Owns the size limits of GraphQL documents, which are checked before validation and execution. Pure.
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** The maximum length of a document, in UTF-16 units. */
export const maxDocumentLength = 100_000;
export const maxTokens = 5_000;
/** The maximum depth of fields. Introspection has its own limit in graphql-js. */
const maxDepth = 12;
/** How often a type may occur along one path: `job { interactions { job } }` is allowed, but not to continue from there to `interactions`. */
const maxOccurrences = 2;
/** The maximum number of fields (fields of a fragment count at each of its uses), and of aliases. */
const maxFields = 1_000;
const maxAliases = 50;
/** The maximum number of fragments and operations, of directives, and of repeated fields in a selection: validation time grows with their square. */
const maxDefinitions = 30;
const maxDirectives = 50;
const maxRepeats = 30;
/**
 * The maximum cost of an operation: the number of fields in its result if every list has its maximum length. For a list with `first` that is its
 * value; for other lists a length is assumed. The operations of the web client and the tools cost less than half of it.
 */
const maxCost = 100_000;
const assumedLength = 10;
/** The assumed `first` if its value is a variable, unless the field defines a maximum (`extensions.maximum`). */
const assumedFirst = 100;

const tooLarge = (message: string, node?: OperationDefinitionNode, cost?: Cost): GraphQLError =>
  new GraphQLError(message, {
    ...(node ? { nodes: [node] } : {}),
    extensions: { code: 'TOO_LARGE', ...(cost ? { cost } : {}) },
  });

/** The cost of an operation: how many fields its result can have, and how many are allowed. */
export interface Cost {
  readonly requested: number;
  readonly limit: number;
}

/** Parses a document within the limits. Throws TOO_LARGE and GRAPHQL_PARSE_FAILED, which Yoga adds only to errors of HTTP requests. */
export function parseLimited<Document>(
  source: string,
  parse: (source: string, maxTokens: number) => Document,
): Document {
  if (source.length > maxDocumentLength)
    throw tooLarge(`This document is too long; at most ${maxDocumentLength} characters are allowed.`);
  try {
    return parse(source, maxTokens);
  } catch (error) {
    // The parser is recursive, so deep nesting overflows the stack.
    if (error instanceof RangeError) throw tooLarge('This document is nested too deeply.');
    if (error instanceof GraphQLError) error.extensions['code'] ??= 'GRAPHQL_PARSE_FAILED';
    throw error;
  }
}

interface Size {
  readonly depth: number;
  readonly fields: number;
  readonly aliases: number;
  /** The cost without members of lists whose length is determined further up. */
  readonly cost: number;
  /** The cost of one member of each list whose length is determined further up (by `first` of a connection), or nowhere. */
  readonly costOfMember: number;
  /** How often each object type occurs along one path, at most. */
  readonly occurrences: ReadonlyMap<string, number>;
}

const empty: Size = { depth: 0, fields: 0, aliases: 0, cost: 0, costOfMember: 0, occurrences: new Map() };

/** Counts one more type on each path. Pure. */
function withType(
  occurrences: ReadonlyMap<string, number>,
  name: string | undefined,
): ReadonlyMap<string, number> {
  return name === undefined ? occurrences : new Map(occurrences).set(name, (occurrences.get(name) ?? 0) + 1);
}

const isList = (type: GraphQLOutputType): boolean =>
  isListType(type) || (isNonNullType(type) && isListType(type.ofType));

/** The number of requested members, from `first` or `last`; null if the field has no `first`. */
function pageSizeOf(field: GraphQLField<unknown, unknown> | undefined, node: FieldNode): number | null {
  const argument = field?.args.find(({ name }) => name === 'first');
  if (!field || !argument) return null;
  const { maximum } = field.extensions;
  const largest = typeof maximum === 'number' ? maximum : assumedFirst;
  const requested = (node.arguments ?? [])
    .filter(({ name }) => name.value === 'first' || name.value === 'last')
    .map(({ value }) => (value.kind === Kind.INT ? Math.max(1, Number(value.value)) : largest));
  if (requested.length > 0) return Math.max(...requested);
  const usual = argument.default?.value ?? argument.defaultValue;
  return typeof usual === 'number' ? usual : largest;
}

/** Counts directives and repeated fields. Visits each node once. */
function countSyntax(document: DocumentNode): { directives: number; repeats: number } {
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
        // Its fields belong to the surrounding selection.
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

/** Adds the size of one more part of the same selection. */
function add(sum: { -readonly [Key in keyof Size]: Size[Key] }, size: Size): void {
  sum.depth = Math.max(sum.depth, size.depth);
  sum.fields += size.fields;
  sum.aliases += size.aliases;
  sum.cost += size.cost;
  sum.costOfMember += size.costOfMember;
}

/** Measures the operations of one document. It measures each fragment once, so that it takes no longer than parsing. */
class Measure {
  readonly #schema: GraphQLSchema;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #measured = new Map<FragmentDefinitionNode, Size>();

  constructor(schema: GraphQLSchema, { definitions }: DocumentNode) {
    this.#schema = schema;
    for (const definition of definitions)
      if (definition.kind === Kind.FRAGMENT_DEFINITION)
        this.#fragments.set(definition.name.value, definition);
  }

  ofOperation({ operation, selectionSet }: OperationDefinitionNode): Size {
    const root = {
      [OperationTypeNode.QUERY]: this.#schema.getQueryType(),
      [OperationTypeNode.MUTATION]: this.#schema.getMutationType(),
      [OperationTypeNode.SUBSCRIPTION]: this.#schema.getSubscriptionType(),
    }[operation];
    return this.#ofSelections(selectionSet, root?.name, new Set());
  }

  #ofSelections(set: SelectionSetNode, typeName: string | undefined, path: ReadonlySet<object>): Size {
    const occurrences = new Map<string, number>();
    const sum = { ...empty, occurrences };
    for (const selection of set.selections) {
      const size = this.#ofSelection(selection, typeName, path);
      add(sum, size);
      for (const [name, count] of size.occurrences)
        if (count > (occurrences.get(name) ?? 0)) occurrences.set(name, count);
    }
    return sum;
  }

  #ofSelection(selection: SelectionNode, typeName: string | undefined, path: ReadonlySet<object>): Size {
    if (selection.kind === Kind.FIELD) return this.#ofField(selection, typeName, path);
    if (selection.kind === Kind.INLINE_FRAGMENT)
      return this.#ofSelections(
        selection.selectionSet,
        selection.typeCondition?.name.value ?? typeName,
        path,
      );
    const fragment = this.#fragments.get(selection.name.value);
    // Validation refuses cyclic fragments.
    if (!fragment || path.has(fragment)) return empty;
    const { selectionSet, typeCondition } = fragment;
    const size =
      this.#measured.get(fragment) ??
      this.#ofSelections(selectionSet, typeCondition.name.value, new Set([...path, fragment]));
    this.#measured.set(fragment, size);
    return size;
  }

  #ofField(node: FieldNode, typeName: string | undefined, path: ReadonlySet<object>): Size {
    const type = typeName === undefined ? undefined : this.#schema.getType(typeName);
    const known = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
    const below = node.selectionSet
      ? this.#ofSelections(node.selectionSet, known && getNamedType(known.type).name, path)
      : empty;
    const pageSize = pageSizeOf(known, node);
    const list = known !== undefined && isList(known.type);
    const inside = below.cost + below.costOfMember * (list ? assumedLength : (pageSize ?? assumedLength));
    const introspection = node.name.value.startsWith('__');
    return {
      occurrences: introspection
        ? empty.occurrences
        : withType(below.occurrences, node.selectionSet && known && getNamedType(known.type).name),
      depth: introspection ? 0 : below.depth + 1,
      fields: below.fields + 1,
      aliases: below.aliases + (node.alias ? 1 : 0),
      cost: 1 + (introspection ? below.fields : list ? inside * (pageSize ?? 0) : inside),
      costOfMember: list && pageSize === null && !introspection ? inside : 0,
    };
  }
}

const costOfSize = ({ cost, costOfMember }: Size): Cost => ({
  requested: cost + costOfMember * assumedLength,
  limit: maxCost,
});

/** The cost of the operation with this name; null if none exists, or several and no name. */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
): Cost | null {
  const operation = getOperationAST(document, operationName);
  return operation ? costOfSize(new Measure(schema, document).ofOperation(operation)) : null;
}

/** The limits that an operation exceeds, as messages for its author. */
function exceededBy(size: Size): string[] {
  const { requested: cost } = costOfSize(size);
  const messages: string[] = [];
  if (size.depth > maxDepth)
    messages.push(`This operation is ${size.depth} fields deep; at most ${maxDepth} are allowed.`);
  for (const [name, count] of size.occurrences)
    if (count > maxOccurrences)
      messages.push(
        `This operation requests the type ${name} ${count} times inside of itself; at most ${maxOccurrences} are allowed.`,
      );
  if (size.fields > maxFields)
    messages.push(`This operation requests ${size.fields} fields; at most ${maxFields} are allowed.`);
  if (size.aliases > maxAliases)
    messages.push(`This operation has ${size.aliases} aliases; at most ${maxAliases} are allowed.`);
  if (cost > maxCost)
    messages.push(
      `The result of this operation can have ${cost} fields; at most ${maxCost} are allowed. Request fewer at a time.`,
    );
  return messages;
}

/** The limits that a document exceeds; empty if none. Takes no longer than parsing. */
export function limitErrors(schema: GraphQLSchema, document: DocumentNode): GraphQLError[] {
  const { definitions } = document;
  if (definitions.length > maxDefinitions)
    return [tooLarge(`This document has more than ${maxDefinitions} operations and fragments.`)];
  const { directives, repeats } = countSyntax(document);
  if (directives > maxDirectives)
    return [tooLarge(`This document has ${directives} directives; at most ${maxDirectives} are allowed.`)];
  if (repeats > maxRepeats)
    return [tooLarge(`This document repeats ${repeats} fields; at most ${maxRepeats} are allowed.`)];
  const measure = new Measure(schema, document);
  return definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
    const size = measure.ofOperation(definition);
    return exceededBy(size).map((message) => tooLarge(message, definition, costOfSize(size)));
  });
}
