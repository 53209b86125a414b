// Owns the GraphQL types of changes and their problems. Not which input is allowed (schema/model/job/change.ts), not the Gerrit client (server/gerrit.ts).
import { type Change, type ChangeProblem, GerritUnavailable, InvalidChanges } from '../model/job/change.ts';
import { builder } from './builder.ts';

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
    verified: t.exposeBoolean('verified', {
      description: 'Whether Gerrit confirmed that the change exists.',
    }),
  }),
});

const ChangeProblemType = builder.objectRef<ChangeProblem>('ChangeProblem').implement({
  authScopes: { read: true },
  description: 'A change that cannot be deployed, and why.',
  fields: (t) => ({
    input: t.exposeString('input', {
      description:
        'The invalid member of `changes`, at most 80 characters of it; empty if the list itself is invalid.',
    }),
    message: t.exposeString('message', { description: 'A message for the user.' }),
    unverifiable: t.exposeBoolean('unverifiable', {
      description:
        'Whether Gerrit shows no such change, which may be private. `acceptUnverified` starts the job nevertheless.',
    }),
  }),
});

builder.objectType(InvalidChanges, {
  name: 'InvalidChanges',
  authScopes: { read: true },
  description: 'The changes cannot be deployed. Nothing was queued.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'A message for the user.' }),
    problems: t.field({
      type: [ChangeProblemType],
      description: 'The problems in the order of the input, at least one.',
      resolve: ({ problems }) => problems,
    }),
  }),
});

builder.objectType(GerritUnavailable, {
  name: 'GerritUnavailable',
  authScopes: { read: true },
  description:
    'Gerrit is unavailable, so the changes could not be verified. Nothing was queued; `acceptUnverified` queues the job anyway.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'A message for the user.' }) }),
});
