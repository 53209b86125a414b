// Owns the revert: a kind of job that reverts changes and deploys the result.
import { changesTitle, parseChangeList } from './change-list.ts';
import { defineKind } from './kind.ts';

export const revert = defineKind({
  description: 'Reverts the changes and deploys the result: `scap backport --revert`.',
  parse: parseChangeList,
  title: (parameters) => `Revert: ${changesTitle(parameters)}`,
  command: ({ numbers }) => ({ subcommand: 'backport', arguments: ['--revert', ...numbers] }),
  detail: ({ numbers }) => `revert of ${numbers.join(', ')}`,
  retry: true,
  canRevert: false,
  needsMergedChanges: true,
  afterRollBack: 'The changes are still merged: merge a fix or a revert before the next deployment.',
});
