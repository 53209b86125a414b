// Owns how admins see people and their tokens, and what they can do to them: ban, end sessions, revoke. Not what a ban does (schema/model/account/ban.ts).
import { BanNotAccepted, UserNotFound } from '../model/account/ban.ts';
import { UnknownToken } from '../model/account/sign-out.ts';
import type { ApiToken, TokenScope } from '../model/account/token.ts';
import { User } from '../model/account/user.ts';
import { maxReasonLength } from '../model/job/hold.ts';
import { builder } from './builder.ts';
import type { Page, Person } from './context.ts';
import { rowNumber } from './id.ts';
import { endCursor, PageInfoType, rowBehind } from './pagination.ts';
import { checkedText, inRange } from './refusal.ts';
import { RoleType } from './user.ts';

const BanType = builder.objectRef<User>('Ban').implement({
  authScopes: { administer: true },
  description: 'Somebody is kept out, whatever they come with.',
  fields: (t) => ({
    reason: t.string({
      description: `One line of 1 to ${maxReasonLength} characters, which whoever is banned is told.`,
      resolve: ({ banReason }) => banReason ?? '',
    }),
    by: t.field({
      type: User,
      nullable: true,
      description: 'The admin who banned them.',
      resolve: ({ bannedBy }, _args, { users }) => (bannedBy == null ? null : users.load(bannedBy)),
    }),
    since: t.field({
      type: 'DateTime',
      description: 'Since when.',
      resolve: ({ bannedAt }) => bannedAt ?? 0,
    }),
  }),
});

const PersonType = builder.objectRef<Person>('Person').implement({
  authScopes: { administer: true },
  description: 'Somebody as admins see them.',
  fields: (t) => ({
    user: t.field({ type: User, description: 'Who it is.', resolve: ({ user }) => user }),
    role: t.field({
      type: RoleType,
      nullable: true,
      description:
        'As last known: of their groups, or of the sign-in link that they used last; null: none. It is computed anew at each of their operations.',
      resolve: ({ role }) => role,
    }),
    groups: t.stringList({
      nullable: true,
      description:
        'As the identity provider told at their last sign-in there; null: they never signed in there.',
      resolve: ({ user }) => user.groups,
    }),
    ban: t.field({
      type: BanType,
      nullable: true,
      description: 'Null: they are not banned.',
      resolve: ({ user }) => (user.bannedAt == null ? null : user),
    }),
    openSessions: t.int({
      description: 'How many of their browsers are signed in.',
      resolve: ({ sessions }) => sessions,
    }),
    lastSeenAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When a session or a token of theirs was last used, to within five minutes; null: never.',
      resolve: ({ lastSeenAt }) => lastSeenAt,
    }),
  }),
});

const PersonConnectionType = builder.objectRef<Page<Person>>('PersonConnection').implement({
  authScopes: { administer: true },
  description: 'Some of the people who were ever here, by name.',
  fields: (t) => ({
    nodes: t.field({ type: [PersonType], description: 'They.', resolve: ({ nodes }) => nodes }),
    pageInfo: t.field({
      type: PageInfoType,
      description: 'How it goes on.',
      resolve: ({ nodes, hasNextPage }) => ({
        hasNextPage,
        endCursor: endCursor(nodes.map(({ user }) => user)),
      }),
    }),
    totalCount: t.int({ description: 'How many there are in all.', resolve: (page) => page.count() }),
  }),
});

const IssuedTokenType = builder.objectRef<ApiToken>('IssuedToken').implement({
  authScopes: { administer: true },
  description: 'An API token of anybody, as admins see it. The token itself is nowhere kept.',
  fields: (t) => ({
    id: t.exposeID('id', {}),
    name: t.exposeString('name', { description: 'What it is for, as its maker called it.' }),
    user: t.field({
      type: User,
      description: 'The person it acts for.',
      resolve: ({ user }, _args, { users }) => users.load(user),
    }),
    canDeploy: t.boolean({
      description: 'Whether it does what a deployer does; else it sees what a viewer sees.',
      resolve: ({ scope }) => scope === ('deploy' satisfies TokenScope),
    }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was made.', resolve: (k) => k.createdAt }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'When it ends by itself.',
      resolve: ({ expiresAt }) => expiresAt,
    }),
    lastUsedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was last used, to within a minute; null: never.',
      resolve: ({ lastUsedAt }) => lastUsedAt,
    }),
    revokedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was revoked; null: it counts.',
      resolve: ({ revokedAt }) => revokedAt,
    }),
  }),
});

const IssuedTokenConnectionType = builder.objectRef<Page<ApiToken>>('IssuedTokenConnection').implement({
  authScopes: { administer: true },
  description: 'Some of the tokens that count, newest first.',
  fields: (t) => ({
    nodes: t.field({ type: [IssuedTokenType], description: 'They.', resolve: ({ nodes }) => nodes }),
    pageInfo: t.field({
      type: PageInfoType,
      description: 'How it goes on.',
      resolve: ({ nodes, hasNextPage }) => ({ hasNextPage, endCursor: endCursor(nodes) }),
    }),
    totalCount: t.int({ description: 'How many there are in all.', resolve: (page) => page.count() }),
  }),
});

builder.objectType(UserNotFound, {
  authScopes: { administer: true },
  name: 'UserNotFound',
  description: 'There is no such person.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'Fit to be shown.' }) }),
});
builder.objectType(BanNotAccepted, {
  authScopes: { administer: true },
  name: 'BanNotAccepted',
  description: 'The reason is missing or too long, it would be oneself, or they are banned already.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'Fit to be shown.' }) }),
});
builder.objectType(UnknownToken, {
  authScopes: { administer: true },
  name: 'UnknownToken',
  description: 'There is no such token.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'Fit to be shown.' }) }),
});

