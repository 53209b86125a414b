// Owns the GraphQL types for managing users and their tokens: bans, sessions, revoking. Not the effect of a ban (schema/model/account/ban.ts).
import { BanNotAccepted, UserNotFound } from '../../model/account/ban.ts';
import { RebindNotAccepted } from '../../model/account/rebinding.ts';
import { UnknownToken } from '../../model/account/sign-out.ts';
import type { ApiToken, TokenScope } from '../../model/account/token.ts';
import { User } from '../../model/account/user.ts';
import { maxReasonLength } from '../../model/job/hold.ts';
import { builder } from '../builder.ts';
import type { AdminAct, Person, Users, Viewer } from '../context.ts';
import { deprecated } from '../deprecation.ts';
import { rowNumber } from '../id.ts';
import { connectionType, pageAfter, pageArgs, rowOfCursor } from '../pagination.ts';
import { checkedText, inRange } from '../refusal.ts';
import { refusal } from '../refusal-type.ts';
import { maxGroups, RoleType } from './user.ts';

const BanType = builder.objectRef<User>('Ban').implement({
  authScopes: { administer: true },
  description: 'The ban of a user. A banned user has no access, neither with sessions nor with tokens.',
  fields: (t) => ({
    reason: t.string({
      description: `The reason: one line of 1 to ${maxReasonLength} characters. The banned user sees it.`,
      resolve: ({ banReason }) => banReason ?? '',
    }),
    by: t.field({
      type: User,
      nullable: true,
      description: 'The admin who banned the user.',
      resolve: ({ bannedBy }, _args, { users }) => (bannedBy == null ? null : users.load(bannedBy)),
    }),
    since: t.field({
      type: 'DateTime',
      description: 'When the ban began.',
      resolve: ({ bannedAt }) => bannedAt ?? 0,
    }),
  }),
});

const PersonType = builder.objectRef<Person>('Person').implement({
  authScopes: { administer: true },
  description: 'A user as admins see them.',
  fields: (t) => ({
    user: t.field({ type: User, description: 'The user.', resolve: ({ user }) => user }),
    role: t.field({
      type: RoleType,
      nullable: true,
      description:
        'The last known role, from the groups or from the last sign-in link; null if none. The role is determined again for each operation.',
      resolve: ({ role }) => role,
    }),
    groups: t.stringList({
      nullable: true,
      description:
        'The groups that the identity provider sent at the last sign-in; null if the user never signed in there. At most 1,000.',
      resolve: ({ user }) => user.groups?.slice(0, maxGroups),
    }),
    providerSubject: t.string({
      nullable: true,
      description:
        'The person at the identity provider (`sub`) whose account this is; null if nobody has completed a sign-in there.',
      resolve: ({ user }) => user.providerSubject ?? null,
    }),
    ban: t.field({
      type: BanType,
      nullable: true,
      description: 'The ban; null if the user is not banned.',
      resolve: ({ user }) => (user.bannedAt == null ? null : user),
    }),
    openSessions: t.int({
      description: 'The number of active sessions.',
      resolve: ({ sessions }) => sessions,
    }),
    lastSeenAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When a session or a token of the user was last used, within five minutes; null if never.',
      resolve: ({ lastSeenAt }) => lastSeenAt,
    }),
  }),
});

const PersonConnectionType = connectionType('Person', PersonType, {
  scope: 'administer',
  description: 'A page of users, by name.',
  one: 'user',
  many: 'users',
  rowOf: ({ user }) => user.id,
});

export const IssuedTokenType = builder.objectRef<ApiToken>('IssuedToken').implement({
  authScopes: { administer: true },
  description: 'An API token of any user, as admins see it. The secret is not stored.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id, as `revokeTokenOf` takes it.' }),
    name: t.exposeString('name', { description: 'The name that its creator chose.' }),
    user: t.field({
      type: User,
      description: 'The user it acts for.',
      resolve: ({ user }, _args, { users }) => users.load(user),
    }),
    canDeploy: t.boolean({
      description: 'Whether it has the role of a deployer; otherwise it has that of a viewer.',
      resolve: ({ scope }) => scope === ('deploy' satisfies TokenScope),
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the token was created.',
      resolve: (k) => k.createdAt,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'When the token expires.',
      resolve: ({ expiresAt }) => expiresAt,
    }),
    lastUsedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the token was last used, within a minute; null if never.',
      resolve: ({ lastUsedAt }) => lastUsedAt,
    }),
    revokedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the token was revoked; null if it was not revoked.',
      resolve: ({ revokedAt }) => revokedAt,
    }),
  }),
});

