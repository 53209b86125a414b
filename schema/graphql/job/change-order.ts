// Owns the query for the order in which changes are deployed, and what they depend on. Not finding that (server/gerrit/dependency-search.ts).
import { GerritUnavailable, maxChanges } from '../../model/job/change.ts';
import { changeNumber } from '../../text/change-input.ts';
import { builder } from '../builder.ts';
import type { ChangeOrder, MissingChange } from '../context.ts';
import { badInput } from '../refusal.ts';
import { ChangeType, versionWarner } from './change.ts';

const DependencyKindType = builder.enumType('DependencyKind', {
  description: 'How a change depends on another one. Further values may be added.',
  values: {
    RELATION_CHAIN: { value: 'relation_chain', description: 'Its commit is below the other one in Gerrit.' },
    DEPENDS_ON: { value: 'depends_on', description: 'A `Depends-On:` footer of the other one names it.' },
  } satisfies Record<string, { value: MissingChange['kind']; description: string }>,
});

const MissingChangeType = builder.objectRef<MissingChange>('MissingChange').implement({
  authScopes: { read: true },
  description: 'A change that the given changes depend on, that is not merged and not among them.',
  fields: (t) => ({
    change: t.field({
      type: ChangeType,
      description: 'The missing change.',
      resolve: ({ change }) => change,
    }),
    kind: t.field({
      type: DependencyKindType,
      description: 'How the first of `neededBy` depends on it.',
      resolve: ({ kind }) => kind,
    }),
    neededBy: t.exposeIDList('neededBy', {
      description: 'The numbers of the changes that depend on it directly, 1 to 50.',
    }),
    outdated: t.boolean({
      description:
        'Whether a change depends on an earlier patch set of it, so that it must be rebased before Gerrit merges it.',
      resolve: ({ isOutdated }) => isOutdated,
    }),
    addable: t.boolean({
      description:
        'Whether one job can deploy it together with the changes that depend on it: it is open, and on a branch that is deployed with them.',
      resolve: ({ isAddable }) => isAddable,
    }),
  }),
});

const ChangeOrderType = builder.objectRef<ChangeOrder>('ChangeOrder').implement({
  authScopes: { read: true },
  description:
    'Changes in the order of their deployment, and what else they depend on: by the relation chain in Gerrit and by `Depends-On:` footers. scap checks this itself when it starts.',
  fields: (t) => ({
    order: t.exposeIDList('order', {
      description:
        'The numbers of the given changes and of those of `missing` that can be added, dependencies first; at most 100.',
    }),
    missing: t.field({
      type: [MissingChangeType],
      description: 'The changes that are missing, in the order of their deployment; at most 50.',
      resolve: ({ missing }) => missing,
    }),
    missingCount: t.exposeInt('missingCount', {
      description: 'How many changes are missing. It can be more than `missing` has.',
    }),
    unknown: t.exposeStringList('unknown', {
      description:
        'The Change-Ids and numbers that `Depends-On:` footers name and that Gerrit does not show, at most 50.',
    }),
    cycle: t.exposeIDList('cycle', {
      description: 'The numbers of changes that depend on each other, which scap refuses; at most 50.',
    }),
    complete: t.boolean({
      description:
        'Whether everything was looked up. A look-up ends after 20 requests to Gerrit, or 10 seconds.',
      resolve: ({ isComplete }) => isComplete,
    }),
    askedAt: t.field({
      type: 'DateTime',
      description: 'When Gerrit gave the oldest of the answers that are used.',
      resolve: ({ at }) => at,
    }),
    unavailable: t.string({
      nullable: true,
      description: 'Why Gerrit could not be asked, as a message for the user; null if it answered.',
      resolve: ({ problem }) => problem,
    }),
  }),
});

builder.queryField('changeOrder', (t) =>
  t.field({
    type: ChangeOrderType,
    authScopes: { read: true },
    description: 'The order in which changes are deployed, and which other changes they depend on.',
    args: {
      changes: t.arg.idList({ required: true, description: 'The numbers of 1 to 50 changes.' }),
    },
    resolve: async (_root, args, { budget, changes, train, viewer }) => {
      const numbers = [...new Set(args.changes.map(String))];
      if (
        numbers.length === 0 ||
        numbers.length > maxChanges ||
        !numbers.every((each) => changeNumber.test(each))
      )
        throw badInput(`“changes” must be the numbers of 1 to ${maxChanges} changes.`);
      try {
        const order = await changes.order(numbers, { userId: viewer.user.id, signal: budget.signal });
        const withVersions = await versionWarner(train);
        return {
          ...order,
          missing: order.missing.map((each) => ({ ...each, change: withVersions(each.change) })),
        };
      } catch (error) {
        if (!(error instanceof GerritUnavailable)) throw error;
        return {
          order: numbers,
          missing: [],
          missingCount: 0,
          unknown: [],
          cycle: [],
          isComplete: false,
          at: Date.now(),
          problem: error.message,
        };
      }
    },
  }),
);
