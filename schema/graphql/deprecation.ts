// Owns how something in the schema is deprecated: the form of the reason, the list of what is deprecated, and the schema without it.
import { MapperKind, mapSchema } from '@graphql-tools/utils';
import { type GraphQLSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';

/** A deprecated part of the schema. */
export interface Deprecation {
  /** `Type.field`, `Type.field(argument:)` or `Enum.VALUE`. */
  readonly coordinate: string;
  readonly reason: string;
  /** The day on which it was deprecated, and after which it is removed: milliseconds since 1970 UTC. */
  readonly since: number;
  readonly removedAfter: number;
}

/** How long something stays deprecated before it is removed, in days. */
const minDays = 90;
const dayLength = 86_400_000;

/**
 * The reason of a deprecation, for `deprecationReason` of a field. `use`: what replaces it. `since`, `removedAfter`: days (`2026-11-29`), at least 90
 * days apart. Throws if a day is invalid or too early. Pure.
 */
export function deprecated({
  use,
  since,
  removedAfter,
}: {
  use: string;
  since: string;
  removedAfter: string;
}): string {
  if (!(Date.parse(removedAfter) - Date.parse(since) >= minDays * dayLength))
    throw new Error(
      `${removedAfter} is less than ${minDays} days after ${since}, or one of them is not a day`,
    );
  return `use ${use}; removed after ${removedAfter} (deprecated on ${since})`;
}

const reasonForm = /^use .+; removed after (\d{4}-\d\d-\d\d) \(deprecated on (\d{4}-\d\d-\d\d)\)$/;

/** Throws if the reason was not made by {@link deprecated}. Pure. */
function deprecationOf(coordinate: string, reason: string): Deprecation {
  const [, removedAfter = '', since = ''] = reasonForm.exec(reason) ?? [];
  if (removedAfter === '')
    throw new Error(`${coordinate}: “${reason}” does not say what to use and when it is removed`);
  return { coordinate, reason, since: Date.parse(since), removedAfter: Date.parse(removedAfter) };
}

const known = new WeakMap<GraphQLSchema, ReadonlyMap<string, Deprecation>>();

/** Everything in the schema that is deprecated, by its coordinate. Looked for once per schema. */
export function deprecations(schema: GraphQLSchema): ReadonlyMap<string, Deprecation> {
  const found = known.get(schema) ?? findDeprecations(schema);
  known.set(schema, found);
  return found;
}

function findDeprecations(schema: GraphQLSchema): ReadonlyMap<string, Deprecation> {
  const found = new Map<string, Deprecation>();
  const add = (coordinate: string, reason: string | null | undefined): void => {
    if (reason != null) found.set(coordinate, deprecationOf(coordinate, reason));
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    if (isEnumType(type))
      for (const value of type.getValues()) add(`${type.name}.${value.name}`, value.deprecationReason);
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      add(`${type.name}.${field.name}`, field.deprecationReason);
      for (const argument of 'args' in field ? field.args : [])
        add(`${type.name}.${field.name}(${argument.name}:)`, argument.deprecationReason);
    }
  }
  return found;
}

/** Null removes the part. */
const unlessDeprecated = <Config extends { deprecationReason?: string | null | undefined }>(
  config: Config,
): Config | null => (config.deprecationReason == null ? config : null);

/** The schema as it will be once everything deprecated is removed. */
export const withoutDeprecated = (schema: GraphQLSchema): GraphQLSchema =>
  mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: unlessDeprecated,
    [MapperKind.INTERFACE_FIELD]: unlessDeprecated,
    [MapperKind.INPUT_OBJECT_FIELD]: unlessDeprecated,
    [MapperKind.ARGUMENT]: unlessDeprecated,
    [MapperKind.ENUM_VALUE]: unlessDeprecated,
  });
