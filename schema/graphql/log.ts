// Owns the GraphQL types of logs, and following, searching and revealing them. Not their storage (schema/model/log/log.ts), not the subscriptions (server/log/).
import { type Job, JobNotFound } from '../model/job/job.ts';
import type { LogBatch, LogLine, LogLineKind, PartialLine } from '../model/log/line.ts';
import { type LogMark, type LogMarkBatch, type LogMarkKind, maxMarks } from '../model/log/mark.ts';
import { shownPartial } from '../model/log/partial-line.ts';
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
  description:
    'The kind of a line: output of scap, or an event that SpiderPig recorded. Further values may be added.',
  values: {
    OUTPUT: {
      value: 'output',
      description: 'Output of scap. It may contain ANSI escape sequences (colours).',
    },
    QUESTION: {
      value: 'question',
      description: 'scap asked a question. A question of several lines has a line of the log for each.',
    },
    ANSWER: { value: 'answer', description: 'A question was answered: by whom, and how.' },
    STOP: { value: 'stop', description: 'A stop was requested, or a signal was sent.' },
    STATUS: { value: 'status', description: 'scap reported what it is doing.' },
    EXIT: { value: 'exit', description: 'scap exited, and how.' },
    NOTICE: {
      value: 'notice',
      description: 'A message about the log itself, for example that lines are missing.',
    },
  } satisfies Record<Uppercase<LogLineKind>, { value: LogLineKind; description: string }>,
});

const LogLineType = builder.objectRef<LogLine>('LogLine').implement({
  authScopes: { read: true },
  description: 'One line of a log.',
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'The line number: from 1, without gaps.' }),
    at: t.field({
      type: 'DateTime',
      description: 'When the line was read from scap, or the event was recorded.',
      resolve: (l) => l.at,
    }),
    kind: t.field({
      type: LogLineKindType,
      description: 'The kind of the line.',
      resolve: (line) => line.kind,
    }),
    text: t.string({
      nullable: true,
      description: 'The text without the newline; null if the line is sensitive.',
      resolve: (line) => (line.sensitive ? null : line.text),
    }),
    sensitive: t.exposeBoolean('sensitive', {
      description: 'Whether scap marked the line as containing a secret.',
    }),
    continues: t.exposeBoolean('continues', {
      description: 'Whether the next line continues this one, which exceeded the maximum length.',
    }),
  }),
});

const PartialLineType = builder.objectRef<PartialLine>('PartialLine').implement({
  authScopes: { read: true },
  description:
    'The beginning of a line whose newline has not come yet, such as a prompt or a progress meter.',
  fields: (t) => ({
    at: t.field({
      type: 'DateTime',
      description: 'When it was read from scap.',
      resolve: ({ at }) => at,
    }),
    text: t.string({
      nullable: true,
      description:
        'The text so far, of a long one its end; null if it is hidden. It may contain ANSI escape sequences and carriage returns.',
      resolve: ({ text, sensitive }) => (sensitive ? null : shownPartial(text)),
    }),
    sensitive: t.exposeBoolean('sensitive', {
      description: 'Whether it is hidden, because it may be the beginning of a sensitive message.',
    }),
  }),
});

export const LogBatchType = builder.objectRef<LogBatch>('JobLogBatch').implement({
  authScopes: { read: true },
  description: 'Consecutive lines of a log.',
  fields: (t) => ({
    lines: t.field({
      type: [LogLineType],
      description: 'The lines in order, at most 5,000.',
      resolve: ({ lines }) => lines,
    }),
    partial: t.field({
      type: PartialLineType,
      nullable: true,
      description:
        'What is being printed after the last line: each batch replaces it, and it becomes a line when its newline comes. Null if none exists, or if these are not the last lines.',
      resolve: ({ partial }) => partial,
    }),
    cursor: t.exposeInt('cursor', {
      description: 'The number of the last line so far. Pass it as `after` to continue.',
    }),
    complete: t.exposeBoolean('complete', {
      description: 'Whether the log ends here: the job has ended, and no lines will follow.',
    }),
  }),
});

/** The maximum number of lines in one query. */
export const maxLogLines = 5_000;

