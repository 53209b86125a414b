// Owns the mutation that moves the train, and its refusals. Not what is refused (schema/model/job/train-start.ts).
import { LaneOccupied } from '../../model/job/enqueue.ts';
import { DeploymentsHeld } from '../../model/job/hold.ts';
import { Job } from '../../model/job/job.ts';
import {
  checkedTrain,
  InvalidTrain,
  TrainChanged,
  type TrainProblem,
  TrainUnavailable,
} from '../../model/job/train-start.ts';
import { laneFor, UnknownLane } from '../../model/runner/lane.ts';
import { builder } from '../builder.ts';
import { checkedKey, keyDescription } from '../job/idempotency-key.ts';
import { refusal } from '../refusal-type.ts';

const StartTrainInput = builder.inputType('StartTrainInput', {
  description: 'Where the train goes.',
  fields: (t) => ({
    group: t.string({
      required: true,
      description:
        'The station: `testwikis`, `group0`, `group1` or `group2`, or `start` for all wikis back to the old version. A station before the current one is a roll-back.',
    }),
    version: t.string({ required: true, description: 'The version of the train, `Train.version`.' }),
    excludedWikis: t.stringList({
      defaultValue: [],
      description: 'Database names of wikis that keep the version that they have, at most 200.',
    }),
    seen: t.string({
      required: true,
      description: 'The `Train.state` that the user saw. The start is refused if it has changed since.',
    }),
    acceptSkippedGroups: t.boolean({
      defaultValue: false,
      description: 'Whether the train may go past groups that it has not reached.',
    }),
    lane: t.string({
      description:
        'One of `System.lanes`. Optional if there is a lane `default`, which is then used, or only one lane.',
    }),
    idempotencyKey: t.string({ description: keyDescription }),
  }),
});

const message = 'A message for the user.';
builder.objectType(TrainUnavailable, {
  interfaces: refusal(TrainUnavailable, 'TRAIN_UNAVAILABLE'),
  name: 'TrainUnavailable',
  authScopes: { read: true },
  description: 'No train is configured, or it is not known what the wikis run.',
  fields: (t) => ({ message: t.exposeString('message', { description: message }) }),
});
builder.objectType(TrainChanged, {
  interfaces: refusal(TrainChanged, 'TRAIN_CHANGED'),
  name: 'TrainChanged',
  authScopes: { read: true },
  description: 'The wikis or versions have changed since the user saw them.',
  fields: (t) => ({
    message: t.exposeString('message', { description: `${message} It contains the changes.` }),
    changes: t.stringList({
      description:
        'What has changed, as sentences, at most 100; empty if the state that was seen is no longer known.',
      resolve: ({ changes }) => changes.slice(0, 100),
    }),
  }),
});
const ProblemType = builder.objectRef<TrainProblem>('TrainProblem').implement({
  authScopes: { read: true },
  description: 'One thing that is wrong with a request to move the train.',
  fields: (t) => ({
    code: t.exposeString('code', {
      description: 'Identifies the kind of problem, for example `skips-groups`.',
    }),
    message: t.exposeString('message', { description: message }),
  }),
});
builder.objectType(InvalidTrain, {
  interfaces: refusal(InvalidTrain, 'INVALID_TRAIN'),
  name: 'InvalidTrain',
  authScopes: { read: true },
  description: 'The train cannot go there as requested.',
  fields: (t) => ({
    message: t.exposeString('message', { description: `${message} It contains all problems.` }),
    problems: t.field({
      type: [ProblemType],
      description: 'Everything that is wrong: at most 100 problems.',
      resolve: ({ problems }) => problems.slice(0, 100),
    }),
  }),
});
builder.objectType(LaneOccupied, {
  interfaces: refusal(LaneOccupied, 'LANE_OCCUPIED'),
  name: 'LaneOccupied',
  authScopes: { read: true },
  description: 'Another job is running or queued in the lane, after which the wikis may run other versions.',
  fields: (t) => ({
    message: t.exposeString('message', { description: message }),
    job: t.field({ type: Job, description: 'The other job.', resolve: ({ job }) => job }),
  }),
});

builder.mutationField('startTrain', (t) =>
  t.field({
    type: Job,
    authScopes: { deploy: true },
    description:
      'Queues a job that moves the train to a station, forwards or back, after checking version, order and wikis against the staging directory.',
    args: { input: t.arg({ type: StartTrainInput, required: true, description: 'Where the train goes.' }) },
    errors: {
      types: [TrainUnavailable, TrainChanged, InvalidTrain, LaneOccupied, UnknownLane, DeploymentsHeld],
      union: { name: 'StartTrainResult', description: 'The result of `startTrain`.' },
      result: { name: 'StartTrainSuccess', description: 'The job was queued.' },
      dataField: {
        name: 'job',
        description: 'The new job, or the job that this idempotency key created before.',
      },
    },
    resolve: async (_root, { input }, { jobs, holds, system, train, viewer }) => {
      const idempotencyKey = checkedKey(input.idempotencyKey);
      const { user: owner, through } = viewer;
      // Before the state is compared: the existing job may have changed it.
      const existing = idempotencyKey === null ? null : await jobs.withIdempotencyKey(owner, idempotencyKey);
      if (existing) return existing;
      await holds.check();
      const lane = laneFor(input.lane ?? null, await system.lanes());
      const { facts, lines, state } = await train.fresh();
      if (input.seen !== state) throw new TrainChanged(train.changesSince(input.seen));
      const parameters = checkedTrain(
        facts,
        [lines.current, lines.next].flatMap((line) => line ?? []),
        {
          group: input.group,
          version: input.version,
          excludedWikis: input.excludedWikis ?? [],
          acceptSkippedGroups: input.acceptSkippedGroups ?? false,
        },
      );
      return await jobs.enqueue({
        kind: 'train',
        changes: [],
        parameters,
        owner,
        through,
        lane,
        idempotencyKey,
      });
    },
  }),
);
