// Owns random GraphQL operations that fit the schema, with fragments, directives and variables. Pure.
import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';
import type { Random } from '../crash/random.ts';

/** An operation as a client sends it. */
export interface RandomOperation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Values that a client can send for any scalar. */
const oddTexts = [
  '',
  '0',
  '-1',
  '1',
  '2147483647',
  '99999999999',
  'x',
  '\u0000',
  '\ud800',
  '١',
  'a'.repeat(300),
  '%',
  '(a+)+$',
];
const oddNumbers = [0, 1, -1, 5, 100, 101, 5_000, 2_147_483_647, -2_147_483_648];

/** Makes operations; the same random numbers make the same ones. */
export class OperationMaker {
  readonly #schema: GraphQLSchema;
  readonly #random: Random;
  #fragments: string[] = [];
  #variables: Record<string, unknown> = {};
  #declared: string[] = [];

  constructor(schema: GraphQLSchema, random: Random) {
    this.#schema = schema;
    this.#random = random;
  }

  /** One operation. Most are valid. */
  make(): RandomOperation {
    this.#fragments = [];
    this.#variables = {};
    this.#declared = [];
    const kind = this.#random.pick(['query', 'query', 'query', 'mutation', 'subscription'] as const);
    const root = {
      query: this.#schema.getQueryType(),
      mutation: this.#schema.getMutationType(),
      subscription: this.#schema.getSubscriptionType(),
    }[kind];
    if (!root) throw new Error(`the schema has no ${kind}`);
    const count = kind === 'query' ? this.#random.integer(1, 4) : 1;
    const any = this.#selection(root, this.#random.integer(1, 9), count);
    // A subscription has one field.
    const selection = kind === 'subscription' ? any.replace('__typename ', '') : any;
    const declared = this.#declared.length > 0 ? `(${this.#declared.join(', ')})` : '';
    return {
      query: `${kind} fuzz${declared} ${selection} ${this.#fragments.join(' ')}`,
      variables: this.#variables,
    };
  }

  #selection(type: GraphQLNamedType, depth: number, count = this.#random.integer(1, 6)): string {
    if (isUnionType(type)) {
      const members = type
        .getTypes()
        .map((member) => `... on ${member.name} ${this.#selection(member, depth - 1)}`);
      return `{ __typename ${members.join(' ')} ... on Refusal { code message } }`;
    }
    if (!isObjectType(type)) return '{ __typename }';
    const fields = Object.values(type.getFields());
    const chosen = Array.from({ length: count }, () => this.#field(this.#random.pick(fields), depth));
    const body = `{ __typename ${chosen.join(' ')} }`;
    if (!this.#random.chance(0.15) || depth < 2) return body;
    const name = `f${this.#fragments.length}`;
    this.#fragments.push(`fragment ${name} on ${type.name} ${body}`);
    return this.#random.chance(0.5) ? `{ ...${name} }` : `{ ... on ${type.name} { ...${name} ...${name} } }`;
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number): string {
    const named = getNamedType(field.type);
    if (!isLeafType(named) && depth <= 0) return '__typename';
    const args = field.args
      .filter(({ type }) => isNonNullType(type) || this.#random.chance(0.5))
      .map(({ name, type }) => `${name}: ${this.#argument(type)}`);
    const alias = `a${this.#random.integer(0, 60)}${field.name}: `;
    const given = args.length > 0 ? `(${args.join(', ')})` : '';
    const below = isLeafType(named) ? '' : ` ${this.#selection(named, depth - 1)}`;
    return `${alias}${field.name}${given}${this.#directive()}${below}`;
  }

  #directive(): string {
    if (!this.#random.chance(0.1)) return '';
    const name = `v${this.#declared.length}`;
    this.#declared.push(`$${name}: Boolean!`);
    this.#variables[name] = this.#random.chance(0.9) ? this.#random.chance(0.5) : 'no';
    return this.#random.pick([` @include(if: $${name})`, ` @skip(if: $${name})`]);
  }

  #argument(type: GraphQLInputType): string {
    if (!this.#random.chance(0.3)) return this.#literal(type);
    const name = `v${this.#declared.length}`;
    this.#declared.push(`$${name}: ${type}`);
    this.#variables[name] = this.#random.chance(0.8)
      ? this.#value(type)
      : this.#random.pick([null, [], {}, 'x', 1.5]);
    return `$${name}`;
  }

  #literal(type: GraphQLInputType): string {
    if (isNonNullType(type)) return this.#literal(type.ofType);
    if (isListType(type))
      return `[${Array.from({ length: this.#random.integer(0, 3) }, () => this.#literal(type.ofType)).join(', ')}]`;
    if (isInputObjectType(type)) {
      const given = Object.values(type.getFields()).filter(
        (each) => isNonNullType(each.type) || this.#random.chance(0.4),
      );
      return `{ ${given.map((each) => `${each.name}: ${this.#literal(each.type)}`).join(', ')} }`;
    }
    if (isEnumType(type)) return this.#random.pick(type.getValues()).name;
    return JSON.stringify(this.#value(type));
  }

  #value(type: GraphQLInputType): unknown {
    if (isNonNullType(type)) return this.#value(type.ofType);
    if (isListType(type))
      return Array.from({ length: this.#random.integer(0, 60) }, () => this.#value(type.ofType));
    if (isInputObjectType(type)) {
      const given = Object.values(type.getFields()).filter(
        (each) => isNonNullType(each.type) || this.#random.chance(0.4),
      );
      return Object.fromEntries(given.map((each) => [each.name, this.#value(each.type)]));
    }
    if (isEnumType(type)) return this.#random.pick(type.getValues()).name;
    if (type.name === 'Int') return this.#random.pick(oddNumbers);
    if (type.name === 'Boolean') return this.#random.chance(0.5);
    return this.#random.pick(oddTexts);
  }
}
