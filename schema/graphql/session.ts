// Owns how one's own sessions are shown and ended. Not what a session is (schema/model/account/session.ts), and never somebody else's.

import { SessionNotFound } from '../model/account/own-session.ts';
import { type Session, type SignInWay, sessionEndsAt } from '../model/account/session.ts';
import { builder } from './builder.ts';
import type { PageViewer, Viewer } from './context.ts';
import { rowNumber } from './id.ts';
import { ViewerType } from './user.ts';

/** The caller as one with a session. The rule `page` has made sure of it. */
export function pageViewer(viewer: Viewer): PageViewer {
  const { session } = viewer;
  if (session === null) throw new Error('a field with the rule "page" was reached without a session');
  return { ...viewer, session };
}

const SignInWayType = builder.enumType('SignInWay', {
  description: 'How a session began. More may come.',
  values: {
    LINK: { value: 'link', description: 'With a link of the deployment host.' },
    PROVIDER: { value: 'provider', description: "At the organisation's identity provider." },
  } satisfies Record<Uppercase<SignInWay>, { value: SignInWay; description: string }>,
});

const SessionType = builder.objectRef<Session>('Session').implement({
  authScopes: { page: true },
  description: 'A signed-in browser. Whether the caller may see it is decided by the field that leads to it.',
  fields: (t) => ({
    id: t.exposeID('id', {}),
    way: t.field({ type: SignInWayType, description: 'How it began.', resolve: ({ way }) => way }),
    isCurrent: t.boolean({
      description: 'Whether it is the one that sends this request.',
      resolve: ({ id }, _args, { viewer }) => id === viewer.session?.id,
    }),
    address: t.string({
      nullable: true,
      description: 'The address it was opened from; null: not known.',
      resolve: ({ address }) => address ?? null,
    }),
    agent: t.string({
      nullable: true,
      description:
        'What the browser calls itself (`User-Agent`), at most 300 characters. Anybody can write anything there. Null: not known.',
      resolve: ({ agent }) => agent ?? null,
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was opened.',
      resolve: (each) => each.createdAt,
    }),
    lastUsedAt: t.field({
      type: 'DateTime',
      description: 'When it was last used, to five minutes. A page that is merely open does not use it.',
      resolve: (each) => each.lastUsedAt,
    }),
    secondFactorAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When it last showed a second factor; null: never. Of the way PROVIDER it may then be a stranger who knows a password.',
      resolve: (each) => each.secondFactorAt ?? null,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'When it ends by itself, if it is not used before.',
      resolve: sessionEndsAt,
    }),
  }),
});

builder.objectField(ViewerType, 'sessions', (t) =>
  t.field({
    type: [SessionType],
    authScopes: { page: true },
    description: 'Your own that have not ended, the one used last first. Not for tokens.',
    resolve: async (viewer, _args, { sessions }) => [...(await sessions.own(viewer))],
  }),
);

const EndSessionInput = builder.inputType('EndSessionInput', {
  description: 'Which of your sessions to end.',
  fields: (t) => ({ sessionId: t.id({ required: true }) }),
});

builder.mutationField('endSession', (t) =>
  t.field({
    type: [SessionType],
    authScopes: { page: true },
    description: 'Ends one of your own sessions; what is open in it is closed at once. Not for tokens.',
    args: { input: t.arg({ type: EndSessionInput, required: true }) },
    errors: {
      types: [SessionNotFound],
      union: { name: 'EndSessionResult', description: 'What came of ending a session.' },
      result: { name: 'EndSessionSuccess', description: 'It has ended.' },
      dataField: { name: 'sessions', description: 'Your sessions that are left.' },
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
    authScopes: { page: true },
    description:
      'Ends all of your own sessions but this one; what is open in them is closed at once. Not for tokens.',
    errors: {
      types: [],
      union: { name: 'EndOtherSessionsResult', description: 'What came of ending all other sessions.' },
      result: { name: 'EndOtherSessionsSuccess', description: 'They have ended.' },
      dataField: { name: 'sessions', description: 'Your sessions that are left: this one.' },
    },
    resolve: async (_root, _args, { sessions, viewer }) => {
      await sessions.endOthers(pageViewer(viewer));
      return [...(await sessions.own(viewer))];
    },
  }),
);

builder.objectType(SessionNotFound, {
  authScopes: { page: true },
  name: 'SessionNotFound',
  description: 'It is none of your sessions, or it has ended already.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'Fit to be shown.' }) }),
});
