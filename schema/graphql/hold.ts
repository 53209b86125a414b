// Owns how holds are shown, begun and released. Not what they keep from happening (schema/model/job/hold.ts).

import { User } from '../model/account/user.ts';
import {
  DeploymentsHeld,
  DeploymentsNotHeld,
  Hold,
  HoldNotAccepted,
  maxReasonLength,
} from '../model/job/hold.ts';
import { builder } from './builder.ts';
import { rowNumber } from './id.ts';

builder.objectType(Hold, {
  authScopes: { read: true },
  name: 'Hold',
  description: 'All deployments held by an admin: nothing is started, queued jobs wait, running ones go on.',
  fields: (t) => ({
    id: t.exposeID('id', {}),
    reason: t.exposeString('reason', {
      description: `Why, in the words of whoever holds: one line of 1 to ${maxReasonLength} characters.`,
    }),
    by: t.field({
      type: User,
      description: 'Who holds.',
      resolve: (hold, _args, { users }) => users.load(hold.user),
    }),
    since: t.field({ type: 'DateTime', description: 'When it began.', resolve: (hold) => hold.createdAt }),
    endsAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it ends by itself; null: not before it is released.',
      resolve: (hold) => hold.endsAt,
    }),
  }),
});

builder.objectType(DeploymentsHeld, {
  authScopes: { read: true },
  name: 'DeploymentsHeld',
  description: 'Somebody holds all deployments; nothing starts until they are released.',
  fields: (t) => ({
    message: t.exposeString('message', {
      description: 'Who, since when, until when and why. Fit to be shown.',
    }),
    hold: t.field({ type: Hold, description: 'The hold that counts.', resolve: ({ hold }) => hold }),
  }),
});
builder.objectType(HoldNotAccepted, {
  authScopes: { administer: true },
  name: 'HoldNotAccepted',
  description: 'The reason or the end is not acceptable. Nothing is held.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'Fit to be shown.' }) }),
});
builder.objectType(DeploymentsNotHeld, {
  authScopes: { administer: true },
  name: 'DeploymentsNotHeld',
  description: 'That hold does not count any more. Nothing was done.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'Fit to be shown.' }) }),
});

const HoldDeploymentsInput = builder.inputType('HoldDeploymentsInput', {
  description: 'Why deployments are held, and for how long.',
  fields: (t) => ({
    reason: t.string({
      required: true,
      description: `For everybody to read: 1 to ${maxReasonLength} characters. Line breaks become blanks.`,
    }),
    endsAt: t.field({
      type: 'DateTime',
      description: 'When the hold ends by itself, within a year; without it, not before it is released.',
    }),
  }),
});

const ReleaseDeploymentsInput = builder.inputType('ReleaseDeploymentsInput', {
  description: 'Which hold to release.',
  fields: (t) => ({
    holdId: t.id({ required: true, description: 'That hold, and no other that may have followed it.' }),
  }),
});

builder.mutationFields((t) => ({
  holdDeployments: t.field({
    type: Hold,
    authScopes: { administer: true },
    description:
      'Holds all deployments. From then on nothing is queued and no queued job is started; running ones go on. One hold counts at a time.',
    args: { input: t.arg({ type: HoldDeploymentsInput, required: true }) },
    errors: {
      types: [HoldNotAccepted, DeploymentsHeld],
      union: { name: 'HoldDeploymentsResult', description: 'What came of holding.' },
      result: { name: 'HoldDeploymentsSuccess', description: 'Deployments are held.' },
      dataField: { name: 'hold', description: 'The hold that counts from now on.' },
    },
    resolve: (_root, { input }, { holds, viewer }) =>
      holds.begin({
        reason: input.reason,
        endsAt: input.endsAt ?? null,
        by: viewer.user,
        through: viewer.through,
      }),
  }),
  releaseDeployments: t.field({
    type: Hold,
    authScopes: { administer: true },
    description: 'Releases the deployments: queued jobs are started again, in their order.',
    args: { input: t.arg({ type: ReleaseDeploymentsInput, required: true }) },
    errors: {
      types: [DeploymentsNotHeld],
      union: { name: 'ReleaseDeploymentsResult', description: 'What came of releasing.' },
      result: { name: 'ReleaseDeploymentsSuccess', description: 'That hold counts no more.' },
      dataField: { name: 'hold', description: 'The hold that counted until now.' },
    },
    resolve: (_root, { input }, { holds, viewer }) => {
      const holdId = rowNumber(input.holdId);
      if (holdId === null) throw new DeploymentsNotHeld();
      return holds.release({ holdId, by: viewer.user, through: viewer.through });
    },
  }),
}));
