// Owns the Pothos builder: scalars, access rules, and the errors of refused access. Owns no type of a noun.
import SchemaBuilder from '@pothos/core';
import ErrorsPlugin from '@pothos/plugin-errors';
import ScopeAuthPlugin, { type AuthFailure } from '@pothos/plugin-scope-auth';
import type { GraphQLError } from 'graphql';
import { includesRole, type Role } from '../model/account/user.ts';
import { parseDateTime } from '../text/date-time.ts';
import type { Context, Viewer } from './context.ts';
import { badInput, forbidden } from './refusal.ts';

/** The role that each rule requires. Every root field and every object type must have a rule: rights.ts fails the build otherwise. */
export const roleByRule = {
  read: 'viewer',
  deploy: 'deployer',
  administer: 'admin',
} as const satisfies Record<string, Role>;
export type Scope = keyof typeof roleByRule;
/** All rules: those that require a role, and `browser`, which requires a session of any role and refuses tokens. */
export type Rule = Scope | 'browser';

interface SchemaTypes {
  Context: Context;
  DefaultFieldNullability: false;
  AuthScopes: Record<Rule, boolean>;
  Scalars: {
    DateTime: { Input: number; Output: number };
    ID: { Input: string; Output: string | number };
  };
}

/** The rules that failed, anywhere in the tree of a failure. */
function scopesOf(failure: AuthFailure): string[] {
  if ('failures' in failure) return failure.failures.flatMap(scopesOf);
  return 'scope' in failure ? [failure.scope] : [];
}

/** Which rules this viewer meets. Pure. */
export const rulesMetBy = ({ role, session }: Pick<Viewer, 'role' | 'session'>): Record<Rule, boolean> => ({
  read: includesRole(role, roleByRule.read),
  deploy: includesRole(role, roleByRule.deploy),
  administer: includesRole(role, roleByRule.administer),
  // A viewer without any role is refused here too.
  browser: session !== null && includesRole(role, roleByRule.read),
});

/** The error of a viewer who does not meet one of these rules. Pure. */
export function accessRefused(
  rules: readonly string[],
  { role, token }: Pick<Viewer, 'role' | 'token'>,
): GraphQLError {
  if (rules.includes('browser'))
    return forbidden('This is only possible in a browser that is signed in, not with a token.');
  const needed: Role = rules.includes('administer')
    ? roleByRule.administer
    : rules.includes('deploy')
      ? roleByRule.deploy
      : roleByRule.read;
  if (token !== null)
    return forbidden(
      needed === 'admin'
        ? 'This requires the role “admin”, which a token cannot have.'
        : `This requires the role “${needed}”: a token with the scope “deploy”. This one has the scope “${token.scope}” and the role “${role}”.`,
    );
  return forbidden(
    `This requires the role “${needed}”; you have “${role}”. To get a sign-in link with this role, run on the deployment host: spiderpig login --role ${needed}.`,
  );
}

export const builder = new SchemaBuilder<SchemaTypes>({
  // The order matters: the errors plugin wraps the field outermost, so refused access is a GraphQL error and not a union member.
  plugins: [ErrorsPlugin, ScopeAuthPlugin],
  defaultFieldNullability: false,
  // For the types that wrap the result of a mutation; the rule of the field is checked first.
  errors: { defaultResultOptions: { authScopes: { read: true } } },
  scopeAuth: {
    authorizeOnSubscribe: true,
    // Checks the rule of a type once per object instead of once per field, which is six times faster for logs (docs/decisions/0030-rights.md).
    runScopesOnType: true,
    authScopes: ({ viewer }) => rulesMetBy(viewer),
    unauthorizedError: (_parent, { viewer }, _info, { failure }) => accessRefused(scopesOf(failure), viewer),
  },
});

builder.scalarType('DateTime', {
  description: 'A point in time: ISO 8601 in UTC with milliseconds, as in `2026-11-20T12:03:04.567Z`.',
  serialize: (milliseconds) => new Date(milliseconds).toISOString(),
  parseValue: (value) => {
    const at = typeof value === 'string' ? parseDateTime(value) : null;
    if (at === null)
      throw badInput('A DateTime must be an ISO 8601 string with a time zone, such as 2026-11-20T12:03:04Z.');
    return at;
  },
});

builder.queryType({ description: 'Reads the current state.' });
builder.mutationType({ description: 'Changes the state.' });
builder.subscriptionType({ description: 'Streams the state and each change to it.' });
