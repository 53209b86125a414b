// Owns the GraphQL types of the train: groups, versions, position, task, blockers, sources. Not what they are computed from (server/train/), not its
// start (start-train.ts).
import {
  compareVersions,
  type TrainGroup,
  type TrainLine,
  type TrainPosition,
  trainPosition,
  ungroupedWikis,
  type VersionShare,
} from '../../text/train.ts';
import { builder } from '../builder.ts';
import type { TrainBlocker, TrainNow, TrainSource, TrainTask } from '../context.ts';

/** How many exceptions are listed. */
const maxExceptions = 200;

/** A train at a moment: one of the two that can be moved. */
interface ShownTrain {
  readonly now: TrainNow;
  readonly line: TrainLine | null;
  readonly position: TrainPosition | null;
}

/** The current train of a state. */
const currentTrain = (now: TrainNow): ShownTrain => ({
  now,
  line: now.lines.current,
  position: now.position,
});

function nextTrain(now: TrainNow): ShownTrain | null {
  const { facts, lines } = now;
  if (facts === null || lines.next === null) return null;
  return { now, line: lines.next, position: trainPosition(facts, lines.next) };
}

const ShareType = builder.objectRef<VersionShare>('TrainVersion').implement({
  authScopes: { read: true },
  description: 'Wikis of a group that run the same version.',
  fields: (t) => ({
    version: t.exposeString('version', { description: 'The version, for example `1.47.0-wmf.16`.' }),
    wikiCount: t.int({ description: 'How many wikis run it.', resolve: ({ wikis }) => wikis.length }),
    wikis: t.stringList({
      description:
        'Their database names, in alphabetical order, at most 5,000; a site has about 1,100 in all groups.',
      resolve: ({ wikis }) => wikis.slice(0, 5_000),
    }),
  }),
});

const GroupType = builder.objectRef<TrainGroup>('TrainGroup').implement({
  authScopes: { read: true },
  description: 'A group of wikis that the train reaches together.',
  fields: (t) => ({
    name: t.exposeString('name', { description: '`testwikis`, `group0`, `group1` or `group2`.' }),
    wikiCount: t.int({
      description:
        'How many wikis it has, without those of earlier groups: `testwikis` is a part of `group0`.',
      resolve: ({ shares }) => shares.reduce((sum, { wikis }) => sum + wikis.length, 0),
    }),
    versions: t.field({
      type: [ShareType],
      description: 'What its wikis run, without those of earlier groups: usually one version, at most 100.',
      resolve: ({ shares }) => shares.slice(0, 100),
    }),
  }),
});

const ExceptionType = builder.objectRef<TrainPosition['exceptions'][number]>('TrainException').implement({
  authScopes: { read: true },
  description: 'A wiki that runs another version than the station of the train implies.',
  fields: (t) => ({
    wiki: t.exposeString('wiki', { description: 'Its database name.' }),
    version: t.exposeString('version', { description: 'The version that it runs.' }),
    expected: t.exposeString('expected', { description: 'The version that the station implies.' }),
  }),
});

const TaskType = builder.objectRef<TrainTask>('TrainTask').implement({
  authScopes: { read: true },
  description: 'The task of the week’s train in Phabricator.',
  fields: (t) => ({
    id: t.exposeString('id', { description: '`T` and a number.' }),
    url: t.exposeString('url', { description: 'Its page.' }),
    version: t.exposeString('version', { description: 'The version of the week.' }),
    status: t.exposeString('status', {
      description: 'Its status in Phabricator’s words, for example `open`.',
    }),
    date: t.exposeString('date', {
      nullable: true,
      description: 'The day of the first deployment, as `2026-08-18`; null if it is unknown.',
    }),
  }),
});

const BlockerType = builder.objectRef<TrainBlocker>('TrainBlocker').implement({
  authScopes: { read: true },
  description: 'An open subtask of the train’s task.',
  fields: (t) => ({
    id: t.exposeString('id', { description: '`T` and a number.' }),
    title: t.exposeString('title', { description: 'Its title, at most 200 characters.' }),
    status: t.exposeString('status', { description: 'Its status in Phabricator’s words.' }),
    url: t.exposeString('url', { description: 'Its page.' }),
  }),
});

const SourceNameType = builder.enumType('TrainSourceName', {
  description: 'Where something about the train is read. Further values may be added.',
  values: {
    STAGING: { value: 'staging', description: 'The staging directory: what the wikis run.' },
    GERRIT: { value: 'gerrit', description: 'Gerrit: the newest version that has a branch.' },
    TASK: { value: 'task', description: 'The train-task service: the task of the week.' },
    BLOCKERS: { value: 'blockers', description: 'Phabricator: the open subtasks of the task.' },
  } satisfies Record<Uppercase<TrainSource['name']>, { value: TrainSource['name']; description: string }>,
});

const SourceType = builder.objectRef<TrainSource>('TrainSource').implement({
  authScopes: { read: true },
  description: 'A source of what is known about the train, with its age.',
  fields: (t) => ({
    name: t.field({ type: SourceNameType, description: 'Which one.', resolve: ({ name }) => name }),
    readAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was read last; null if never. What was read then is still shown.',
      resolve: ({ readAt }) => readAt,
    }),
    problem: t.exposeString('problem', {
      nullable: true,
      description:
        'Why the last attempt failed, as a clause about the source: `it did not answer within 5 seconds`; null if it did not fail.',
    }),
  }),
});

