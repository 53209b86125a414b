// Owns the GraphQL types of who uses which part of the API, for admins. Not the counting (server/graphql/usage.ts).
import type { GraphQLSchema } from 'graphql';
import { usedFields } from '../../model/account/operation-use.ts';
import { builder } from '../builder.ts';
import type { RecordedUse } from '../context.ts';
import { deprecations } from '../deprecation.ts';
import { connectionType, pageAfter, pageArgs, rowOfCursor } from '../pagination.ts';
import { inRange } from '../refusal.ts';
import { IssuedTokenType } from './person.ts';

/** The maximum number of parts that are returned for one operation. */
const maxParts = 1_000;

/** A part of the API that an operation used. */
interface UsedPart {
  readonly coordinate: string;
  readonly lastUsedAt: number;
  /** Null if it is not deprecated. */
  readonly deprecation: string | null;
}

/** The used parts, deprecated ones first. */
function partsOf({ use }: RecordedUse, schema: GraphQLSchema): UsedPart[] {
  const known = deprecations(schema);
  const parts = [...usedFields(use)].map(([coordinate, lastUsedAt]) => ({
    coordinate,
    lastUsedAt,
    deprecation: known.get(coordinate)?.reason ?? null,
  }));
  const rank = ({ deprecation }: UsedPart): number => (deprecation === null ? 1 : 0);
  return parts.sort((one, other) => rank(one) - rank(other)).slice(0, maxParts);
}

const UsedPartType = builder.objectRef<UsedPart>('UsedPart').implement({
  authScopes: { administer: true },
  description: 'A part of the API that an operation used.',
  fields: (t) => ({
    coordinate: t.exposeString('coordinate', {
      description: 'A field, argument or value: `Type.field`, `Type.field(argument:)`, `Enum.VALUE`.',
    }),
    lastUsedAt: t.field({
      type: 'DateTime',
      description: 'When an operation with it was last executed.',
      resolve: ({ lastUsedAt }) => lastUsedAt,
    }),
    deprecation: t.exposeString('deprecation', {
      nullable: true,
      description: 'What to use instead, and when the part is removed; null if it is not deprecated.',
    }),
  }),
});

const OperationUseType = builder.objectRef<RecordedUse>('OperationUse').implement({
  authScopes: { administer: true },
  description:
    'How often a client executed an operation. Stored each minute, and kept for 90 days after the last use.',
  fields: (t) => ({
    client: t.string({
      description:
        'The name of the client (`x-graphql-client-name`); empty if it sends none, `(other)` for clients beyond 5,000 rows.',
      resolve: ({ use }) => use.client,
    }),
    version: t.string({
      description: 'The version of the client (`x-graphql-client-version`); empty if it sends none.',
      resolve: ({ use }) => use.version,
    }),
    token: t.field({
      type: IssuedTokenType,
      nullable: true,
      description: 'The token; null for a browser session, or if the token was deleted.',
      resolve: ({ token }) => token,
    }),
    operation: t.string({
      description: 'The name of the operation; empty if it has none.',
      resolve: ({ use }) => use.operation,
    }),
    uses: t.field({
      type: 'Float',
      description: 'How often it was executed. A whole number.',
      resolve: ({ use }) => use.uses,
    }),
    lastUsedAt: t.field({
      type: 'DateTime',
      description: 'When it was last executed.',
      resolve: ({ use }) => use.lastUsedAt,
    }),
    parts: t.field({
      type: [UsedPartType],
      description: `The parts of the API that it used, deprecated ones first; at most ${maxParts}.`,
      resolve: (recorded, _args, _context, { schema }) => partsOf(recorded, schema),
    }),
  }),
});

const OperationUseConnectionType = connectionType('OperationUse', OperationUseType, {
  scope: 'administer',
  description: 'A page of operations that clients executed, in the order in which they were first seen.',
  one: 'operation',
  many: 'operations',
  rowOf: ({ use }) => use.id,
});

builder.queryField('operationUses', (t) =>
  t.field({
    type: OperationUseConnectionType,
    authScopes: { administer: true },
    description:
      'Which clients use which parts of the API: who is affected when a deprecated part is removed.',
    args: {
      ...pageArgs(t.arg, { size: 50, max: 100 }),
      deprecatedOnly: t.arg.boolean({
        defaultValue: false,
        description: 'Returns only operations that use something deprecated.',
      }),
    },
    resolve: async (_root, args, { uses }, { schema }) => {
      const page = await uses.list({
        first: inRange('first', args.first ?? 50, 1, 100),
        after: rowOfCursor(args.after) ?? 0,
        fields: args.deprecatedOnly ? [...deprecations(schema).keys()] : null,
      });
      return pageAfter(page, args.after);
    },
  }),
);
