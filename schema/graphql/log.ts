// Owns how log lines are shown and followed. Not where they are kept (schema/model/log/log.ts), not who reads them for whom (server/log/log.ts).
import { type Job, JobNotFound } from '../model/job/job.ts';
import type { LogBatch, LogLine, LogLineKind } from '../model/log/line.ts';
import { type LogMark, type LogMarkBatch, type LogMarkKind, maxMarks } from '../model/log/mark.ts';
import {
  type LogSearchBatch,
  maxMatches,
  maxPatternLength,
  PatternNotAccepted,
  TooManySearches,
} from '../model/log/search.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
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
    NOTICE: {
      value: 'notice',
      description: 'SpiderPig says something about this log: what is missing, say.',
    },
  } satisfies Record<Uppercase<LogLineKind>, { value: LogLineKind; description: string }>,
});

const LogLineType = builder.objectRef<LogLine>('LogLine').implement({
  authScopes: { read: true },
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
  authScopes: { read: true },
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
      latest: t.arg.int({
        description:
          'For whoever shows the end of the log: when more lines than so many wait, only the newest of them come, and those before are left out. Without it every line comes.',
      }),
    },
    subscribe: async (_root, args, context) => {
      const { logs } = context;
      const after = checkedCursor(args.after);
      const { id } = await existingJob(args.jobId, context);
      const latest = args.latest == null ? null : inRange('latest', args.latest, 1, largestNumber);
      const last = after === 0 && latest === null ? 0 : await logs.count(id);
      if (after > last) {
        throw badInput(
          `“after” is ${after}, but the log of job ${id} has ${last} lines. Fetch it again from 0.`,
        );
      }
      return logs.follow(id, latest === null ? after : Math.max(after, last - latest), latest);
    },
    resolve: (batch) => batch,
  }),
);

/** The number of a job that exists. Throws NOT_FOUND. */
async function existingJob(jobId: string, { jobs }: Context): Promise<Job> {
  const id = rowNumber(jobId);
  const job = id === null ? null : await jobs.load(id);
  if (!job) throw notFound(`There is no job ${shownId(jobId)}.`);
  return job;
}

const LogSearchInput = builder.inputType('LogSearchInput', {
  description:
    'What to look for in the visible text of lines, line by line. Hidden (sensitive) lines are not searched.',
  fields: (t) => ({
    pattern: t.string({
      required: true,
      description: `Plain text, or a regular expression as JavaScript has them; 1 to ${maxPatternLength} characters.`,
    }),
    regex: t.boolean({ defaultValue: false, description: 'Whether it is a regular expression.' }),
    caseSensitive: t.boolean({ defaultValue: false, description: 'Whether “a” is another letter than “A”.' }),
  }),
});

const LogSearchBatchType = builder.objectRef<LogSearchBatch>('LogSearchBatch').implement({
  authScopes: { read: true },
  description: 'What came of searching a log up to a line.',
  fields: (t) => ({
    lineNumbers: t.intList({
      description: `The lines that match, of those searched since the batch before; ascending. After ${maxMatches} lines in all further ones are only counted.`,
      resolve: ({ lineNumbers }) => [...lineNumbers],
    }),
    count: t.exposeInt('count', { description: 'How many lines match so far.' }),
    cursor: t.exposeInt('cursor', { description: 'The number of the last line searched.' }),
    complete: t.exposeBoolean('complete', { description: 'All is searched, and no line will come.' }),
  }),
});

type SearchRefusal = PatternNotAccepted | TooManySearches;
const isRefusal = (value: unknown): value is SearchRefusal =>
  value instanceof PatternNotAccepted || value instanceof TooManySearches;