/** How many people or tokens a page has at most. */
const mostListed = 100;

builder.queryFields((t) => ({
  people: t.field({
    type: PersonConnectionType,
    authScopes: { administer: true },
    description: 'Everybody who was ever here, by name.',
    args: {
      first: t.arg.int({ defaultValue: 50, description: `1 to ${mostListed}.` }),
      after: t.arg.string({ description: 'The cursor of the last one already seen.' }),
      text: t.arg.string({ description: 'Part of the name in any case. At most 200 characters.' }),
    },
    resolve: (_root, args, { users }) =>
      users.people({
        first: inRange('first', args.first ?? 50, 1, mostListed),
        after: rowBehind(args.after),
        text: args.text ? checkedText('text', args.text) : null,
      }),
  }),
  tokens: t.field({
    type: IssuedTokenConnectionType,
    authScopes: { administer: true },
    description: 'Everybody’s API tokens that count, newest first.',
    args: {
      first: t.arg.int({ defaultValue: 50, description: `1 to ${mostListed}.` }),
      after: t.arg.string({ description: 'The cursor of the last one already seen.' }),
    },
    resolve: (_root, args, { users }) =>
      users.tokens({
        first: inRange('first', args.first ?? 50, 1, mostListed),
        before: rowBehind(args.after),
      }),
  }),
}));

const BanUserInput = builder.inputType('BanUserInput', {
  description: 'Whom to ban, and why.',
  fields: (t) => ({
    userId: t.id({ required: true }),
    reason: t.string({
      required: true,
      description: `Whoever is banned is told: 1 to ${maxReasonLength} characters. Line breaks become blanks.`,
    }),
  }),
});

/** The number of a person. Throws {@link UserNotFound} for what can be none. */
function userNumber(id: string): number {
  const number = rowNumber(id);
  if (number === null) throw new UserNotFound();
  return number;
}

builder.mutationFields((t) => ({
  banUser: t.field({
    type: PersonType,
    authScopes: { administer: true },
    description:
      'Keeps somebody out from now on: sessions, tokens and sign-in links of theirs count no more, and what is open is closed. Their jobs go on.',
    args: { input: t.arg({ type: BanUserInput, required: true }) },
    errors: {
      types: [UserNotFound, BanNotAccepted],
      union: { name: 'BanUserResult', description: 'What came of a ban.' },
      result: { name: 'BanUserSuccess', description: 'They are kept out.' },
      dataField: { name: 'person', description: 'As they are now.' },
    },
    resolve: async (_root, { input: { userId, reason } }, { users, viewer }) => {
      const { user: by, through } = viewer;
      return await users.person(await users.ban({ userId: userNumber(userId), reason, by, through }));
    },
  }),
  unbanUser: t.field({
    type: PersonType,
    authScopes: { administer: true },
    description: 'Lets somebody in again: their tokens, and sessions that have not expired, count again.',
    args: { userId: t.arg.id({ required: true }) },
    errors: {
      types: [UserNotFound],
      union: { name: 'UnbanUserResult', description: 'What came of ending a ban.' },
      result: { name: 'UnbanUserSuccess', description: 'They are not banned (any more).' },
      dataField: { name: 'person', description: 'As they are now.' },
    },
    resolve: async (_root, { userId }, { users, viewer }) => {
      const { user: by, through } = viewer;
      return await users.person(await users.unban({ userId: userNumber(userId), by, through }));
    },
  }),
  endSessionsOf: t.field({
    type: PersonType,
    authScopes: { administer: true },
    description:
      'Signs somebody out everywhere, and makes their sign-in links unusable. Their tokens stay, and they may sign in anew.',
    args: { userId: t.arg.id({ required: true }) },
    errors: {
      types: [UserNotFound],
      union: { name: 'EndSessionsOfResult', description: 'What came of ending their sessions.' },
      result: { name: 'EndSessionsOfSuccess', description: 'They are signed out.' },
      dataField: { name: 'person', description: 'As they are now.' },
    },
    resolve: async (_root, { userId }, { users, viewer }) => {
      const { user: by, through } = viewer;
      return await users.person(await users.endSessionsOf({ userId: userNumber(userId), by, through }));
    },
  }),
  endAllSessions: t.int({
    authScopes: { administer: true },
    description:
      'Signs everybody out, and makes all sign-in links unusable that were not used yet. Tokens stay. Returns how many sessions were open.',
    args: {
      keepOwn: t.arg.boolean({
        defaultValue: true,
        description: 'Whether the session that asks for it stays.',
      }),
    },
    resolve: (_root, { keepOwn }, { users, viewer }) => {
      const { user: by, through, session } = viewer;
      return users.endAllSessions({ but: (keepOwn ?? true) && session ? session.id : null, by, through });
    },
  }),
  revokeTokenOf: t.field({
    type: IssuedTokenType,
    authScopes: { administer: true },
    description: 'Revokes a token, whoever’s it is. Revoking it twice is the same as once.',
    args: { tokenId: t.arg.id({ required: true }) },
    errors: {
      types: [UnknownToken],
      union: { name: 'RevokeTokenOfResult', description: 'What came of revoking a token.' },
      result: { name: 'RevokeTokenOfSuccess', description: 'It counts no more.' },
      dataField: { name: 'token', description: 'As it is now.' },
    },
    resolve: (_root, args, { users, viewer }) => {
      const tokenId = rowNumber(args.tokenId);
      if (tokenId === null) throw new UnknownToken();
      const { user: by, through } = viewer;
      return users.revokeTokenOf({ tokenId, by, through });
    },
  }),
}));
