// Owns the GraphQL types of the viewer's own sessions. Not what a session is (schema/model/account/session.ts), not the sessions of other users (person.ts).
import { SessionNotFound } from '../../model/account/own-session.ts';
import { type Session, type SignInWay, sessionEndsAt } from '../../model/account/session.ts';
import { builder } from '../builder.ts';
import type { SessionViewer, Viewer } from '../context.ts';
import { rowNumber } from '../id.ts';
import { refusal } from '../refusal-type.ts';
import { ViewerType } from './user.ts';

/** The viewer with their session. The rule `browser` guarantees that there is one. */
export function sessionViewer(viewer: Viewer): SessionViewer {
  const { session } = viewer;
  if (session === null) throw new Error('a field with the rule "browser" was resolved without a session');
  return { ...viewer, session };
}

const SignInWayType = builder.enumType('SignInWay', {
  description: 'How a session was started. Further values may be added.',
  values: {
    LINK: { value: 'link', description: 'With a sign-in link.' },
    PROVIDER: { value: 'provider', description: 'At the identity provider of the organisation.' },
  } satisfies Record<Uppercase<SignInWay>, { value: SignInWay; description: string }>,
});

const SessionType = builder.objectRef<Session>('Session').implement({
  authScopes: { browser: true },
  description: 'A signed-in browser. The field that returns it decides whether the viewer may see it.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id, as `endSession` takes it.' }),
    way: t.field({
      type: SignInWayType,
      description: 'How the session was started.',
      resolve: ({ way }) => way,
    }),
    isCurrent: t.boolean({
      description: 'Whether this request was sent in this session.',
      resolve: ({ id }, _args, { viewer }) => id === viewer.session?.id,
    }),
    address: t.string({
      nullable: true,
      description: 'The IP address from which the session was started; null if unknown.',
      resolve: ({ address }) => address ?? null,
    }),
    agent: t.string({
      nullable: true,
      description: 'The `User-Agent` of the browser, at most 300 characters, not verified; null if unknown.',
      resolve: ({ agent }) => agent ?? null,
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the session was started.',
      resolve: (each) => each.createdAt,
    }),
    lastUsedAt: t.field({
      type: 'DateTime',
      description: 'When the session was last used, within five minutes. An open subscription is not a use.',
      resolve: (each) => each.lastUsedAt,
    }),
    secondFactorAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When the second factor was last entered; null if never. In a session of the kind PROVIDER the user then has proved only a password.',
      resolve: (each) => each.secondFactorAt ?? null,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'When the session expires unless it is used before.',
      resolve: sessionEndsAt,
    }),
  }),
});

builder.objectField(ViewerType, 'sessions', (t) =>
  t.field({
    type: [SessionType],
    authScopes: { browser: true },
    description: 'Your active sessions, the last used first, at most 100. Not available to tokens.',
    resolve: async (viewer, _args, { sessions }) => [...(await sessions.own(viewer))],
  }),
);

const EndSessionInput = builder.inputType('EndSessionInput', {
  description: 'Which of your sessions to end.',
  fields: (t) => ({ sessionId: t.id({ required: true, description: 'The id of the session.' }) }),
});

builder.mutationField('endSession', (t) =>
  t.field({
    type: [SessionType],
    authScopes: { browser: true },
    description: 'Ends one of your sessions and closes its connections immediately. Not available to tokens.',
    args: { input: t.arg({ type: EndSessionInput, required: true, description: 'Which session to end.' }) },
    errors: {
      types: [SessionNotFound],
      union: { name: 'EndSessionResult', description: 'The result of `endSession`.' },
      result: { name: 'EndSessionSuccess', description: 'The session has ended.' },
      dataField: { name: 'sessions', description: 'Your remaining sessions, at most 100.' },
    },
    resolve: async (_root, { input }, { sessions, viewer }) => {
      await sessions.end(viewer, rowNumber(input.sessionId));
      return [...(await sessions.own(viewer))];
    },
  }),
);

builder.mutationField('endOtherSessions', (t) =>
  t.field({
    type: [SessionType],
    authScopes: { browser: true },
    description:
      'Ends all your sessions except this one, and closes their connections immediately. Not available to tokens.',
    errors: {
      types: [SessionNotFound],
      union: { name: 'EndOtherSessionsResult', description: 'The result of `endOtherSessions`.' },
      result: { name: 'EndOtherSessionsSuccess', description: 'The other sessions have ended.' },
      dataField: { name: 'sessions', description: 'Your remaining sessions, at most 100: this one.' },
    },
    resolve: async (_root, _args, { sessions, viewer }) => {
      await sessions.endOthers(sessionViewer(viewer));
      return [...(await sessions.own(viewer))];
    },
  }),
);

builder.objectType(SessionNotFound, {
  interfaces: refusal(SessionNotFound, 'SESSION_NOT_FOUND'),
  authScopes: { browser: true },
  name: 'SessionNotFound',
  description: 'You have no such session, or it has already ended.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'A message for the user.' }) }),
});
