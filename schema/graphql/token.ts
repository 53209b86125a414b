// Owns how one's own tokens are shown, made and ended. Not what a token is (schema/model/account/token.ts), and never somebody else's.
import {
  type ApiToken,
  InvalidToken,
  maxTokenDays,
  TokenNotAllowed,
  TokenNotFound,
  type TokenScope,
  TooManyTokens,
} from '../model/account/token.ts';
import { builder } from './builder.ts';
import type { MadeToken } from './context.ts';
import { rowNumber } from './id.ts';
import { ViewerType } from './user.ts';

const TokenScopeType = builder.enumType('TokenScope', {
  description: 'What a token may do.',
  values: {
    READ: { value: 'read', description: 'Sees what a viewer sees.' },
    DEPLOY: { value: 'deploy', description: 'Does what a deployer does.' },
  } satisfies Record<Uppercase<TokenScope>, { value: TokenScope; description: string }>,
});

const ApiTokenType = builder.objectRef<ApiToken>('ApiToken').implement({
  authScopes: { page: true },
  description:
    'How a tool signs in. The secret itself is not here: it was shown once. Whether the caller may see it is decided by the field that leads to it.',
  fields: (t) => ({
    id: t.exposeID('id', {}),
    name: t.exposeString('name', { description: 'What it is for, as its maker called it.' }),
    scope: t.field({ type: TokenScopeType, description: 'What it may do.', resolve: ({ scope }) => scope }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was made.',
      resolve: (each) => each.createdAt,
    }),
    expiresAt: t.field({ type: 'DateTime', description: 'When it ends.', resolve: (each) => each.expiresAt }),
    lastUsedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was last used, to a minute; null: never.',
      resolve: (each) => each.lastUsedAt ?? null,
    }),
  }),
});

builder.objectField(ViewerType, 'tokens', (t) =>
  t.field({
    type: [ApiTokenType],
    authScopes: { page: true },
    description: 'Your own that have not ended, the newest first. Not for tokens.',
    resolve: async (viewer, _args, { tokens }) => [...(await tokens.own(viewer))],
  }),
);

const MakeTokenInput = builder.inputType('MakeTokenInput', {
  description: 'What token to make.',
  fields: (t) => ({
    name: t.string({
      required: true,
      description:
        'What it is for: 1 to 85 letters, digits, blanks, `_`, `.`, `@`, `-`; it begins with a letter, a digit or `_`.',
    }),
    scope: t.field({
      type: TokenScopeType,
      required: true,
      description: 'DEPLOY needs the role of a deployer.',
    }),
    days: t.int({ defaultValue: 30, description: `How long it counts: 1 to ${maxTokenDays}.` }),
  }),
});

const MadeTokenType = builder.objectRef<MadeToken>('MadeToken').implement({
  authScopes: { page: true },
  description: 'A token that was just made.',
  fields: (t) => ({
    token: t.exposeString('token', { description: 'The secret. It is told this once and stored nowhere.' }),
    details: t.field({
      type: ApiTokenType,
      description: 'What will be shown of it.',
      resolve: ({ made }) => made,
    }),
  }),
});

builder.mutationField('makeToken', (t) =>
  t.field({
    type: MadeTokenType,
    authScopes: { page: true },
    description:
      'Makes a token that acts for you, and can never do more than you can now. Not for tokens: none makes another.',
    args: { input: t.arg({ type: MakeTokenInput, required: true }) },
    errors: {
      types: [TokenNotAllowed, InvalidToken, TooManyTokens],
      union: { name: 'MakeTokenResult', description: 'What came of making a token.' },
      result: { name: 'MakeTokenSuccess', description: 'It counts from now on.' },
      dataField: { name: 'made', description: 'The token.' },
    },
    resolve: (_root, { input }, { tokens, viewer }) =>
      tokens.make(viewer, { name: input.name, scope: input.scope, days: input.days ?? 30 }),
  }),
);

const RevokeTokenInput = builder.inputType('RevokeTokenInput', {
  description: 'Which of your tokens to end.',
  fields: (t) => ({ tokenId: t.id({ required: true }) }),
});

builder.mutationField('revokeToken', (t) =>
  t.field({
    type: [ApiTokenType],
    authScopes: { page: true },
    description: 'Ends one of your own tokens; what is open with it is closed at once. Not for tokens.',
    args: { input: t.arg({ type: RevokeTokenInput, required: true }) },
    errors: {
      types: [TokenNotFound],
      union: { name: 'RevokeTokenResult', description: 'What came of ending a token.' },
      result: { name: 'RevokeTokenSuccess', description: 'It has ended.' },
      dataField: { name: 'tokens', description: 'Your tokens that are left.' },
    },
    resolve: async (_root, { input }, { tokens, viewer }) => {
      await tokens.revoke(viewer, rowNumber(input.tokenId));
      return [...(await tokens.own(viewer))];
    },
  }),
);

builder.objectType(TokenNotAllowed, {
  authScopes: { page: true },
  name: 'TokenNotAllowed',
  description: 'Your role does not reach as far as the scope.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'Fit to be shown.' }) }),
});

builder.objectType(InvalidToken, {
  authScopes: { page: true },
  name: 'InvalidToken',
  description: 'The name or the lifetime is not acceptable.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'Which, and what is. Fit to be shown.' }),
  }),
});

builder.objectType(TooManyTokens, {
  authScopes: { page: true },
  name: 'TooManyTokens',
  description: 'You have as many as one person can have.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'Fit to be shown.' }) }),
});

builder.objectType(TokenNotFound, {
  authScopes: { page: true },
  name: 'TokenNotFound',
  description: 'It is none of your tokens, or it has ended already.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'Fit to be shown.' }) }),
});