const IssuedTokenConnectionType = connectionType('IssuedToken', IssuedTokenType, {
  scope: 'administer',
  description: 'A page of active tokens, newest first.',
  one: 'token',
  many: 'tokens',
  rowOf: ({ id }) => id,
});

builder.objectType(UserNotFound, {
  interfaces: refusal(UserNotFound, 'USER_NOT_FOUND'),
  authScopes: { administer: true },
  name: 'UserNotFound',
  description: 'The user does not exist.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'A message for the user.' }) }),
});
builder.objectType(BanNotAccepted, {
  interfaces: refusal(BanNotAccepted, 'BAN_NOT_ACCEPTED'),
  authScopes: { administer: true },
  name: 'BanNotAccepted',
  description: 'The reason is missing or too long, the user is the viewer, or the user is already banned.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'A message for the user.' }) }),
});
builder.objectType(RebindNotAccepted, {
  interfaces: refusal(RebindNotAccepted, 'REBIND_NOT_ACCEPTED'),
  authScopes: { administer: true },
  name: 'RebindNotAccepted',
  description: 'The account does not belong to a person at the identity provider, or its user is banned.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'A message for the user.' }) }),
});
builder.objectType(UnknownToken, {
  interfaces: refusal(UnknownToken, 'UNKNOWN_TOKEN'),
  authScopes: { administer: true },
  name: 'UnknownToken',
  description: 'The token does not exist.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'A message for the user.' }) }),
});

/** The maximum page size. */
const maxPageSize = 100;

builder.queryFields((t) => ({
  people: t.field({
    type: PersonConnectionType,
    authScopes: { administer: true },
    description: 'All users who ever signed in, by name.',
    args: {
      ...pageArgs(t.arg, { size: 50, max: maxPageSize }),
      text: t.arg.string({
        description:
          'Returns only users whose name contains this text, ignoring case. At most 200 characters.',
      }),
    },
    resolve: async (_root, args, { users }) => {
      const page = await users.people({
        first: inRange('first', args.first ?? 50, 1, maxPageSize),
        after: rowOfCursor(args.after),
        text: args.text ? checkedText('text', args.text) : null,
      });
      return pageAfter(page, args.after);
    },
  }),
  tokens: t.field({
    type: IssuedTokenConnectionType,
    authScopes: { administer: true },
    description: 'The active API tokens of all users, newest first.',
    args: pageArgs(t.arg, { size: 50, max: maxPageSize }),
    resolve: async (_root, args, { users }) => {
      const page = await users.tokens({
        first: inRange('first', args.first ?? 50, 1, maxPageSize),
        before: rowOfCursor(args.after),
      });
      return pageAfter(page, args.after);
    },
  }),
}));

const BanUserInput = builder.inputType('BanUserInput', {
  description: 'Which user to ban, and why.',
  fields: (t) => ({
    userId: t.id({ required: true, description: 'The id of the user.' }),
    reason: t.string({
      required: true,
      description: `The reason, which the user sees: 1 to ${maxReasonLength} characters. Line breaks are replaced by spaces.`,
    }),
  }),
});

/** The row number of a user. Throws {@link UserNotFound} for an invalid id. */
function userNumber(id: string): number {
  const number = rowNumber(id);
  if (number === null) throw new UserNotFound();
  return number;
}

const EndSessionsOfEveryoneInput = builder.inputType('EndSessionsOfEveryoneInput', {
  description: 'Which sessions to keep.',
  fields: (t) => ({
    keepOwn: t.boolean({ defaultValue: true, description: 'Whether to keep the session of this request.' }),
  }),
});

const EndedSessionsType = builder.objectRef<{ readonly ended: number }>('EndedSessions').implement({
  authScopes: { administer: true },
  description: 'The result of `endSessionsOfEveryone`.',
  fields: (t) => ({ ended: t.exposeInt('ended', { description: 'How many sessions were ended.' }) }),
});

/** The request to end all sessions, or all but that of the viewer. Pure. */
const allSessions = (
  { user: by, through, session }: Viewer,
  keepOwn: boolean | null | undefined,
): Parameters<Users['endAllSessions']>[0] => ({
  but: (keepOwn ?? true) && session ? session.id : null,
  by,
  through,
});

type MutationFields = Parameters<Parameters<typeof builder.mutationFields>[0]>[0];

/** What an admin does to a user. */
interface UserChange {
  readonly description: string;
  /** The refusals. */
  readonly types: (typeof UserNotFound | typeof RebindNotAccepted)[];
  /** The description of the result without a refusal. */
  readonly success: string;
  readonly change: (users: Users, request: AdminAct & { readonly userId: number }) => Promise<User>;
}