/** Checks a cursor: 0 or the number of a line. Throws BAD_USER_INPUT. */
export const checkedCursor = (after: number | null | undefined): number =>
  inRange('after', after ?? 0, 0, largestNumber);

builder.subscriptionField('jobLog', (t) =>
  t.field({
    type: LogBatchType,
    authScopes: { read: true },
    description:
      'The lines after number `after`: existing lines, then new lines, in batches of at most 1,000, until the log is complete. To resume after a disconnect, subscribe again with the last `cursor`.',
    args: {
      jobId: t.arg.id({ required: true, description: 'The job number.' }),
      after: t.arg.int({
        defaultValue: 0,
        description: 'The number of the last line already received; 0 for the whole log.',
      }),
      latest: t.arg.int({
        description:
          'Only for clients that show the end of the log: if more than this many lines are waiting, the older ones are skipped. Without it no line is skipped.',
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
          `“after” is ${after}, but the log of job ${id} has only ${last} lines. Start again from 0.`,
        );
      }
      return logs.follow(id, latest === null ? after : Math.max(after, last - latest), latest);
    },
    resolve: (batch) => batch,
  }),
);

/** The job with this id. Throws NOT_FOUND. */
async function existingJob(jobId: string, { jobs }: Context): Promise<Job> {
  const id = rowNumber(jobId);
  const job = id === null ? null : await jobs.load(id);
  if (!job) throw notFound(`There is no job ${shownId(jobId)}.`);
  return job;
}

const LogSearchInput = builder.inputType('LogSearchInput', {
  description: 'What to search for in the visible text of each line. Sensitive lines are not searched.',
  fields: (t) => ({
    pattern: t.string({
      required: true,
      description: `Plain text or a JavaScript regular expression: 1 to ${maxPatternLength} characters.`,
    }),
    regex: t.boolean({ defaultValue: false, description: 'Whether `pattern` is a regular expression.' }),
    caseSensitive: t.boolean({
      defaultValue: false,
      description: 'Whether upper and lower case are different.',
    }),
  }),
});

const LogSearchBatchType = builder.objectRef<LogSearchBatch>('LogSearchBatch').implement({
  authScopes: { read: true },
  description: 'The result of a search up to a line.',
  fields: (t) => ({
    lineNumbers: t.intList({
      description: `The numbers of matching lines since the previous batch, ascending, at most ${maxMatches}. After a total of ${maxMatches} lines, further ones are only counted.`,
      resolve: ({ lineNumbers }) => [...lineNumbers],
    }),
    count: t.exposeInt('count', { description: 'The number of matching lines so far.' }),
    cursor: t.exposeInt('cursor', { description: 'The number of the last line searched.' }),
    complete: t.exposeBoolean('complete', {
      description: 'Whether the whole log was searched and no lines will follow.',
    }),
  }),
});

type SearchRefusal = PatternNotAccepted | TooManySearches;
const isRefusal = (value: unknown): value is SearchRefusal =>
  value instanceof PatternNotAccepted || value instanceof TooManySearches;

/** A search that ends with its refusal as an event, so that the client gets an error with a code. An error of the stream itself would close the WebSocket. */
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
      'Searches the whole log from its first line, including new lines, until the log is complete. Unsubscribing cancels the search. An invalid or too slow pattern gives an error with the code BAD_USER_INPUT.',
    args: {
      jobId: t.arg.id({ required: true, description: 'The job number.' }),
      search: t.arg({ type: LogSearchInput, required: true, description: 'What to search for.' }),
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
  description: 'The kind of a mark. Further values may be added.',
  values: {
    STATUS: { value: 'status', description: 'scap reported what it is doing.' },
    STARTED: { value: 'started', description: 'An output line says that a step started.' },
    FINISHED: { value: 'finished', description: 'An output line says that a step finished.' },
    QUESTION: { value: 'question', description: 'scap asked a question.' },
    ANSWER: { value: 'answer', description: 'A question was answered.' },
    STOP: { value: 'stop', description: 'A stop was requested, or a signal was sent.' },
    EXIT: { value: 'exit', description: 'scap exited, and how.' },
    ERROR: { value: 'error', description: 'An output line that looks like an error.' },
  } satisfies Record<Uppercase<LogMarkKind>, { value: LogMarkKind; description: string }>,
});

