// Owns how people and the caller are shown. Not who they are (schema/model/account/user.ts), not how they sign in (server/).
import { includesRole, type Role, User } from '../model/account/user.ts';
import { builder, roleByRule } from './builder.ts';
import type { Viewer } from './context.ts';

builder.objectType(User, {
  name: 'User',
  authScopes: { read: true },
  description: 'A person, as the deployment host knows them.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Does not change when the name does.' }),
    name: t.exposeString('name', { description: 'At most 85 characters, none of them a control character.' }),
  }),
});

export const RoleType = builder.enumType('Role', {
  description: 'What somebody may do. Each role may do what those before it may.',
  values: {
    VIEWER: { value: 'viewer', description: 'Sees everything but the text of sensitive lines.' },
    DEPLOYER: { value: 'deployer', description: 'Starts, answers, stops and retries any job.' },
    ADMIN: { value: 'admin', description: 'Looks after the system itself.' },
  } satisfies Record<Uppercase<Role>, { value: Role; description: string }>,
});

/** Whoever asks; other nouns add their fields to it. */
export const ViewerType = builder.objectRef<Viewer>('Viewer').implement({
  authScopes: { read: true },
  description: 'Whoever sends this request.',
  fields: (t) => ({
    user: t.field({
      type: User,
      description: 'For an API token: the person it acts for.',
      resolve: ({ user }) => user,
    }),
    role: t.field({
      type: RoleType,
      description: 'As of this operation; it can change while a page is open.',
      resolve: ({ role }) => role,
    }),
    groups: t.stringList({
      nullable: true,
      authScopes: { read: true },
      description:
        'The groups that the identity provider named at the last sign-in there; null: never signed in there. Where a session or token has no role of its own, they give it.',
      resolve: ({ user }) => (user.groups === null || user.groups === undefined ? null : [...user.groups]),
    }),
    secondFactorAt: t.field({
      type: 'DateTime',
      nullable: true,
      authScopes: { read: true },
      description: 'When this session last showed a second factor; null: never, or this is a token.',
      resolve: ({ session }) => session?.secondFactorAt ?? null,
    }),
    canDeploy: t.boolean({
      description: 'Whether starting, answering, stopping and retrying are allowed.',
      resolve: ({ role }) => includesRole(role, roleByRule.deploy),
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({
    type: ViewerType,
    nullable: true,
    authScopes: { read: true },
    description: 'Whoever sends this request. Nobody is answered without being signed in.',
    resolve: (_root, _args, { viewer }) => viewer,
  }),
);
