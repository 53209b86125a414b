// Owns the GraphQL types of holds, and holding and releasing deployments. Not the effect of a hold (schema/model/job/hold.ts).
import { User } from '../../model/account/user.ts';
import {
  DeploymentsHeld,
  DeploymentsNotHeld,
  Hold,
  HoldNotAccepted,
  maxReasonLength,
} from '../../model/job/hold.ts';
import { builder } from '../builder.ts';
import { rowNumber } from '../id.ts';
import { refusal } from '../refusal-type.ts';

builder.objectType(Hold, {
  authScopes: { read: true },
  name: 'Hold',
  description: 'A hold of all deployments by an admin: no job is queued or started; running jobs continue.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id, as `releaseDeployments` takes it.' }),
    reason: t.exposeString('reason', {
      description: `The reason that the admin gave: one line of 1 to ${maxReasonLength} characters.`,
    }),
    by: t.field({
      type: User,
      description: 'The admin who holds deployments.',
      resolve: (hold, _args, { users }) => users.load(hold.user),
    }),
    since: t.field({
      type: 'DateTime',
      description: 'When the hold began.',
      resolve: (hold) => hold.createdAt,
    }),
    endsAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the hold expires; null if it lasts until it is released.',
      resolve: (hold) => hold.endsAt,
    }),
  }),
});

builder.objectType(DeploymentsHeld, {
  interfaces: refusal(DeploymentsHeld, 'DEPLOYMENTS_HELD'),
  authScopes: { read: true },
  name: 'DeploymentsHeld',
  description: 'Deployments are held: nothing starts until the hold ends.',
  fields: (t) => ({
    message: t.exposeString('message', {
      description: 'A message for the user: who holds deployments, since when, until when and why.',
    }),
    hold: t.field({ type: Hold, description: 'The active hold.', resolve: ({ hold }) => hold }),
  }),
});
builder.objectType(HoldNotAccepted, {
  interfaces: refusal(HoldNotAccepted, 'HOLD_NOT_ACCEPTED'),
  authScopes: { administer: true },
  name: 'HoldNotAccepted',
  description: 'The reason or the end is invalid. Deployments are not held.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'A message for the user.' }) }),
});
builder.objectType(DeploymentsNotHeld, {
  interfaces: refusal(DeploymentsNotHeld, 'DEPLOYMENTS_NOT_HELD'),
  authScopes: { administer: true },
  name: 'DeploymentsNotHeld',
  description: 'The hold is no longer active. Nothing was changed.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'A message for the user.' }) }),
});

const HoldDeploymentsInput = builder.inputType('HoldDeploymentsInput', {
  description: 'Why to hold deployments, and until when.',
  fields: (t) => ({
    reason: t.string({
      required: true,
      description: `The reason, which all users see: 1 to ${maxReasonLength} characters. Line breaks are replaced by spaces.`,
    }),
    endsAt: t.field({
      type: 'DateTime',
      description: 'When the hold expires, within a year. Without it, the hold lasts until it is released.',
    }),
  }),
});

const ReleaseDeploymentsInput = builder.inputType('ReleaseDeploymentsInput', {
  description: 'Which hold to release.',
  fields: (t) => ({
    holdId: t.id({ required: true, description: 'The id of the hold.' }),
  }),
});

builder.mutationFields((t) => ({
  holdDeployments: t.field({
    type: Hold,
    authScopes: { administer: true },
    description:
      'Holds all deployments: no job is queued or started, and running jobs continue. Only one hold can be active.',
    args: { input: t.arg({ type: HoldDeploymentsInput, required: true, description: 'The hold.' }) },
    errors: {
      types: [HoldNotAccepted, DeploymentsHeld],
      union: { name: 'HoldDeploymentsResult', description: 'The result of `holdDeployments`.' },
      result: { name: 'HoldDeploymentsSuccess', description: 'Deployments are held.' },
      dataField: { name: 'hold', description: 'The new hold.' },
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
    description: 'Releases deployments: queued jobs are started again, in their order.',
    args: {
      input: t.arg({ type: ReleaseDeploymentsInput, required: true, description: 'Which hold to release.' }),
    },
    errors: {
      types: [DeploymentsNotHeld],
      union: { name: 'ReleaseDeploymentsResult', description: 'The result of `releaseDeployments`.' },
      result: { name: 'ReleaseDeploymentsSuccess', description: 'The hold has ended.' },
      dataField: { name: 'hold', description: 'The released hold.' },
    },
    resolve: (_root, { input }, { holds, viewer }) => {
      const holdId = rowNumber(input.holdId);
      if (holdId === null) throw new DeploymentsNotHeld();
      return holds.release({ holdId, by: viewer.user, through: viewer.through });
    },
  }),
}));