const LogMarkType = builder.objectRef<LogMark>('LogMark').implement({
  authScopes: { read: true },
  description: 'A line for navigating in a log.',
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'The line number.' }),
    at: t.field({ type: 'DateTime', description: 'The time of the line.', resolve: ({ at }) => at }),
    kind: t.field({
      type: LogMarkKindType,
      description: 'The kind of the mark.',
      resolve: ({ kind }) => kind,
    }),
    text: t.exposeString('text', {
      description:
        'The status, the name of the step (the same at its end), or the visible text of the line; shortened.',
    }),
  }),
});

const LogMarkBatchType = builder.objectRef<LogMarkBatch>('LogMarkBatch').implement({
  authScopes: { read: true },
  description: 'Consecutive marks of a log.',
  fields: (t) => ({
    marks: t.field({
      type: [LogMarkType],
      description: 'The marks in order, at most 1,000.',
      resolve: ({ marks }) => marks,
    }),
    cursor: t.exposeInt('cursor', {
      description: 'The number of the last line scanned. Pass it as `after` to continue.',
    }),
    complete: t.exposeBoolean('complete', {
      description: 'Whether the whole log was scanned and no lines will follow.',
    }),
  }),
});

builder.subscriptionField('jobLogMarks', (t) =>
  t.field({
    type: LogMarkBatchType,
    authScopes: { read: true },
    description: `The marks after line \`after\`, for navigating in a log: steps, questions, stops, errors; at most ${maxMarks} per log. Existing marks, then new ones, until the log is complete.`,
    args: {
      jobId: t.arg.id({ required: true, description: 'The job number.' }),
      after: t.arg.int({ defaultValue: 0, description: 'The last `cursor`; 0 for the whole log.' }),
    },
    subscribe: async (_root, args, context) => {
      const after = checkedCursor(args.after);
      const { id } = await existingJob(args.jobId, context);
      return context.logs.marks(id, after);
    },
    resolve: (batch) => batch,
  }),
);

/** The maximum range of one reveal, in lines. */
const maxRevealed = 1_000;

const RevealedLine = builder.objectRef<LogLine>('RevealedLine').implement({
  authScopes: { deploy: true },
  description: 'A revealed sensitive line.',
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'The line number.' }),
    text: t.exposeString('text', { description: 'The text without the newline.' }),
  }),
});

const RevealLinesInput = builder.inputType('RevealLinesInput', {
  description: `Which sensitive lines to reveal: a range of at most ${maxRevealed} lines.`,
  fields: (t) => ({
    jobId: t.id({ required: true, description: 'The job number.' }),
    from: t.int({ required: true, description: 'The first line number.' }),
    to: t.int({ required: true, description: 'The last line number, inclusive.' }),
  }),
});

builder.mutationField('revealLines', (t) =>
  t.field({
    type: [RevealedLine],
    authScopes: { deploy: true },
    description:
      'Reveals the sensitive lines in a range, and records that in the audit log. An invalid range gives an error with the code BAD_USER_INPUT.',
    args: { input: t.arg({ type: RevealLinesInput, required: true, description: 'Which lines to reveal.' }) },
    errors: {
      types: [JobNotFound],
      union: { name: 'RevealLinesResult', description: 'The result of `revealLines`.' },
      result: {
        name: 'RevealLinesSuccess',
        authScopes: { deploy: true },
        description: 'The sensitive lines, only in this response.',
      },
      dataField: {
        name: 'lines',
        description: 'The lines in order, at most 1,000; empty if no line in the range is sensitive.',
      },
    },
    resolve: async (_root, { input }, { jobs, logs, viewer }) => {
      const from = inRange('from', input.from, 1, largestNumber);
      const to = inRange('to', input.to, from, Math.min(largestNumber, from + maxRevealed - 1));
      const id = rowNumber(input.jobId);
      const job = id === null ? null : await jobs.load(id);
      if (!job) throw new JobNotFound(shownId(input.jobId));
      return [...(await logs.reveal({ job, from, to, user: viewer.user, through: viewer.through }))];
    },
  }),
);
