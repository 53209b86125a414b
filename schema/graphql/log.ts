// Owns how log lines are shown and followed. Not where they are kept (schema/model/log.ts), not who reads them for whom (server/log.ts).
import type { LogBatch, LogLine, LogLineKind } from '../model/log.ts';
import { builder } from './builder.ts';
import { largestNumber, rowNumber, shownId } from './id.ts';
import { badInput, inRange, notFound } from './refusal.ts';

const LogLineKindType = builder.enumType('LogLineKind', {
  description: 'What a line is: scap’s own, or what SpiderPig noted in its place.',
  values: {
    OUTPUT: { value: 'output', description: 'scap wrote it. It can hold terminal colours (ANSI escapes).' },
    QUESTION: { value: 'question', description: 'scap asked.' },
    ANSWER: { value: 'answer', description: 'Somebody answered: who and what.' },
    STOP: { value: 'stop', description: 'Somebody asked for a stop, or a signal was sent.' },
    STATUS: { value: 'status', description: 'scap said what it is doing.' },
    EXIT: { value: 'exit', description: 'scap ended, and how.' },
  } satisfies Record<Uppercase<LogLineKind>, { value: LogLineKind; description: string }>,
});

const LogLineType = builder.objectRef<LogLine>('LogLine').implement({
  description: 'One line of a log.',
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'From 1, without gaps.' }),
    at: t.field({
      type: 'DateTime',
      description: 'When it was read from scap, or noted.',
      resolve: (l) => l.at,
    }),
    kind: t.field({ type: LogLineKindType, description: 'What it is.', resolve: (line) => line.kind }),
    text: t.string({
      nullable: true,
      description:
        'Without its newline, as scap wrote it; null while the line is hidden because it is sensitive.',
      resolve: (line) => (line.sensitive ? null : line.text),
    }),
    sensitive: t.exposeBoolean('sensitive', { description: 'Whether scap marked it as holding a secret.' }),
    continues: t.exposeBoolean('continues', {
      description: 'The next line is the rest of this one, which was too long for one.',
    }),
  }),
});

export const LogBatchType = builder.objectRef<LogBatch>('JobLogBatch').implement({
  description: 'Consecutive lines of a log.',
  fields: (t) => ({
    lines: t.field({ type: [LogLineType], description: 'In order.', resolve: ({ lines }) => lines }),
    cursor: t.exposeInt('cursor', {
      description: 'The number of the last line given so far: what to ask after next.',
    }),
    complete: t.exposeBoolean('complete', {
      description: 'There are no lines after these and there will be none: the job has ended.',
    }),
  }),
});

/** How many lines one query may ask for. */
export const mostLogLines = 5_000;

/** Checks a cursor: 0 or the number of a line. Throws BAD_USER_INPUT. */
export const checkedCursor = (after: number | null | undefined): number =>
  inRange('after', after ?? 0, 0, largestNumber);

builder.subscriptionField('jobLog', (t) =>
  t.field({
    type: LogBatchType,
    authScopes: { read: true },
    description:
      'Lines after number `after`, those that exist and then those that come, many at a time (1,000 at most), until the log is complete. Then it ends. To go on after a broken connection, ask again after the last `cursor`.',
    args: {
      jobId: t.arg.id({ required: true }),
      after: t.arg.int({
        defaultValue: 0,
        description: 'The number of the last line already seen; 0 for all.',
      }),
    },
    subscribe: async (_root, args, { jobs, logs }) => {
      const after = checkedCursor(args.after);
      const id = rowNumber(args.jobId);
      if (id === null || !(await jobs.load(id))) throw notFound(`There is no job ${shownId(args.jobId)}.`);
      const last = after === 0 ? 0 : await logs.count(id);
      if (after > last) {
        throw badInput(
          `“after” is ${after}, but the log of job ${id} has ${last} lines. Fetch it again from 0.`,
        );
      }
      return logs.follow(id, after);
    },
    resolve: (batch) => batch,
  }),
);
