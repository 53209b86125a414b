// Owns the GraphQL types of rates of errors, verdicts about them, and of how current they are. Not the test (schema/text/error-log/error-rate.ts).
import type { ErrorRate, ErrorVerdict, VerdictKind } from '../../text/error-log/error-rate.ts';
import type { ErrorLogSource } from '../../text/error-log/job-health.ts';
import { builder } from '../builder.ts';
import { intCount } from './error-message.ts';

export const ErrorRateType = builder.objectRef<ErrorRate>('ErrorRate').implement({
  authScopes: { read: true },
  description: 'Errors of a time span.',
  fields: (t) => ({
    errors: t.int({ description: 'How many.', resolve: ({ errors }) => intCount(errors) }),
    minutes: t.exposeFloat('minutes', { description: 'How long the span is, in minutes; more than 0.' }),
    perMinute: t.float({
      description: 'Errors per minute.',
      resolve: ({ errors, minutes }) => errors / minutes,
    }),
  }),
});

const VerdictKindType = builder.enumType('ErrorVerdictKind', {
  description: 'What a comparison of two rates of errors says. Further values may be added.',
  values: {
    USUAL: { value: 'usual', description: 'No more errors than usual.' },
    MORE: { value: 'more', description: 'More errors than usual, by more than chance.' },
    FEWER: { value: 'fewer', description: 'Fewer errors than usual, by more than chance.' },
    TOO_LITTLE: {
      value: 'too-little',
      description: 'Too few errors for a verdict: three times the usual rate would not be noticeable.',
    },
    UNKNOWN: { value: 'unknown', description: 'There is nothing to compare; the text says why.' },
  } satisfies Record<string, { value: VerdictKind; description: string }>,
});

export const ErrorVerdictType = builder.objectRef<ErrorVerdict>('ErrorVerdict').implement({
  authScopes: { read: true },
  description:
    'What a comparison of two rates of errors says. It is for people: SpiderPig never answers a question because of it.',
  fields: (t) => ({
    kind: t.field({ type: VerdictKindType, description: 'What it says.', resolve: ({ kind }) => kind }),
    text: t.exposeString('text', {
      description: 'The same as text, for example `3.4× the usual rate; 2 new messages`.',
    }),
    basis: t.exposeString('basis', {
      description:
        'The numbers that it rests on, for example `41 errors in 3 min, 12 expected, p < 0.001`; empty if no test was made.',
    }),
    factor: t.exposeFloat('factor', {
      nullable: true,
      description: 'The rate divided by the usual rate; null if the usual rate is 0 or unknown.',
    }),
    probability: t.exposeFloat('probability', {
      nullable: true,
      description:
        'The probability of at least this difference if nothing has changed; null if no test was made.',
    }),
  }),
});

export const ErrorLogSourceType = builder.objectRef<ErrorLogSource>('ErrorLogSource').implement({
  authScopes: { read: true },
  description:
    'How current the counts of errors are. What was read last is still shown while searches fail: a failed search is never a count of zero.',
  fields: (t) => ({
    readAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the last search succeeded; null if none has yet.',
      resolve: ({ readAt }) => readAt,
    }),
    problem: t.exposeString('problem', {
      nullable: true,
      description:
        'Why the last search failed, as a clause about the error log: `it did not answer within 10 seconds`; null if it did not fail.',
    }),
    failingSince: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the first search after the last successful one failed; null if none has.',
      resolve: ({ failingSince }) => failingSince,
    }),
  }),
});
