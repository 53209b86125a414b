// Owns the fields of a job that read what belongs to it: questions, stops, log. Not those types (interaction.ts, stop.ts, log.ts).
import { Interaction } from '../../model/job/interaction.ts';
import { Job } from '../../model/job/job.ts';
import { hasEnded } from '../../model/job/state.ts';
import { Stop } from '../../model/job/stop.ts';
import { builder } from '../builder.ts';
import { checkedCursor, LogBatchType, maxLogLines } from '../log.ts';
import { listArgs, listPart, maxPart } from '../pagination.ts';
import { inRange } from '../refusal.ts';

builder.objectFields(Job, (t) => ({
  pendingInteraction: t.field({
    type: Interaction,
    nullable: true,
    description: 'The open question; null if none exists.',
    resolve: (job, _args, { interactions }) => (hasEnded(job.state) ? null : interactions.pending(job.id)),
  }),
  interactions: t.field({
    type: [Interaction],
    description:
      'The questions of the job in the order in which they were asked: the first 100, or the part that the arguments select.',
    args: listArgs(t.arg, 'questions'),
    extensions: { maximum: maxPart },
    resolve: async (job, args, { interactions }) => [...(await interactions.ofJob(job.id, listPart(args)))],
  }),
  stops: t.field({
    type: [Stop],
    description: 'The stops of the job, oldest first: the first 100, or the part that the arguments select.',
    args: listArgs(t.arg, 'stops'),
    extensions: { maximum: maxPart },
    resolve: async (job, args, { stops }) => [...(await stops.ofJob(job.id, listPart(args)))],
  }),
  logLineCount: t.int({
    description: 'The number of lines in the log, which is also the number of the last line.',
    resolve: (job, _args, { logs }) => logs.count(job.id),
  }),
  log: t.field({
    type: LogBatchType,
    description:
      'A part of the log: at most 5,000 lines, or fewer if they are long (at most 1 MiB is read at a time).',
    args: {
      after: t.arg.int({ defaultValue: 0, description: 'Returns only lines after this number.' }),
      first: t.arg.int({ defaultValue: 500, description: 'The maximum number of lines: 1 to 5,000.' }),
      last: t.arg.int({
        description:
          'Returns this many lines from the end of the log, 1 to 5,000; used instead of `after` and `first`.',
      }),
    },
    extensions: { maximum: maxLogLines, heavy: true },
    resolve: async (job, { after, first, last }, { logs }) => {
      if (last == null)
        return logs.read(job, checkedCursor(after), inRange('first', first ?? 500, 1, maxLogLines));
      const count = inRange('last', last, 1, maxLogLines);
      return logs.read(job, Math.max(0, (await logs.count(job.id)) - count), count);
    },
  }),
}));
