// Owns the Pothos builder: scalars, the rules of who may what, and how refusals are worded. Owns no type of a noun.
import SchemaBuilder from '@pothos/core';
import ErrorsPlugin from '@pothos/plugin-errors';
import ScopeAuthPlugin, { type AuthFailure } from '@pothos/plugin-scope-auth';
import { includesRole, type Role } from '../model/account/user.ts';
import type { Context } from './context.ts';
import { badInput, forbidden } from './refusal.ts';

/** The role that each rule asks for. Every root field and every object type carries such a rule: `rights.ts` fails the build where one does not. */
export const roleByRule = {
  read: 'viewer',
  deploy: 'deployer',
  administer: 'admin',
} as const satisfies Record<string, Role>;
export type Scope = keyof typeof roleByRule;
/** Every rule: the scopes, and `page` for what only a browser's own session may, whatever its role. A token is nobody to it. */
export type Rule = Scope | 'page';

interface SchemaTypes {
  Context: Context;
  DefaultFieldNullability: false;
  AuthScopes: Record<Rule, boolean>;
  Scalars: {
    DateTime: { Input: number; Output: number };
    ID: { Input: string; Output: string | number };
  };
}

/** The scopes a refusal is about, wherever they are in its tree. */
function scopesOf(failure: AuthFailure): string[] {
  if ('failures' in failure) return failure.failures.flatMap(scopesOf);
  return 'scope' in failure ? [failure.scope] : [];
}

export const builder = new SchemaBuilder<SchemaTypes>({
  // The order matters: errors are made members of a union outermost, after the rules have let the caller in.
  plugins: [ErrorsPlugin, ScopeAuthPlugin],
  defaultFieldNullability: false,
  // The types that wrap what a mutation gives: the rule of its field comes before this one.
  errors: { defaultResultOptions: { authScopes: { read: true } } },
  scopeAuth: {
    authorizeOnSubscribe: true,
    // The rule of a type is judged once for each object, not for each of its fields: of a log that is six times cheaper (docs/decisions/0030-rights.md).
    runScopesOnType: true,
    authScopes: ({ viewer }) => ({
      read: includesRole(viewer.role, roleByRule.read),
      deploy: includesRole(viewer.role, roleByRule.deploy),
      administer: includesRole(viewer.role, roleByRule.administer),
      // Somebody of no role at all is nobody here either.
      page: viewer.session !== null && includesRole(viewer.role, roleByRule.read),
    }),
    unauthorizedError: (_parent, { viewer }, _info, { failure }) => {
      const scopes = scopesOf(failure);
      if (scopes.includes('page')) return forbidden('Only a signed-in browser may do this, and no token.');
      const needed: Role = scopes.includes('administer')
        ? roleByRule.administer
        : scopes.includes('deploy')
          ? roleByRule.deploy
          : roleByRule.read;
      return forbidden(
        `This needs the role “${needed}”; you have “${viewer.role}”. Somebody on the deployment host can give it: spiderpig login --role ${needed}.`,
      );
    },
  },
});

builder.scalarType('DateTime', {
  description: 'A point in time: ISO 8601 in UTC with milliseconds, as in `2026-11-20T12:03:04.567Z`.',
  serialize: (milliseconds) => new Date(milliseconds).toISOString(),
  parseValue: (value) => {
    const milliseconds = typeof value === 'string' ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(milliseconds)) throw badInput('A DateTime is an ISO 8601 string.');
    return milliseconds;
  },
});

builder.queryType({});
builder.mutationType({});
builder.subscriptionType({});
