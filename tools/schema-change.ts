// Owns what changed in the API since its last release: the comparison, and which changes are allowed. Not the check (check/schema.ts), not the page (api-changes.ts).
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Change, CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema, type GraphQLSchema } from 'graphql';
import { deprecations } from '../schema/graphql/deprecation.ts';

const folder = join(import.meta.dirname, '..', 'schema', 'graphql');

/** The version of the last release, and the schemas of the release and of now. */
export interface SchemaVersions {
  readonly version: string;
  readonly released: GraphQLSchema;
  readonly current: GraphQLSchema;
}

/** Reads the newest schema in `schema/graphql/released`, and the current one. */
export function readSchemas(): SchemaVersions {
  const order = new Intl.Collator('en', { numeric: true });
  const file = readdirSync(join(folder, 'released')).sort(order.compare).at(-1);
  if (file === undefined) throw new Error('schema/graphql/released has no schema of a release');
  const read = (path: string): GraphQLSchema => buildSchema(readFileSync(join(folder, path), 'utf8'));
  return {
    version: file.replace(/\.graphql$/, ''),
    released: read(join('released', file)),
    current: read('schema.graphql'),
  };
}

/** A change of the API, in the words of GraphQL Inspector. */
export type SchemaChange = Change;

/** All changes from one schema to another. */
export const schemaChanges = ({ released, current }: SchemaVersions): Promise<SchemaChange[]> =>
  diff(released, current);

/**
 * Dangerous changes for which every client must be prepared (docs/api.md): lists of values and members may grow, and so may what a client can send.
 */
const growth: ReadonlySet<string> = new Set([
  'ENUM_VALUE_ADDED',
  'UNION_MEMBER_ADDED',
  'FIELD_ARGUMENT_ADDED',
  'INPUT_FIELD_ADDED',
  'OBJECT_TYPE_INTERFACE_ADDED',
]);

/** Removals that end a deprecation. A type disappears with the last field that returns it, which is a separate change. */
const removals: ReadonlySet<string> = new Set([
  'FIELD_REMOVED',
  'FIELD_ARGUMENT_REMOVED',
  'INPUT_FIELD_REMOVED',
  'ENUM_VALUE_REMOVED',
]);

/** The coordinate of what a change concerns. Pure. */
export function coordinateOf({ type, path }: Pick<SchemaChange, 'type' | 'path'>): string {
  const [owner, field, argument] = (path ?? '').split('.');
  return type === 'FIELD_ARGUMENT_REMOVED' ? `${owner}.${field}(${argument}:)` : (path ?? '');
}

/** When each part was last used, in milliseconds since 1970 UTC, by its coordinate; from `operationUses` of a server in production. */
export type LastUses = ReadonlyMap<string, number>;

/** A part that was used within this time cannot be removed, in milliseconds. */
const usedRecently = 30 * 86_400_000;

/** Why a change is not allowed; null if it is. Pure. */
export function objectionTo(
  change: SchemaChange,
  { released }: Pick<SchemaVersions, 'released'>,
  uses: LastUses,
  now: number,
): string | null {
  const { criticality, type, message } = change;
  if (criticality.level === CriticalityLevel.NonBreaking || type === 'TYPE_REMOVED') return null;
  if (growth.has(type) && criticality.level === CriticalityLevel.Dangerous) return null;
  if (!removals.has(type))
    return `${message}: this breaks clients. Keep it, add the new form beside it, and deprecate the old one`;
  const coordinate = coordinateOf(change);
  const deprecation = deprecations(released).get(coordinate);
  if (!deprecation)
    return `${message}: it was not deprecated in the last release. Deprecate it first (schema/graphql/deprecation.ts)`;
  if (now <= deprecation.removedAfter)
    return `${message}: clients were promised that it stays until ${new Date(deprecation.removedAfter).toISOString().slice(0, 10)}`;
  const used = uses.get(coordinate);
  if (used !== undefined && now - used < usedRecently)
    return `${message}: a client used it on ${new Date(used).toISOString().slice(0, 10)}, less than 30 days ago`;
  return null;
}
