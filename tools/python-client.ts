// Owns typed Python for the documents of a tool: TypedDicts of variables and results, and the documents.
// A package of Python does the same with more features; this one needs nothing but the standard library. Not how they are sent (examples/python).
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLInputObjectType,
  GraphQLNonNull,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLType,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  type TypeNode,
  typeFromAST,
} from 'graphql';

const scalars: Readonly<Record<string, string>> = {
  ID: 'str',
  String: 'str',
  DateTime: 'str',
  Int: 'int',
  Float: 'float',
  Boolean: 'bool',
};

const head = `# Written by \`npm run codegen\` (tools/python-client.ts) from operations.graphql and the schema. Do not edit.
"""The operations of this tool, with the types of their variables and results. Values of enums and members of unions may be added."""

from dataclasses import dataclass
from typing import Any, Generic, List, Literal, Mapping, Optional, TypedDict, TypeVar, Union

Variables = TypeVar("Variables", bound=Mapping[str, Any])
Data = TypeVar("Data")


@dataclass(frozen=True)
class Operation(Generic[Variables, Data]):
    """A document that takes Variables and results in Data."""

    name: str
    document: str
`;

/** Writes the definitions that operations need, each before it is used. */
class PythonModule {
  readonly #schema: GraphQLSchema;
  readonly #definitions = new Map<string, string>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  addOperation(operation: OperationDefinitionNode): void {
    const name = operation.name?.value ?? '';
    const root = this.#schema.getRootType(operation.operation);
    if (!root || name === '') throw new Error('each operation needs a name, and a type of the schema');
    const data = this.#resultType(`${name}Data`, root, operation.selectionSet);
    const variables = (operation.variableDefinitions ?? []).map(
      ({ variable, type }) => [variable.name.value, this.#variableType(type)] as const,
    );
    this.#dictionary(`${name}Variables`, variables);
    const constant = name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
    const type = `Operation[${name}Variables, ${data}]`;
    this.#definitions.set(
      constant,
      `${constant}: ${type} = Operation(\n    "${name}",\n    """${print(operation)}""",\n)`,
    );
  }

  text(): string {
    return [head.trimEnd(), ...this.#definitions.values()].join('\n\n');
  }

  #dictionary(name: string, members: readonly (readonly [string, string])[], isPartial = false): string {
    // Not a class: the name of a member can be a keyword of Python, or begin with two underscores.
    const lines = members.map(([key, type]) => `        "${key}": ${type},\n`).join('');
    const partial = isPartial ? '    total=False,\n' : '';
    this.#definitions.set(name, `${name} = TypedDict(\n    "${name}",\n    {\n${lines}    },\n${partial})`);
    return name;
  }

  #variableType(node: TypeNode): string {
    const nullable = node.kind === Kind.NON_NULL_TYPE ? node.type : node;
    if (nullable.kind !== Kind.NAMED_TYPE) throw new Error('variables that are lists are not supported');
    const found = typeFromAST(this.#schema, nullable);
    if (!found) throw new Error(`unknown type ${print(node)}`);
    const type = node.kind === Kind.NON_NULL_TYPE ? new GraphQLNonNull(found) : found;
    return this.#typeOf(type, (named) => {
      if (isInputObjectType(named)) return this.#inputType(named);
      return this.#leafType(named);
    });
  }

  /** All members can be left out here, because a TypedDict cannot say it of some without a newer Python. The server checks them. */
  #inputType(type: GraphQLInputObjectType): string {
    const members = Object.values(type.getFields()).map(
      (field) =>
        [
          field.name,
          this.#typeOf(field.type, (named) =>
            isInputObjectType(named) ? this.#inputType(named) : this.#leafType(named),
          ),
        ] as const,
    );
    return this.#dictionary(type.name, members, true);
  }

  #leafType(type: GraphQLType): string {
    if (isScalarType(type)) return scalars[type.name] ?? 'Any';
    if (!isEnumType(type)) throw new Error(`${String(type)} is not a leaf`);
    const values = type.getValues().map(({ name }) => `"${name}"`);
    this.#definitions.set(
      type.name,
      `${type.name} = Literal[\n${values.map((each) => `    ${each},\n`).join('')}]`,
    );
    return type.name;
  }

  /** A type with its lists and nulls. */
  #typeOf(type: GraphQLType, nameOf: (named: GraphQLType) => string): string {
    if (!isNonNullType(type)) {
      const inner = this.#withoutNull(type, nameOf);
      return `Optional[${inner}]`;
    }
    return this.#withoutNull(type, nameOf);
  }

  #withoutNull(type: GraphQLType, nameOf: (named: GraphQLType) => string): string {
    const nullable = getNullableType(type);
    return isListType(nullable)
      ? `List[${this.#typeOf(nullable.ofType, nameOf)}]`
      : nameOf(getNamedType(nullable));
  }

  /** The type of a selection: a TypedDict, or one for each possible type. */
  #resultType(name: string, type: GraphQLCompositeType, selections: SelectionSetNode): string {
    if (isObjectType(type)) return this.#objectType(name, type, selections);
    if (!isAbstractType(type)) throw new Error(`${String(type)} cannot be selected`);
    const members = this.#schema
      .getPossibleTypes(type)
      .map((member) => this.#objectType(`${name}_${member.name}`, member, selections));
    this.#definitions.set(name, `${name} = Union[\n${members.map((each) => `    ${each},\n`).join('')}]`);
    return name;
  }

  #objectType(name: string, type: GraphQLObjectType, selections: SelectionSetNode): string {
    const members = this.#fieldsOf(type, selections.selections).map((field) => {
      const key = field.alias?.value ?? field.name.value;
      if (field.name.value === '__typename') return [key, `Literal["${type.name}"]`] as const;
      const definition = type.getFields()[field.name.value];
      if (!definition) throw new Error(`${type.name} has no field ${field.name.value}`);
      const nested = (named: GraphQLType): string =>
        isCompositeType(named) && field.selectionSet
          ? this.#resultType(`${name}_${key}`, named, field.selectionSet)
          : this.#leafType(named);
      return [key, this.#typeOf(definition.type, nested)] as const;
    });
    return this.#dictionary(name, members);
  }

  /** The fields that are selected of this type, fragments included. */
  #fieldsOf(type: GraphQLObjectType, selections: readonly SelectionNode[]) {
    return selections.flatMap((selection): FieldNode[] => {
      if (selection.kind === Kind.FIELD) return [selection];
      if (selection.kind === Kind.FRAGMENT_SPREAD) throw new Error('named fragments are not supported');
      const condition = selection.typeCondition && this.#schema.getType(selection.typeCondition.name.value);
      const applies =
        condition === undefined ||
        condition === type ||
        (isAbstractType(condition) && this.#schema.isSubType(condition, type));
      return applies ? this.#fieldsOf(type, selection.selectionSet.selections) : [];
    });
  }
}

/** The module for the operations of a document. */
export function pythonModuleOf(schema: GraphQLSchema, document: DocumentNode): string {
  const module = new PythonModule(schema);
  for (const definition of document.definitions)
    if (definition.kind === Kind.OPERATION_DEFINITION) module.addOperation(definition);
  return module.text();
}
