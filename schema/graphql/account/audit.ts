// Owns the GraphQL types of the audit log, and filtering it. Not what is recorded (schema/model/account/audit.ts).
import {
  type AuditAction,
  type AuditFilter,
  type AuditRecord,
  auditActions,
} from '../../model/account/audit.ts';
import { User } from '../../model/account/user.ts';
import { builder } from '../builder.ts';
import { rowNumber } from '../id.ts';
import { connectionType, pageAfter, pageArgs, rowOfCursor } from '../pagination.ts';
import { badInput, checkedText, inRange } from '../refusal.ts';

/** For an action that a newer version recorded. */
const unknownAction = 'other';

const AuditActionType = builder.enumType('AuditAction', {
  description: 'The kind of an action. Further values may be added.',
  values: {
    LINK_MADE: {
      value: 'link made',
      description: 'A command on the deployment host created a sign-in link.',
    },
    SIGN_IN: {
      value: 'sign-in',
      description: 'A browser signed in, or a user allowed a terminal to sign in.',
    },
    SIGN_IN_REFUSED: {
      value: 'sign-in refused',
      description: 'A sign-in was refused: the link was invalid, or the user is banned.',
    },
    SECOND_FACTOR: { value: 'second factor', description: 'A second factor was accepted.' },
    SECOND_FACTOR_REFUSED: {
      value: 'second factor refused',
      description: 'A second factor was wrong, or the second factor is locked.',
    },
    SECOND_FACTOR_CHANGED: {
      value: 'second factor changed',
      description:
        'An authenticator, a passkey or a code from the deployment host was added, or one was renamed or removed.',
    },
    SIGN_OUT: { value: 'sign-out', description: 'A session was ended.' },
    SIGN_OUT_OF_ALL: {
      value: 'sign-out of all',
      description: 'All sessions of one user, or of all users, were ended.',
    },
    START: { value: 'start', description: 'A job was queued.' },
    ANSWER: { value: 'answer', description: 'A question was answered.' },
    CLAIM: { value: 'claim', description: 'A user said that they handle a question.' },
    STOP: { value: 'stop', description: 'A job was stopped or cancelled.' },
    HAND_OVER: { value: 'hand over', description: 'Another deployer became responsible for a job.' },
    MOVE: { value: 'move', description: 'A queued job was moved within its queue.' },
    RETRY: { value: 'retry', description: 'A job was retried.' },
    LOSE: {
      value: 'lose',
      description: 'A command on the deployment host declared a job lost because its host was unreachable.',
    },
    REVEAL: { value: 'reveal', description: 'Sensitive lines were revealed.' },
    HOLD: { value: 'hold', description: 'Deployments were held.' },
    RELEASE: { value: 'release', description: 'Deployments were released.' },
    BAN: { value: 'ban', description: 'A user was banned.' },
    UNBAN: { value: 'unban', description: 'A ban was ended.' },
    REBIND: {
      value: 'rebind',
      description: 'An account was freed of its person at the identity provider.',
    },
    TOKEN_MADE: { value: 'token made', description: 'An API token was created.' },
    DOWNLOAD: { value: 'download', description: 'The log of a job, or the audit log, was downloaded.' },
    BACKUP: {
      value: 'backup',
      description: 'A command on the deployment host made a backup of the database.',
    },
    TOKEN_REVOKED: { value: 'token revoked', description: 'An API token was revoked.' },
    WEBHOOK: {
      value: 'webhook',
      description:
        'A webhook was created, changed, disabled, tested or deleted, or a delivery was sent again.',
    },
    NOTIFICATIONS: {
      value: 'notifications',
      description: 'A browser subscribed to notifications while no page is open, or ended its subscription.',
    },
    OTHER: {
      value: unknownAction,
      description: 'An action that this version does not know: see `detail`.',
    },
  } satisfies Record<string, { value: AuditAction | typeof unknownAction; description: string }>,
});

const AuditEntryType = builder.objectRef<AuditRecord>('AuditEntry').implement({
  authScopes: { administer: true },
  description: 'A recorded action. Entries are never changed or removed.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id, which is greater than that of all earlier entries.' }),
    at: t.field({ type: 'DateTime', description: 'When it was done.', resolve: ({ at }) => at }),
    user: t.field({
      type: User,
      nullable: true,
      description: 'The user who did it; null if unknown.',
      resolve: ({ user }, _args, { users }) => (user ? users.load(user.id) : null),
    }),
    action: t.field({
      type: AuditActionType,
      description: 'What was done.',
      resolve: ({ action }) => auditActions.find((known) => known === action) ?? unknownAction,
    }),
    jobId: t.id({
      nullable: true,
      description: 'The number of the job that it concerns, which may have been removed; null if none.',
      resolve: ({ jobId }) => jobId,
    }),
    detail: t.exposeString('detail', {
      description: 'Details for people. They may contain text of users. At most 2,001 characters.',
    }),
    channel: t.exposeString('channel', {
      nullable: true,
      description:
        'The channel: `page` (the web client), `token NAME`, `host` (a command on the deployment host), `provider` (back-channel logout) or `terminal` (one that received its token); null if unknown. Further values may be added.',
    }),
    address: t.exposeString('address', {
      nullable: true,
      description:
        'The IP address of the client, or of the proxy in front of it; null if none exists or it is unknown.',
    }),
  }),
});

const AuditConnectionType = connectionType('Audit', AuditEntryType, {
  scope: 'administer',
  description: 'A page of the audit log, newest first.',
  one: 'entry',
  many: 'entries',
  rowOf: ({ id }) => id,
});

const AuditFilterInput = builder.inputType('AuditFilter', {
  description: 'Selects entries that meet all given conditions.',
  fields: (t) => ({
    actions: t.field({
      type: [AuditActionType],
      description: 'The action is one of these. An empty list matches all actions.',
    }),
    user: t.string({ description: 'The exact name of the user who did it.' }),
    jobId: t.id({ description: 'The number of the job that it concerns.' }),
    since: t.field({ type: 'DateTime', description: 'At or after this time.' }),
    until: t.field({ type: 'DateTime', description: 'Before this time.' }),
  }),
});

/** Throws BAD_USER_INPUT for an invalid job number. */
function filterOf(input: typeof AuditFilterInput.$inferInput): AuditFilter {
  const actions = input.actions?.flatMap((name) => auditActions.find((known) => known === name) ?? []);
  const jobId = input.jobId == null ? null : rowNumber(input.jobId);
  if (input.jobId != null && jobId === null) throw badInput('“jobId” is not a job number.');
  return {
    ...(actions?.length ? { actions } : {}),
    ...(input.user ? { user: checkedText('user', input.user) } : {}),
    ...(jobId === null ? {} : { jobId }),
    ...(input.since == null ? {} : { since: input.since }),
    ...(input.until == null ? {} : { until: input.until }),
  };
}

/** The maximum page size. */
const maxPageSize = 200;

builder.queryField('auditLog', (t) =>
  t.field({
    type: AuditConnectionType,
    authScopes: { administer: true },
    description: 'The audit log, newest first. `GET /audit.jsonl` downloads all of it as JSON lines.',
    args: {
      ...pageArgs(t.arg, { size: 50, max: maxPageSize }),
      filter: t.arg({ type: AuditFilterInput, description: 'Returns only matching entries.' }),
    },
    resolve: async (_root, args, { audit }) => {
      const page = await audit.list({
        first: inRange('first', args.first ?? 50, 1, maxPageSize),
        before: rowOfCursor(args.after),
        filter: filterOf(args.filter ?? {}),
      });
      return pageAfter(page, args.after);
    },
  }),
);
