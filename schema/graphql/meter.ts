// Owns charging each field of the schema to the budget of its operation. Not the size of the budget (server/graphql/budget.ts).
import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
  isObjectType,
  isScalarType,
} from 'graphql';
import type { Budget } from './context.ts';

/** The context of an operation; tools that read the schema execute introspection without one. */
type MeteredContext = { readonly budget?: Budget } | undefined;

/** Whether resolving the field reads the database for itself alone: root fields, totals, and fields that say so. Other loads are batched. */
const isHeavy = (field: GraphQLField<unknown, unknown>, isRoot: boolean): boolean =>
  isRoot || field.name === 'totalCount' || field.extensions['heavy'] === true;

/** Charges the text of a leaf: a string, a list of strings, or nothing. */
function chargeText(budget: Budget, value: unknown): void {
  if (typeof value === 'string') budget.text(value.length);
  else if (Array.isArray(value)) for (const each of value) chargeText(budget, each);
}

/** From this length, a list pauses after each part of it. */
const longList = 200;
const partLength = 50;

/** The members of a long list, with pauses. Executing thousands of them in one turn would block the server. */
async function* paused(list: readonly unknown[], budget: Budget): AsyncGenerator<unknown, void> {
  for (const [index, member] of list.entries()) {
    if (index % partLength === 0) await budget.turn(false);
    yield member;
  }
}

type Resolver = GraphQLFieldResolver<unknown, unknown>;
type MeteredResolver = GraphQLFieldResolver<unknown, MeteredContext>;

/** A field with a scalar, an enum or a list of them. It never waits: that would take longer than to resolve it. */
function meteredLeaf(resolve: Resolver, hasText: boolean): MeteredResolver {
  return function meteredField(parent, args, context, info) {
    const value = resolve(parent, args, context, info);
    const budget = context?.budget;
    if (budget === undefined) return value;
    budget.count(info.path.key);
    if (!hasText) return value;
    if (!(value instanceof Promise)) {
      chargeText(budget, value);
      return value;
    }
    return value.then((settled: unknown) => {
      chargeText(budget, settled);
      return settled;
    });
  };
}

/** A field with objects. It waits for its turn. */
function meteredObject(resolve: Resolver, heavy: boolean): MeteredResolver {
  return function meteredField(parent, args, context, info) {
    const budget = context?.budget;
    if (budget === undefined) return resolve(parent, args, context, info);
    budget.count(info.path.key);
    const withPauses = (value: unknown): unknown =>
      Array.isArray(value) && value.length > longList ? paused(value, budget) : value;
    const begin = (): unknown => {
      const value = resolve(parent, args, context, info);
      return value instanceof Promise ? value.then(withPauses) : withPauses(value);
    };
    const turn = budget.turn(heavy);
    return turn === null ? begin() : turn.then(begin);
  };
}

/** Makes every field of the schema, introspection included, charge the budget of its operation. Changes the schema and returns it. */
export function metered(schema: GraphQLSchema): GraphQLSchema {
  const query = schema.getQueryType();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      // The types of introspection are shared by all schemas of the process.
      if (field.resolve?.name === 'meteredField') continue;
      const named = getNamedType(field.type);
      const resolve = field.resolve ?? defaultFieldResolver;
      const hasText = isScalarType(named) && (named.name === 'String' || named.name === 'ID');
      const heavy = isHeavy(field, type === query);
      // A leaf that reads the database waits like an object.
      field.resolve =
        isLeafType(named) && !heavy ? meteredLeaf(resolve, hasText) : meteredObject(resolve, heavy);
    }
  }
  return schema;
}
