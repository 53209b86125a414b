// Owns the GraphQL types of the viewer's own API tokens, and creating and revoking them. Not what a token is (schema/model/account/token.ts), not the tokens of other users (person.ts).
import {
  type ApiToken,
  InvalidToken,
  maxTokenDays,
  TokenNotAllowed,
  TokenNotFound,
  type TokenScope,
  TooManyTokens,
} from '../../model/account/token.ts';
import { builder } from '../builder.ts';
import type { MadeToken } from '../context.ts';
import { rowNumber } from '../id.ts';
import { refusal } from '../refusal-type.ts';
import { ViewerType } from './user.ts';

const TokenScopeType = builder.enumType('TokenScope', {
  description: 'What a token may do. Further values may be added.',
  values: {
    READ: { value: 'read', description: 'The role of a viewer.' },
    DEPLOY: { value: 'deploy', description: 'The role of a deployer.' },
  } satisfies Record<Uppercase<TokenScope>, { value: TokenScope; description: string }>,
});

const ApiTokenType = builder.objectRef<ApiToken>('ApiToken').implement({
  authScopes: { browser: true },
  description:
    'An API token, with which a tool authenticates. The secret is not included. The field that returns it decides whether the viewer may see it.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id, as `revokeToken` takes it.' }),
    name: t.exposeString('name', { description: 'The name that its creator chose.' }),
    scope: t.field({ type: TokenScopeType, description: 'What it may do.', resolve: ({ scope }) => scope }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the token was created.',
      resolve: (each) => each.createdAt,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'When the token expires.',
      resolve: (each) => each.expiresAt,
    }),
    lastUsedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the token was last used, within a minute; null if never.',
      resolve: (each) => each.lastUsedAt ?? null,
    }),
  }),
});

builder.objectField(ViewerType, 'tokens', (t) =>
  t.field({
    type: [ApiTokenType],
    authScopes: { browser: true },
    description: 'Your active tokens, newest first, at most 100. Not available to tokens.',
    resolve: async (viewer, _args, { tokens }) => [...(await tokens.own(viewer))],
  }),
);

const MakeTokenInput = builder.inputType('MakeTokenInput', {
  description: 'The token to create.',
  fields: (t) => ({
    name: t.string({
      required: true,
      description:
        'The name: 1 to 85 letters, digits, spaces, `_`, `.`, `@`, `-`; the first character must be a letter, a digit or `_`.',
    }),
    scope: t.field({
      type: TokenScopeType,
      required: true,
      description: 'What the token may do. DEPLOY requires the role of a deployer.',
    }),
    days: t.int({ defaultValue: 30, description: `The lifetime in days: 1 to ${maxTokenDays}.` }),
  }),
});

const MadeTokenType = builder.objectRef<MadeToken>('MadeToken').implement({
  authScopes: { browser: true },
  description: 'A new token.',
  fields: (t) => ({
    token: t.exposeString('token', { description: 'The secret. It is returned only once and not stored.' }),
    details: t.field({
      type: ApiTokenType,
      description: 'The token without its secret.',
      resolve: ({ made }) => made,
    }),
  }),
});

builder.mutationField('makeToken', (t) =>
  t.field({
    type: MadeTokenType,
    authScopes: { browser: true },
    description:
      'Creates a token that acts for you, with at most your current rights. Not available to tokens.',
    args: { input: t.arg({ type: MakeTokenInput, required: true, description: 'The token to create.' }) },
    errors: {
      types: [TokenNotAllowed, InvalidToken, TooManyTokens],
      union: { name: 'MakeTokenResult', description: 'The result of `makeToken`.' },
      result: { name: 'MakeTokenSuccess', description: 'The token was created and is active.' },
      dataField: { name: 'made', description: 'The token.' },
    },
    resolve: (_root, { input }, { tokens, viewer }) =>
      tokens.make(viewer, { name: input.name, scope: input.scope, days: input.days ?? 30 }),
  }),
);

const RevokeTokenInput = builder.inputType('RevokeTokenInput', {
  description: 'Which of your tokens to revoke.',
  fields: (t) => ({ tokenId: t.id({ required: true, description: 'The id of the token.' }) }),
});

builder.mutationField('revokeToken', (t) =>
  t.field({
    type: [ApiTokenType],
    authScopes: { browser: true },
    description:
      'Revokes one of your tokens and closes its connections immediately. Not available to tokens.',
    args: { input: t.arg({ type: RevokeTokenInput, required: true, description: 'Which token to revoke.' }) },
    errors: {
      types: [TokenNotFound],
      union: { name: 'RevokeTokenResult', description: 'The result of `revokeToken`.' },
      result: { name: 'RevokeTokenSuccess', description: 'The token was revoked.' },
      dataField: { name: 'tokens', description: 'Your remaining tokens, at most 100.' },
    },
    resolve: async (_root, { input }, { tokens, viewer }) => {
      await tokens.revoke(viewer, rowNumber(input.tokenId));
      return [...(await tokens.own(viewer))];
    },
  }),
);

builder.objectType(TokenNotAllowed, {
  interfaces: refusal(TokenNotAllowed, 'TOKEN_NOT_ALLOWED'),
  authScopes: { browser: true },
  name: 'TokenNotAllowed',
  description: 'Your role does not allow this scope.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'A message for the user.' }) }),
});

builder.objectType(InvalidToken, {
  interfaces: refusal(InvalidToken, 'INVALID_TOKEN'),
  authScopes: { browser: true },
  name: 'InvalidToken',
  description: 'The name or the lifetime is invalid.',
  fields: (t) => ({
    message: t.exposeString('message', {
      description: 'A message for the user: what is invalid, and what is allowed.',
    }),
  }),
});

builder.objectType(TooManyTokens, {
  interfaces: refusal(TooManyTokens, 'TOO_MANY_TOKENS'),
  authScopes: { browser: true },
  name: 'TooManyTokens',
  description: 'You have the maximum number of tokens.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'A message for the user.' }) }),
});

builder.objectType(TokenNotFound, {
  interfaces: refusal(TokenNotFound, 'TOKEN_NOT_FOUND'),
  authScopes: { browser: true },
  name: 'TokenNotFound',
  description: 'You have no such token, or it has expired or was revoked.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'A message for the user.' }) }),
});
