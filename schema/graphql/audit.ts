// Owns how the audit log is shown and filtered. Not what is recorded (schema/model/account/audit.ts).
import {
  type AuditAction,
  type AuditFilter,
  type AuditRecord,
  auditActions,
} from '../model/account/audit.ts';
import { User } from '../model/account/user.ts';
import { builder } from './builder.ts';
import type { Page } from './context.ts';
import { rowNumber } from './id.ts';
import { endCursor, PageInfoType, rowBehind } from './pagination.ts';
import { badInput, checkedText, inRange } from './refusal.ts';

/** What a newer version has recorded and this one does not know. */
const unknownAction = 'other';

const AuditActionType = builder.enumType('AuditAction', {
  description: 'What was done. More may come.',
  values: {
    LINK_MADE: { value: 'link made', description: 'A command on the deployment host gave a sign-in link.' },
    SIGN_IN: { value: 'sign-in', description: 'A browser was signed in.' },
    SIGN_IN_REFUSED: {
      value: 'sign-in refused',
      description: 'Somebody came with a link that could not be used, or was banned.',
    },
    SECOND_FACTOR: { value: 'second factor', description: 'A second factor was shown.' },
    SECOND_FACTOR_REFUSED: {
      value: 'second factor refused',
      description: 'A wrong second factor, or one too many.',
    },
    SECOND_FACTOR_CHANGED: {
      value: 'second factor changed',
      description: 'An authenticator was added or removed.',
    },
    SIGN_OUT: { value: 'sign-out', description: 'One session was ended.' },
    SIGN_OUT_OF_ALL: {
      value: 'sign-out of all',
      description: 'All sessions of somebody, or of everybody, were ended.',
    },
    START: { value: 'start', description: 'A job was queued.' },
    ANSWER: { value: 'answer', description: 'A question was answered.' },
    STOP: { value: 'stop', description: 'A job was stopped or cancelled.' },
    RETRY: { value: 'retry', description: 'A job was queued again.' },
    LOSE: {
      value: 'lose',
      description: 'A command on the deployment host closed a job whose host did not answer.',
    },
    REVEAL: { value: 'reveal', description: 'Sensitive lines were shown.' },
    HOLD: { value: 'hold', description: 'Deployments were held.' },
    RELEASE: { value: 'release', description: 'Deployments were released.' },
    BAN: { value: 'ban', description: 'Somebody was banned.' },
    UNBAN: { value: 'unban', description: 'A ban was ended.' },
    TOKEN_MADE: { value: 'token made', description: 'An API token was made.' },
    TOKEN_REVOKED: { value: 'token revoked', description: 'An API token was revoked.' },
    OTHER: {
      value: unknownAction,
      description: 'Something that this version does not know: see the detail.',
    },
  } satisfies Record<string, { value: AuditAction | typeof unknownAction; description: string }>,
});

const AuditEntryType = builder.objectRef<AuditRecord>('AuditEntry').implement({
  authScopes: { administer: true },
  description: 'Something that somebody did. Entries are added, and never changed or removed.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Greater than that of every entry before it.' }),
    at: t.field({ type: 'DateTime', description: 'When.', resolve: ({ at }) => at }),
    user: t.field({
      type: User,
      nullable: true,
      description: 'Who did it, as they are called now; null: nobody who is known.',
      resolve: ({ user }, _args, { users }) => (user ? users.load(user.id) : null),
    }),
    action: t.field({
      type: AuditActionType,
      description: 'What was done.',
      resolve: ({ action }) => auditActions.find((known) => known === action) ?? unknownAction,
    }),
    jobId: t.id({
      nullable: true,
      description: 'The job it was done to, which may have been removed since; null: none.',
      resolve: ({ jobId }) => jobId,
    }),
    detail: t.exposeString('detail', {
      description: 'What exactly, in words that can hold what others wrote. At most 2,001 characters.',
    }),
    channel: t.exposeString('channel', {
      nullable: true,
      description:
        'What it came through: `page`, `host` (a command on the deployment host) or `token NAME`; null: not known.',
    }),
    address: t.exposeString('address', {
      nullable: true,
      description: 'The address it came from, of a proxy where one is in between; null: none, or not known.',
    }),
  }),
});

const AuditEdgeType = builder.objectRef<AuditRecord>('AuditEdge').implement({
  authScopes: { administer: true },
  description: 'An entry in a page of the audit log.',
  fields: (t) => ({
    node: t.field({ type: AuditEntryType, description: 'The entry.', resolve: (entry) => entry }),
    cursor: t.string({
      description: 'What to give as `after` to go on behind it.',
      resolve: ({ id }) => String(id),
    }),
  }),
});

const AuditConnectionType = builder.objectRef<Page<AuditRecord>>('AuditConnection').implement({
  authScopes: { administer: true },
  description: 'A page of the audit log, newest first.',
  fields: (t) => ({
    edges: t.field({ type: [AuditEdgeType], description: 'With cursors.', resolve: ({ nodes }) => nodes }),
    nodes: t.field({ type: [AuditEntryType], description: 'Without.', resolve: ({ nodes }) => nodes }),
    pageInfo: t.field({
      type: PageInfoType,
      description: 'How it goes on.',
      resolve: ({ nodes, hasNextPage }) => ({ hasNextPage, endCursor: endCursor(nodes) }),
    }),
    totalCount: t.int({
      description: 'How many entries the filter lets through in all.',
      resolve: (page) => page.count(),
    }),
  }),
});

const AuditFilterInput = builder.inputType('AuditFilter', {
  description: 'Which entries are wanted; all conditions hold together.',
  fields: (t) => ({
    actions: t.field({
      type: [AuditActionType],
      description: 'One of these. An empty list is no condition.',
    }),
    user: t.string({ description: 'The whole name of who did it.' }),
    jobId: t.id({ description: 'The job it was done to.' }),
    since: t.field({ type: 'DateTime', description: 'From this moment on …' }),
    until: t.field({ type: 'DateTime', description: '… and before this one.' }),
  }),
});

/** Throws BAD_USER_INPUT for the number of a job that can be none. */
function filterOf(input: typeof AuditFilterInput.$inferInput): AuditFilter {
  const actions = input.actions?.flatMap((name) => auditActions.find((known) => known === name) ?? []);
  const jobId = input.jobId == null ? null : rowNumber(input.jobId);
  if (input.jobId != null && jobId === null) throw badInput('“jobId” is not the number of a job.');
  return {
    ...(actions?.length ? { actions } : {}),
    ...(input.user ? { user: checkedText('user', input.user) } : {}),
    ...(jobId === null ? {} : { jobId }),
    ...(input.since == null ? {} : { since: input.since }),
    ...(input.until == null ? {} : { until: input.until }),
  };
}

/** How many entries a page has at most. */
const mostEntries = 200;

builder.queryField('auditLog', (t) =>
  t.field({
    type: AuditConnectionType,
    authScopes: { administer: true },
    description: 'Who did what, newest first. All of it as JSON lines: `GET /audit.jsonl`.',
    args: {
      first: t.arg.int({ defaultValue: 50, description: `1 to ${mostEntries}.` }),
      after: t.arg.string({ description: 'The cursor of the last entry already seen.' }),
      filter: t.arg({ type: AuditFilterInput }),
    },
    resolve: (_root, args, { audit }) =>
      audit.list({
        first: inRange('first', args.first ?? 50, 1, mostEntries),
        before: rowBehind(args.after),
        filter: filterOf(args.filter ?? {}),
      }),
  }),
);
