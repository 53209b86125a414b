// Owns the GraphQL types of changes and their problems. Not which input is allowed (schema/model/job/change.ts), not the Gerrit client (server/gerrit/gerrit.ts).
import {
  type Change,
  type ChangeProblem,
  type ChangeProblemCode,
  type ChangeWarning,
  deploymentProblem,
  GerritUnavailable,
  InvalidChanges,
  versionWarnings,
} from '../../model/job/change.ts';
import { builder } from '../builder.ts';
import type { FoundChanges, Trains } from '../context.ts';
import { checkedText, inRange } from '../refusal.ts';
import { refusal } from '../refusal-type.ts';

const ChangeWarningType = builder.enumType('ChangeWarning', {
  description: 'What a deployer should know about a change before the start. Further values may be added.',
  values: {
    WORK_IN_PROGRESS: { value: 'work_in_progress', description: 'Its owner marked it as work in progress.' },
    NOT_MERGEABLE: {
      value: 'not_mergeable',
      description: 'It conflicts with its branch and must be rebased.',
    },
    VETOED: {
      value: 'vetoed',
      description: 'A reviewer voted -2 on Code-Review: scap ends when it waits for the merge.',
    },
    NOT_APPROVED: {
      value: 'not_approved',
      description: 'Nobody voted +2 on Code-Review yet. scap does when it starts.',
    },
    LOCALISATION: {
      value: 'localisation',
      description:
        'It touches localisation files: scap rebuilds the localisation cache, which takes about 20 minutes.',
    },
    ALREADY_MERGED: {
      value: 'already_merged',
      description:
        'It is merged in the configuration, or in a version that wikis run, so it may be live already. Only in `changes` and `changeOrder`.',
    },
    BRANCH_NOT_DEPLOYED: {
      value: 'branch_not_deployed',
      description:
        'Its branch is not in the staging directory: scap refuses it. Only in `changes` and `changeOrder`, where the staging directory is known.',
    },
    BRANCH_NOT_LIVE: {
      value: 'branch_not_live',
      description:
        'No wiki runs the version of its branch: scap asks whether to continue. Only in `changes` and `changeOrder`, where the staging directory is known.',
    },
  } satisfies Record<Uppercase<ChangeWarning>, { value: ChangeWarning; description: string }>,
});

export const ChangeType = builder.objectRef<Change>('Change').implement({
  authScopes: { read: true },
  description:
    'A change in Gerrit at the time when the job was queued. If Gerrit was unavailable, only the number is known.',
  fields: (t) => ({
    number: t.exposeID('number', { description: 'The change number: 1 to 10 digits.' }),
    url: t.exposeString('url', { nullable: true, description: 'The URL of the change in Gerrit.' }),
    subject: t.exposeString('subject', {
      nullable: true,
      description: 'The first line of the commit message.',
    }),
    project: t.exposeString('project', {
      nullable: true,
      description: 'The project, for example `mediawiki/core`.',
    }),
    branch: t.exposeString('branch', {
      nullable: true,
      description: 'The branch, for example `wmf/1.46.0-wmf.3`.',
    }),
    owner: t.exposeString('owner', { nullable: true, description: 'The name of the owner of the change.' }),
    status: t.exposeString('status', {
      nullable: true,
      description: 'The status in Gerrit: NEW, MERGED or ABANDONED.',
    }),
    commitMessage: t.exposeString('commitMessage', {
      nullable: true,
      description: 'The commit message of the current patch set, at most 65,536 characters.',
    }),
    warnings: t.field({
      type: [ChangeWarningType],
      description: 'What a deployer should know, at most 10: one of each kind.',
      resolve: ({ warnings }) => warnings ?? [],
    }),
    problem: t.string({
      nullable: true,
      description:
        'Why it cannot be backported, as a message for the user; null if nothing is known that prevents it.',
      resolve: (change) =>
        change.verified ? deploymentProblem(change.number, change, { mustBeMerged: false })?.message : null,
    }),
    verified: t.exposeBoolean('verified', {
      description: 'Whether Gerrit confirmed that the change exists.',
    }),
  }),
});

const ChangeProblemCodeType = builder.enumType('ChangeProblemCode', {
  description: 'What is wrong with a change. Further values may be added.',
  values: {
    EMPTY: { value: 'empty', description: 'The input is empty.' },
    LEADING_ZERO: { value: 'leading-zero', description: 'The number starts with 0.' },
    TOO_LONG: { value: 'too-long', description: 'The number has more than ten digits.' },
    CHANGE_ID: { value: 'change-id', description: 'The input is a Change-Id.' },
    OTHER_HOST: { value: 'other-host', description: 'The input is an address of another server.' },
    NO_NUMBER: { value: 'no-number', description: 'The address names no change.' },
    NOT_A_NUMBER: {
      value: 'not-a-number',
      description: 'The input is neither a number nor an address of Gerrit.',
    },
    NO_CHANGES: { value: 'no-changes', description: 'The list is empty.' },
    TOO_MANY: { value: 'too-many', description: 'The list has more than 50 changes.' },
    REPEATED: { value: 'repeated', description: 'The change is named twice.' },
    NOT_SHOWN: {
      value: 'not-shown',
      description: 'Gerrit does not show this change: it does not exist, or it is private.',
    },
    ABANDONED: { value: 'abandoned', description: 'The change was abandoned.' },
    NOT_MERGED: { value: 'not-merged', description: 'The change is not merged, so it cannot be reverted.' },
    NOT_DEPLOYED: {
      value: 'not-deployed',
      description: 'The job that is to be reverted did not deploy the change.',
    },
  } as const satisfies Record<string, { value: ChangeProblemCode; description: string }>,
});

