// Owns the backport: a kind of job that merges and deploys changes.
import { changesTitle, parseChangeList } from './change-list.ts';
import { defineKind } from './kind.ts';

export const backport = defineKind({
  description: 'Merges and deploys the changes: `scap backport`.',
  parse: parseChangeList,
  title: changesTitle,
  command: ({ numbers }) => ({ subcommand: 'backport', arguments: numbers }),
  detail: ({ numbers }) => `backport of ${numbers.join(', ')}`,
  retry: true,
  canRevert: true,
  // An interrupted backport leaves changes merged but not deployed, so merged changes are deployed, too.
  needsMergedChanges: false,
  afterRollBack: 'The changes are still merged: merge a fix or a revert before the next deployment.',
});
