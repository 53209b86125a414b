// Owns the GraphQL types of the error log of production as a whole. Not what it says about a job (job-health.ts).
import { selectMessages } from '../../text/error-log/error-message.ts';
import type { ErrorRange } from '../../text/error-log/job-health.ts';
import { builder } from '../builder.ts';
import type { ErrorLogNow } from '../context.ts';
import { inRange } from '../refusal.ts';
import {
  ErrorMessageType,
  ErrorShareType,
  ErrorTargetType,
  intCount,
  MessageSortType,
  maxTrend,
  mayReadMessages,
  TargetCountType,
  targetList,
} from './error-message.ts';
import { ErrorLogSourceType, ErrorRateType, ErrorVerdictType } from './error-rate.ts';

const maxMessages = 200;
const maxMinutes = 60;

const ErrorRangeType = builder.objectRef<ErrorRange>('ErrorRange').implement({
  authScopes: { read: true },
  description: 'Production errors in a time span until the last search.',
  fields: (t) => ({
    from: t.field({ type: 'DateTime', description: 'When it begins.', resolve: ({ from }) => from }),
    to: t.field({
      type: 'DateTime',
      description:
        'When it ends: some seconds before the last search, because errors are found with a delay.',
      resolve: ({ to }) => to,
    }),
    total: t.field({
      type: ErrorRateType,
      nullable: true,
      description:
        'All errors; null while they are not known. Its minutes are fewer than those of the span while a part of it is not known yet.',
      resolve: ({ total }) => total,
    }),
    verdict: t.field({
      type: ErrorVerdictType,
      description: 'The last 5 minutes compared with the 55 minutes before.',
      resolve: ({ verdict }) => verdict,
    }),
    targets: t.field({
      type: [TargetCountType],
      description: 'Errors by target: at most 10.',
      resolve: ({ targets }) => targetList(targets),
    }),
    trend: t.intList({
      description: 'Errors in each minute, oldest first: at most 90; empty while they are not known.',
      extensions: { maximum: maxTrend },
      resolve: ({ trend }) => trend.map(intCount),
    }),
    versions: t.field({
      type: [ErrorShareType],
      description: 'Errors by version of MediaWiki, most first: at most 20, and all others together.',
      resolve: ({ versions }) => [...versions],
    }),
    messageCount: t.int({
      description: 'How many different messages the errors have.',
      resolve: ({ messages }) => messages.length,
    }),
    newMessageCount: t.int({
      description: 'How many of them did not occur in the hour before the span.',
      resolve: ({ messages }) => messages.filter(({ isNew }) => isNew).length,
    }),
    otherErrors: t.int({
      description: 'Errors whose messages were not read because there are too many; usually 0.',
      resolve: ({ otherErrors }) => intCount(otherErrors),
    }),
    messages: t.field({
      type: [ErrorMessageType],
      description: 'The messages of a selection, in its order.',
      args: {
        first: t.arg.int({ defaultValue: 50, description: 'The maximum number of messages: 1 to 200.' }),
        text: t.arg.string({
          description:
            'Only messages that contain this text, or whose version does, in any case; for viewers without effect.',
        }),
        version: t.arg.string({ description: 'Only messages of this version of MediaWiki.' }),
        target: t.arg({ type: ErrorTargetType, description: 'Only messages of this target.' }),
        onlyNew: t.arg.boolean({
          defaultValue: false,
          description: 'Only messages that did not occur in the hour before the span.',
        }),
        sort: t.arg({ type: MessageSortType, defaultValue: 'new-first', description: 'The order.' }),
      },
      extensions: { maximum: maxMessages },
      resolve: ({ messages }, { first, text, version, target, onlyNew, sort }, { viewer }) =>
        selectMessages(messages, {
          // A viewer could otherwise find out the text by trying.
          text: mayReadMessages(viewer) ? (text ?? null) : null,
          version: version ?? null,
          target: target ?? null,
          onlyNew: onlyNew ?? false,
          sort: sort === 'text' && !mayReadMessages(viewer) ? 'count' : (sort ?? 'new-first'),
        }).slice(0, inRange('first', first ?? 50, 1, maxMessages)),
    }),
  }),
});

const ErrorLogType = builder.objectRef<ErrorLogNow>('ErrorLog').implement({
  authScopes: { read: true },
  description:
    'Production errors, from OpenSearch or Elasticsearch. They are read every 15 seconds while they are watched, and never while a request waits.',
  fields: (t) => ({
    source: t.field({
      type: ErrorLogSourceType,
      description: 'How current this is.',
      resolve: ({ source }) => source,
    }),
    range: t.field({
      type: ErrorRangeType,
      description: 'Errors of the last minutes.',
      args: {
        minutes: t.arg.int({ defaultValue: 60, description: 'The length of the time span: 1 to 60.' }),
      },
      resolve: (now, { minutes }) => now.range(inRange('minutes', minutes ?? 60, 1, maxMinutes)),
    }),
    dashboardUrl: t.string({
      nullable: true,
      description: 'The dashboard; null if none is configured.',
      resolve: (_now, _args, { errorLog }) => errorLog.dashboardUrl(null),
    }),
  }),
});

builder.queryField('errorLog', (t) =>
  t.field({
    type: ErrorLogType,
    nullable: true,
    authScopes: { read: true },
    description: 'Production errors, as they were read last; null if no error log is configured.',
    resolve: (_root, _args, { errorLog }) => errorLog.now(),
  }),
);

builder.subscriptionField('errorLogUpdates', (t) =>
  t.field({
    type: ErrorLogType,
    authScopes: { read: true },
    description:
      'Production errors, now and after each search, every 15 seconds. Nothing is sent if no error log is configured.',
    subscribe: (_root, _args, { errorLog }) => errorLog.follow(),
    resolve: (now: ErrorLogNow) => now,
  }),
);