const ChangeProblemType = builder.objectRef<ChangeProblem>('ChangeProblem').implement({
  authScopes: { read: true },
  description: 'A change that cannot be deployed, and why.',
  fields: (t) => ({
    input: t.exposeString('input', {
      description:
        'The invalid member of `changes`, at most 80 characters of it; empty if the list itself is invalid.',
    }),
    code: t.field({
      type: ChangeProblemCodeType,
      description: 'Identifies the kind of problem. It does not change when the message does.',
      resolve: ({ code }) => code,
    }),
    message: t.exposeString('message', { description: 'A message for the user.' }),
    unverifiable: t.exposeBoolean('unverifiable', {
      description:
        'Whether Gerrit does not show this change, which may be private. `acceptUnverified` starts the job anyway.',
    }),
  }),
});

builder.objectType(InvalidChanges, {
  interfaces: refusal(InvalidChanges, 'INVALID_CHANGES'),
  name: 'InvalidChanges',
  authScopes: { read: true },
  description: 'The changes cannot be deployed. Nothing was queued.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'A message for the user.' }),
    problems: t.field({
      type: [ChangeProblemType],
      description: 'The problems in the order of the input, 1 to 50.',
      resolve: ({ problems }) => problems,
    }),
  }),
});

builder.objectType(GerritUnavailable, {
  interfaces: refusal(GerritUnavailable, 'GERRIT_UNAVAILABLE'),
  name: 'GerritUnavailable',
  authScopes: { read: true },
  description:
    'Gerrit is unavailable, so the changes could not be verified. Nothing was queued; `acceptUnverified` queues the job anyway.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'A message for the user.' }) }),
});

const ChangeConnectionType = builder.objectRef<FoundChanges>('ChangeConnection').implement({
  authScopes: { read: true },
  description: 'The changes that Gerrit found.',
  fields: (t) => ({
    nodes: t.field({
      type: [ChangeType],
      description: 'The changes, as Gerrit orders them: the last updated first.',
      resolve: ({ changes }) => changes,
    }),
    hasMore: t.boolean({
      description: 'Whether Gerrit has more changes than were requested.',
      resolve: ({ more }) => more,
    }),
    askedAt: t.field({
      type: 'DateTime',
      description:
        'When Gerrit was asked. A result is used again for 30 seconds, and for an hour while Gerrit does not answer.',
      resolve: ({ at }) => at,
    }),
    unavailable: t.string({
      nullable: true,
      description:
        'Why Gerrit could not be asked, as a message for the user; null if it answered. Then `nodes` has what Gerrit said at `askedAt`, if that is known.',
      resolve: ({ problem }) => problem,
    }),
  }),
});

/** Adds to changes what the versions of the deployment host say about them now. A job does not keep that. */
export async function versionWarner(train: Trains): Promise<(change: Change) => Change> {
  const now = await train.now();
  // What was read earlier may no longer be true: without a current value there is no warning.
  const isCurrent = now?.sources.every(({ name, problem }) => name !== 'staging' || problem === null);
  const versions = isCurrent === true ? (now?.facts ?? null) : null;
  return (change) => ({
    ...change,
    warnings: [...(change.warnings ?? []), ...versionWarnings(change, versions)],
  });
}

builder.queryField('changes', (t) =>
  t.field({
    type: ChangeConnectionType,
    authScopes: { read: true },
    description: 'Searches changes in Gerrit, for suggestions while the user types.',
    args: {
      search: t.arg.string({
        required: true,
        description:
          'Change numbers, URLs of changes, Change-Ids, or words. Empty: open changes that could be deployed now. At most 2,000 characters.',
      }),
      first: t.arg.int({ defaultValue: 10, description: 'The maximum number of changes: 1 to 50.' }),
    },
    resolve: async (_root, args, { budget, changes, train, viewer }) => {
      const search = args.search === '' ? '' : checkedText('search', args.search, 2_000);
      const first = inRange('first', args.first ?? 10, 1, 50);
      try {
        const found = await changes.search(search, first, { userId: viewer.user.id, signal: budget.signal });
        const withVersions = await versionWarner(train);
        return { ...found, changes: found.changes.map(withVersions) };
      } catch (error) {
        if (!(error instanceof GerritUnavailable)) throw error;
        return { changes: [], more: false, at: Date.now(), problem: error.message };
      }
    },
  }),
);