/** A search of which a refusal is the last event, so that it has a code and a place: an error of the stream itself would take the whole socket with it. */
function withRefusals(
  batches: AsyncIterableIterator<LogSearchBatch>,
): AsyncIterableIterator<LogSearchBatch | SearchRefusal> {
  return {
    next: () =>
      batches.next().catch((error: unknown) => {
        if (isRefusal(error)) return { done: false, value: error };
        throw error;
      }),
    return: async () => (await batches.return?.()) ?? { done: true, value: undefined },
    throw: async (error) => (await batches.throw?.(error)) ?? { done: true, value: undefined },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

builder.subscriptionField('jobLogSearch', (t) =>
  t.field({
    type: LogSearchBatchType,
    authScopes: { read: true },
    description:
      'Searches a whole log, from its first line to its last and on as lines come, until it is complete. Ending the subscription ends the search. A pattern that is none, or takes too long, is an error with the code BAD_USER_INPUT.',
    args: {
      jobId: t.arg.id({ required: true }),
      search: t.arg({ type: LogSearchInput, required: true }),
    },
    subscribe: async (_root, args, context) => {
      const { id } = await existingJob(args.jobId, context);
      const { pattern, regex, caseSensitive } = args.search;
      const search = { pattern, regex: regex ?? false, caseSensitive: caseSensitive ?? false };
      try {
        return withRefusals(context.logs.search(id, search, context.viewer.user));
      } catch (error) {
        throw isRefusal(error) ? badInput(error.message) : error;
      }
    },
    resolve: (batch) => {
      if (isRefusal(batch)) throw badInput(batch.message);
      return batch;
    },
  }),
);

const LogMarkKindType = builder.enumType('LogMarkKind', {
  description: 'What a marked line tells.',
  values: {
    STATUS: { value: 'status', description: 'scap said what it is doing.' },
    STARTED: { value: 'started', description: 'A line of output says that a step begins.' },
    FINISHED: { value: 'finished', description: 'A line of output says that a step is over.' },
    QUESTION: { value: 'question', description: 'scap asked.' },
    ANSWER: { value: 'answer', description: 'Somebody answered.' },
    STOP: { value: 'stop', description: 'Somebody asked for a stop, or a signal was sent.' },
    EXIT: { value: 'exit', description: 'scap ended, and how.' },
    ERROR: { value: 'error', description: 'A line of output that looks like an error.' },
  } satisfies Record<Uppercase<LogMarkKind>, { value: LogMarkKind; description: string }>,
});

const LogMarkType = builder.objectRef<LogMark>('LogMark').implement({
  authScopes: { read: true },
  description: 'A line by which somebody finds their way in a log.',
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'The line.' }),
    at: t.field({ type: 'DateTime', description: 'When.', resolve: ({ at }) => at }),
    kind: t.field({ type: LogMarkKindType, description: 'What it tells.', resolve: ({ kind }) => kind }),
    text: t.exposeString('text', {
      description:
        'The status; the name of the step, the same at its end; else the visible text of the line. Cut.',
    }),
  }),
});

const LogMarkBatchType = builder.objectRef<LogMarkBatch>('LogMarkBatch').implement({
  authScopes: { read: true },
  description: 'Consecutive marks of a log.',
  fields: (t) => ({
    marks: t.field({ type: [LogMarkType], description: 'In order.', resolve: ({ marks }) => marks }),
    cursor: t.exposeInt('cursor', {
      description: 'The number of the last line looked at: what to ask after next.',
    }),
    complete: t.exposeBoolean('complete', { description: 'All is looked at, and no line will come.' }),
  }),
});

builder.subscriptionField('jobLogMarks', (t) =>
  t.field({
    type: LogMarkBatchType,
    authScopes: { read: true },
    description: `The lines after number \`after\` by which one finds one’s way in a log: steps, questions, stops, errors; at most ${maxMarks} of a log. Those that exist and then those that come, until the log is complete.`,
    args: {
      jobId: t.arg.id({ required: true }),
      after: t.arg.int({ defaultValue: 0, description: 'The last `cursor`; 0 for all.' }),
    },
    subscribe: async (_root, args, context) => {
      const after = checkedCursor(args.after);
      const { id } = await existingJob(args.jobId, context);
      return context.logs.marks(id, after);
    },
    resolve: (batch) => batch,
  }),
);

/** How many lines one reveal may span. */
const mostRevealed = 1_000;

const RevealedLine = builder.objectRef<LogLine>('RevealedLine').implement({
  authScopes: { deploy: true },
  description: 'A sensitive line, shown.',
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'The line.' }),
    text: t.exposeString('text', { description: 'Without its newline, as scap wrote it.' }),
  }),
});

const RevealLinesInput = builder.inputType('RevealLinesInput', {
  description: `Which sensitive lines to show: those from one number to another, both included; ${mostRevealed} lines at most.`,
  fields: (t) => ({
    jobId: t.id({ required: true }),
    from: t.int({ required: true }),
    to: t.int({ required: true }),
  }),
});

builder.mutationField('revealLines', (t) =>
  t.field({
    type: [RevealedLine],
    authScopes: { deploy: true },
    description:
      'Shows the sensitive lines of a part of a log. It is recorded who was shown which. A range that is none is an error with the code BAD_USER_INPUT.',
    args: { input: t.arg({ type: RevealLinesInput, required: true }) },
    errors: {
      types: [JobNotFound],
      union: { name: 'RevealLinesResult', description: 'What came of asking for sensitive lines.' },
      result: {
        name: 'RevealLinesSuccess',
        authScopes: { deploy: true },
        description: 'They are shown to the one who asked, once.',
      },
      dataField: { name: 'lines', description: 'In order; empty when none of the range is sensitive.' },
    },
    resolve: async (_root, { input }, { jobs, logs, viewer }) => {
      const from = inRange('from', input.from, 1, largestNumber);
      const to = inRange('to', input.to, from, Math.min(largestNumber, from + mostRevealed - 1));
      const id = rowNumber(input.jobId);
      const job = id === null ? null : await jobs.load(id);
      if (!job) throw new JobNotFound(shownId(input.jobId));
      return [...(await logs.reveal({ job, from, to, user: viewer.user, through: viewer.through }))];
    },
  }),
);
