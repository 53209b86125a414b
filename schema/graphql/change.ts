// Owns how changes and what is wrong with them are shown. Not what may be typed (schema/model/job/change.ts), not asking Gerrit (server/gerrit.ts).
import { type Change, type ChangeProblem, GerritUnavailable, InvalidChanges } from '../model/job/change.ts';
import { builder } from './builder.ts';

export const ChangeType = builder.objectRef<Change>('Change').implement({
  authScopes: { read: true },
  description:
    'A change in Gerrit, as it was when the job was asked for. All but its number is null when Gerrit could not be asked.',
  fields: (t) => ({
    number: t.exposeID('number', { description: 'Its number in Gerrit, as scap gets it: 1 to 10 digits.' }),
    url: t.exposeString('url', { nullable: true, description: 'Its page in Gerrit.' }),
    subject: t.exposeString('subject', {
      nullable: true,
      description: 'The first line of the commit message.',
    }),
    project: t.exposeString('project', { nullable: true, description: 'As in `mediawiki/core`.' }),
    branch: t.exposeString('branch', { nullable: true, description: 'As in `wmf/1.46.0-wmf.3`.' }),
    owner: t.exposeString('owner', { nullable: true, description: 'Whose change it is, by name.' }),
    status: t.exposeString('status', {
      nullable: true,
      description: 'Gerrit’s word: NEW, MERGED or ABANDONED.',
    }),
    commitMessage: t.exposeString('commitMessage', {
      nullable: true,
      description: 'The whole commit message of the current patch set, at most 65,536 characters.',
    }),
    verified: t.exposeBoolean('verified', {
      description: 'Whether Gerrit confirmed that there is such a change.',
    }),
  }),
});

const ChangeProblemType = builder.objectRef<ChangeProblem>('ChangeProblem').implement({
  authScopes: { read: true },
  description: 'One of the changes that cannot be deployed, and why.',
  fields: (t) => ({
    input: t.exposeString('input', {
      description:
        'The member of `changes` that is wrong, as it was given (shortened to 80 characters); empty when the list itself is wrong.',
    }),
    message: t.exposeString('message', { description: 'Fit to be shown.' }),
  }),
});

builder.objectType(InvalidChanges, {
  name: 'InvalidChanges',
  authScopes: { read: true },
  description: 'The changes cannot be deployed as given. Nothing was started.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'Fit to be shown.' }),
    problems: t.field({
      type: [ChangeProblemType],
      description: 'At least one, in the order of the input.',
      resolve: ({ problems }) => problems,
    }),
  }),
});

builder.objectType(GerritUnavailable, {
  name: 'GerritUnavailable',
  authScopes: { read: true },
  description:
    'Gerrit could not be asked about the changes. Nothing was started; `acceptUnverified` starts plain numbers all the same.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'Fit to be shown.' }) }),
});
