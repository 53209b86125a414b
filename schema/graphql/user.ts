// Owns how people and the caller are shown. Not who they are (schema/model/user.ts), not how they sign in (server/).
import { includesRole, type Role, User } from '../model/user.ts';
import { builder, roleOfScope } from './builder.ts';
import type { Viewer } from './context.ts';

builder.objectType(User, {
  name: 'User',
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

const ViewerType = builder.objectRef<Viewer>('Viewer').implement({
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
    canDeploy: t.boolean({
      description: 'Whether starting, answering, stopping and retrying are allowed.',
      resolve: ({ role }) => includesRole(role, roleOfScope.deploy),
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