/** Sentences about what a deployer should know. Pure. */
function warningsOf({ now, line }: ShownTrain): string[] {
  const { task, newest, lines } = now;
  const version = line?.version ?? null;
  const isClosed = task !== null && task.status !== 'open' && task.status !== 'progress';
  return [
    ...(isClosed ? [`Task ${task.id} of the train is closed with the status “${task.status}”.`] : []),
    ...(task !== null && version !== null && task.version !== version && !now.isTaskUpcoming
      ? [`Task ${task.id} is about ${task.version}, not about ${version}.`]
      : []),
    ...(newest === null && version !== null
      ? [`Gerrit has not responded yet, so ${version} is the newest version on the deployment host.`]
      : []),
    ...(line === lines.current && lines.next !== null
      ? [`The branch of ${lines.next.version} exists, but it is not on the deployment host yet.`]
      : []),
    ...(line !== null && line.oldVersion === null
      ? [`No version before ${line.version} is checked out, so the train cannot be moved.`]
      : []),
    ...foreignVersions(now, line),
    ...ungrouped(now),
  ];
}

/** Wikis that no promotion or roll-back reaches. */
function ungrouped({ facts }: TrainNow): string[] {
  const wikis = facts === null ? [] : ungroupedWikis(facts);
  if (wikis.length === 0) return [];
  const some = wikis.slice(0, 3).map(({ wiki, version }) => `${wiki} ${version}`);
  const [are, them] = wikis.length === 1 ? ['wiki is', 'it'] : ['wikis are', 'them'];
  return [
    `${wikis.length} ${are} in no group, so the train does not move ${them}: ${some.join(', ')}${wikis.length > some.length ? ' …' : ''}.`,
  ];
}

/** Wikis that run neither version of the train. */
function foreignVersions({ groups }: TrainNow, line: TrainLine | null): string[] {
  const others = groups
    .flatMap(({ shares }) => shares)
    .filter(({ version }) => line !== null && version !== line.version && version !== line.oldVersion)
    .sort((one, other) => compareVersions(other.version, one.version));
  return others.map(
    ({ version, wikis }) =>
      `${wikis.length === 1 ? wikis[0] : `${wikis.length} wikis`} ${wikis.length === 1 ? 'runs' : 'run'} ${version}, which is neither version of the train.`,
  );
}

const TrainType = builder.objectRef<ShownTrain>('Train');
TrainType.implement({
  authScopes: { read: true },
  description:
    'The MediaWiki train: a version that goes from group to group. It is read from the staging directory and from services every few seconds, and never while a request waits.',
  fields: (t) => ({
    state: t.string({
      description:
        'A hash of what decides what a promotion does. Pass it as `seen` to `startTrain`. Empty while the staging directory could not be read.',
      resolve: ({ now }) => now.state,
    }),
    version: t.string({
      nullable: true,
      description: 'The version of the train; null while the staging directory could not be read.',
      resolve: ({ line }) => line?.version,
    }),
    oldVersion: t.string({
      nullable: true,
      description: 'The version before it, to which wikis go back; null if no other one is checked out.',
      resolve: ({ line }) => line?.oldVersion,
    }),
    isCheckedOut: t.boolean({
      description: 'Whether the version is checked out. If not, it can only go to `testwikis`.',
      resolve: ({ now, line }) => line !== null && now.facts?.checkedOut.includes(line.version) === true,
    }),
    station: t.string({
      nullable: true,
      description:
        'Where the train is: `start`, `testwikis`, `group0`, `group1` or `group2`; the station from which the fewest wikis differ. Null while it is not known.',
      resolve: ({ position }) => position?.station,
    }),
    exceptions: t.field({
      type: [ExceptionType],
      description: 'The wikis that run another version than the station implies, at most 200.',
      resolve: ({ position }) => position?.exceptions.slice(0, maxExceptions) ?? [],
    }),
    exceptionCount: t.int({
      description: 'How many wikis run another version than the station implies.',
      resolve: ({ position }) => position?.exceptions.length ?? 0,
    }),
    groups: t.field({
      type: [GroupType],
      description:
        'The groups in the order in which the train reaches them, at most 4, with what their wikis run.',
      resolve: ({ now }) => now.groups,
    }),
    task: t.field({
      type: TaskType,
      nullable: true,
      description: 'The task of the week; null while it is not known.',
      resolve: ({ now }) => now.task,
    }),
    blockers: t.field({
      type: [BlockerType],
      nullable: true,
      description:
        'The open subtasks of the task, at most 100; null if they are not known. scap does not look at them.',
      resolve: ({ now }) => now.blockers,
    }),
    warnings: t.stringList({
      description: 'What a deployer should know, as at most 100 sentences.',
      resolve: (shown) => warningsOf(shown).slice(0, 100),
    }),
    sources: t.field({
      type: [SourceType],
      description: 'Where this was read, with its age: at most 10 sources.',
      resolve: ({ now }) => now.sources,
    }),
    next: t.field({
      type: TrainType,
      nullable: true,
      description:
        'The next train, whose branch is cut and whose version is not on the deployment host yet; null if none exists.',
      resolve: ({ now, line }) => (line === now.lines.current ? nextTrain(now) : null),
    }),
  }),
});

builder.queryField('train', (t) =>
  t.field({
    type: TrainType,
    nullable: true,
    authScopes: { read: true },
    description: 'The MediaWiki train; null if none is configured.',
    resolve: async (_root, _args, { train }) => {
      const now = await train.now();
      return now && currentTrain(now);
    },
  }),
);

builder.subscriptionField('trainUpdates', (t) =>
  t.field({
    type: TrainType,
    authScopes: { read: true },
    description: 'The MediaWiki train, now and after each change. Nothing is sent if none is configured.',
    subscribe: (_root, _args, { train }) => train.follow(),
    resolve: (now: TrainNow) => currentTrain(now),
  }),
);