/** A mutation by which an admin changes one user. It returns the person after the change. */
function fieldOfUser(t: MutationFields, name: string, { description, types, success, change }: UserChange) {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return t.field({
    type: PersonType,
    authScopes: { administer: true },
    description,
    args: { userId: t.arg.id({ required: true, description: 'The id of the user.' }) },
    errors: {
      types,
      union: { name: `${type}Result`, description: `The result of \`${name}\`.` },
      result: { name: `${type}Success`, description: success },
      dataField: { name: 'person', description: 'The person after the change.' },
    },
    resolve: async (_root, { userId }, { users, viewer }) => {
      const { user: by, through } = viewer;
      return await users.person(await change(users, { userId: userNumber(userId), by, through }));
    },
  });
}

builder.mutationFields((t) => ({
  banUser: t.field({
    type: PersonType,
    authScopes: { administer: true },
    description:
      'Bans a user: their sessions, tokens and sign-in links become invalid, and their connections are closed. Their jobs continue.',
    args: { input: t.arg({ type: BanUserInput, required: true, description: 'The ban.' }) },
    errors: {
      types: [UserNotFound, BanNotAccepted],
      union: { name: 'BanUserResult', description: 'The result of `banUser`.' },
      result: { name: 'BanUserSuccess', description: 'The user is banned.' },
      dataField: { name: 'person', description: 'The person after the change.' },
    },
    resolve: async (_root, { input: { userId, reason } }, { users, viewer }) => {
      const { user: by, through } = viewer;
      return await users.person(await users.ban({ userId: userNumber(userId), reason, by, through }));
    },
  }),
  unbanUser: fieldOfUser(t, 'unbanUser', {
    description:
      'Ends the ban of a user: their tokens and sessions become valid again unless they have expired.',
    types: [UserNotFound],
    success: 'The user is not banned.',
    change: (users, request) => users.unban(request),
  }),
  rebindUser: fieldOfUser(t, 'rebindUser', {
    description:
      'Frees an account of its person at the identity provider: the next person who completes a sign-in with its name gets it. Ends its sessions, links and tokens, and removes its authenticator and passkeys.',
    types: [UserNotFound, RebindNotAccepted],
    success: 'The account no longer belongs to a person at the identity provider.',
    change: (users, request) => users.rebind(request),
  }),
  endSessionsOf: fieldOfUser(t, 'endSessionsOf', {
    description:
      'Ends all sessions of a user and invalidates their sign-in links. Tokens stay valid, and the user may sign in again.',
    types: [UserNotFound],
    success: 'The sessions have ended.',
    change: (users, request) => users.endSessionsOf(request),
  }),
  endSessionsOfEveryone: t.field({
    type: EndedSessionsType,
    authScopes: { administer: true },
    description:
      'Ends the sessions of all users and invalidates all unused sign-in links. Tokens stay valid.',
    args: {
      input: t.arg({
        type: EndSessionsOfEveryoneInput,
        required: true,
        description: 'Which sessions to keep.',
      }),
    },
    resolve: async (_root, { input: { keepOwn } }, { users, viewer }) => ({
      ended: await users.endAllSessions(allSessions(viewer, keepOwn)),
    }),
  }),
  endAllSessions: t.int({
    authScopes: { administer: true },
    deprecationReason: deprecated({
      use: '`endSessionsOfEveryone`',
      since: '2026-11-29',
      removedAfter: '2027-03-01',
    }),
    description:
      'Ends the sessions of all users and invalidates all unused sign-in links. Tokens stay valid. Returns the number of ended sessions.',
    args: {
      keepOwn: t.arg.boolean({
        defaultValue: true,
        description: 'Whether to keep the session of this request.',
      }),
    },
    resolve: (_root, { keepOwn }, { users, viewer }) => users.endAllSessions(allSessions(viewer, keepOwn)),
  }),
  revokeTokenOf: t.field({
    type: IssuedTokenType,
    authScopes: { administer: true },
    description: 'Revokes a token of any user. Idempotent.',
    args: { tokenId: t.arg.id({ required: true, description: 'The id of the token.' }) },
    errors: {
      types: [UnknownToken],
      union: { name: 'RevokeTokenOfResult', description: 'The result of `revokeTokenOf`.' },
      result: { name: 'RevokeTokenOfSuccess', description: 'The token is revoked.' },
      dataField: { name: 'token', description: 'The revoked token.' },
    },
    resolve: (_root, args, { users, viewer }) => {
      const tokenId = rowNumber(args.tokenId);
      if (tokenId === null) throw new UnknownToken();
      const { user: by, through } = viewer;
      return users.revokeTokenOf({ tokenId, by, through });
    },
  }),
}));
