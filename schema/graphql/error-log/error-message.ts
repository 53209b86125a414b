// Owns the GraphQL types of messages of the error log. Their text is for deployers only. Not filtering them (schema/text/error-log/error-message.ts).
import { includesRole } from '../../model/account/user.ts';
import {
  type ErrorMessage,
  type ErrorShare,
  type ErrorTarget,
  errorTargets,
  type MessageSort,
  type TargetCounts,
} from '../../text/error-log/error-message.ts';
import { builder, roleByRule } from '../builder.ts';
import type { Viewer } from '../context.ts';

/** The maximum number of minutes in a trend, and of versions or wikis of a message. */
export const maxTrend = 90;
const maxShares = 21;

/** The largest number that GraphQL's `Int` has. */
const largestInt = 2_147_483_647;
/** A count of the error log as an `Int`: an index can count more, and the other fields are still to be shown. */
export const intCount = (count: number): number => Math.min(count, largestInt);

/** Whether the viewer may read messages, which can contain personal data. */
export const mayReadMessages = ({ role }: Viewer): boolean => includesRole(role, roleByRule.deploy);

export const ErrorTargetType = builder.enumType('ErrorTarget', {
  description: 'Where errors occur, as the labels of their hosts say. Further values may be added.',
  values: {
    TESTSERVERS: { value: 'testservers', description: 'The test servers.' },
    CANARIES: { value: 'canaries', description: 'The canaries.' },
    PRODUCTION: { value: 'production', description: 'All other servers.' },
  } satisfies Record<Uppercase<ErrorTarget>, { value: ErrorTarget; description: string }>,
});

const ShareType = builder.objectRef<ErrorShare>('ErrorShare').implement({
  authScopes: { read: true },
  description: 'A part of a number of errors.',
  fields: (t) => ({
    name: t.exposeString('name', {
      nullable: true,
      description: 'A version or the database name of a wiki; null for all others together.',
    }),
    count: t.int({ description: 'How many errors.', resolve: ({ count }) => intCount(count) }),
  }),
});

export { ShareType as ErrorShareType };

interface TargetCount {
  readonly target: ErrorTarget;
  readonly count: number;
}

/** Counts as a list. Pure. */
export const targetList = (counts: TargetCounts): TargetCount[] =>
  errorTargets.map((target) => ({ target, count: counts[target] }));

export const TargetCountType = builder.objectRef<TargetCount>('ErrorTargetCount').implement({
  authScopes: { read: true },
  description: 'Errors of one target.',
  fields: (t) => ({
    target: t.field({ type: ErrorTargetType, description: 'Which one.', resolve: ({ target }) => target }),
    count: t.int({ description: 'How many errors.', resolve: ({ count }) => intCount(count) }),
  }),
});

export const ErrorMessageType = builder.objectRef<ErrorMessage>('ErrorMessage').implement({
  authScopes: { read: true },
  description: 'A message of the error log, with its errors since the start of the job or in the time span.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'A hash of its text, which stays the same.' }),
    text: t.string({
      nullable: true,
      description:
        'Its normalized text on one line, at most 1,000 characters; null for viewers, because it may contain personal data.',
      resolve: ({ text }, _args, { viewer }) => (mayReadMessages(viewer) ? text : null),
    }),
    isNew: t.exposeBoolean('isNew', { description: 'Whether it did not occur in the hour before.' }),
    count: t.int({ description: 'How many errors.', resolve: ({ count }) => intCount(count) }),
    before: t.int({
      description: 'How many errors in the hour before.',
      resolve: ({ before }) => intCount(before),
    }),
    firstSeenAt: t.field({
      type: 'DateTime',
      description: 'The time of its first error, of the last two hours or since an hour before the job.',
      resolve: ({ firstSeenAt }) => firstSeenAt,
    }),
    lastSeenAt: t.field({
      type: 'DateTime',
      description: 'The time of its last error.',
      resolve: ({ lastSeenAt }) => lastSeenAt,
    }),
    versions: t.field({
      type: [ShareType],
      description: 'The versions of MediaWiki, most errors first: at most 20, and all others together.',
      extensions: { maximum: maxShares },
      resolve: ({ versions }) => versions,
    }),
    wikis: t.field({
      type: [ShareType],
      description: 'The wikis, most errors first: at most 20, and all others together.',
      extensions: { maximum: maxShares },
      resolve: ({ wikis }) => wikis,
    }),
    targets: t.field({
      type: [TargetCountType],
      description: 'Errors by target: at most 10.',
      resolve: ({ targets }) => targetList(targets),
    }),
    trend: t.intList({
      description: 'Errors in each minute of the trend that it is shown with, oldest first: at most 90.',
      extensions: { maximum: maxTrend },
      resolve: ({ trend }) => trend.map(intCount),
    }),
    dashboardUrl: t.string({
      nullable: true,
      description: 'Its errors on the dashboard; null for viewers, and if no dashboard is configured.',
      resolve: ({ text }, _args, { viewer, errorLog }) =>
        mayReadMessages(viewer) ? errorLog.dashboardUrl(text) : null,
    }),
  }),
});

export const MessageSortType = builder.enumType('ErrorMessageSort', {
  description: 'An order of messages. Further values may be added.',
  values: {
    NEW_FIRST: { value: 'new-first', description: 'New ones first, then by their number of errors.' },
    COUNT: { value: 'count', description: 'Most errors first.' },
    LAST_SEEN: { value: 'last-seen', description: 'The last seen ones first.' },
    FIRST_SEEN: { value: 'first-seen', description: 'Those that were first seen last come first.' },
    VERSION: { value: 'version', description: 'Those of the newest version first.' },
    TEXT: {
      value: 'text',
      description: 'In alphabetical order; for viewers, who see no texts, as `COUNT`.',
    },
  } satisfies Record<string, { value: MessageSort; description: string }>,
});
