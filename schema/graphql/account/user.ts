// Owns the GraphQL types of users and the viewer. Not what a user is (schema/model/account/user.ts), not signing in (server/).
import { includesRole, type Role, User } from '../../model/account/user.ts';
import { builder, roleByRule } from '../builder.ts';
import type { Viewer } from '../context.ts';

builder.objectType(User, {
  name: 'User',
  authScopes: { read: true },
  description: 'A user.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id, which stays the same when the name changes.' }),
    name: t.exposeString('name', {
      description: 'The name: at most 85 characters, without control characters.',
    }),
  }),
});

export const RoleType = builder.enumType('Role', {
  description: 'What a user may do. Each role includes the previous ones. Further values may be added.',
  values: {
    VIEWER: { value: 'viewer', description: 'May see everything except the text of sensitive lines.' },
    DEPLOYER: {
      value: 'deployer',
      description: 'May start, answer, stop and retry any job, and reveal sensitive lines.',
    },
    ADMIN: {
      value: 'admin',
      description: 'May manage users, tokens and webhooks, hold deployments and read the audit log.',
    },
  } satisfies Record<Uppercase<Role>, { value: Role; description: string }>,
});

/** How many groups of a user are shown. */
export const maxGroups = 1_000;

/** The viewer; other nouns add fields to it. */
export const ViewerType = builder.objectRef<Viewer>('Viewer').implement({
  authScopes: { read: true },
  description: 'The user or token that sent this request.',
  fields: (t) => ({
    user: t.field({
      type: User,
      description: 'The user; for an API token, the user it acts for.',
      resolve: ({ user }) => user,
    }),
    role: t.field({
      type: RoleType,
      description: 'The role at the time of this operation; it may change at any time.',
      resolve: ({ role }) => role,
    }),
    groups: t.stringList({
      nullable: true,
      authScopes: { read: true },
      description:
        'The groups that the identity provider sent at the last sign-in; null if the user never signed in there. They determine the role unless the sign-in link set one. At most 1,000.',
      resolve: ({ user }) => user.groups?.slice(0, maxGroups),
    }),
    secondFactorAt: t.field({
      type: 'DateTime',
      nullable: true,
      authScopes: { read: true },
      description: 'When the second factor was last entered in this session; null if never, or for a token.',
      resolve: ({ session }) => session?.secondFactorAt ?? null,
    }),
    canDeploy: t.boolean({
      description: 'Whether the viewer may start, answer, stop and retry jobs.',
      resolve: ({ role }) => includesRole(role, roleByRule.deploy),
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({
    type: ViewerType,
    nullable: true,
    authScopes: { read: true },
    description:
      'The user or token that sent this request. Never null: requests without authentication are refused.',
    resolve: (_root, _args, { viewer }) => viewer,
  }),
);
