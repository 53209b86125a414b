import { expect, it } from 'vitest';
import { answerEffect, questionKey } from './question-key.ts';

const yesNo = ['y', 'n'];

it.each([
  ['backport.list', 'Enter the change numbers (separated by a space) you wish to backport: ', []],
  [
    'backport.not-live',
    "1102340 not found in any live wikiversion. Live wikiversions: ['1.47.0-wmf.3']\nContinue with backport anyway?",
    yesNo,
  ],
  [
    'backport.l10n-rebuild',
    '🐌 Change(s) 1102340 touch l10n-related files and are likely to trigger a large l10n rebuild, resulting in a slow deployment (~20 minutes).\nContinue with backport anyway?',
    yesNo,
  ],
  [
    'backport.dependency-warnings',
    'Warnings found:\nWarning for 1102340:\nit is missing\nContinue with backport anyway?',
    yesNo,
  ],
  ['revert.reason', 'Please supply a reason for revert (default: Reverted by x via scap backport): ', []],
  [
    'backport.confirm',
    'The following changes are scheduled for backport:\n┌──┐\n└──┘\nBackport the changes?',
    yesNo,
  ],
  [
    'backport.patch-set-changed',
    'Change 1102340 has been updated from patchset 1 to patchset 2. Re-approve change and continue with backport(s)? ',
    yesNo,
  ],
  [
    'backport.show-diff',
    'There were unexpected commits pulled from origin for /srv/x.\nWould you like to see the diff?',
    yesNo,
  ],
  [
    'backport.unexpected-commits',
    'There were unexpected commits pulled from origin for /srv/x.\nContinue with deployment (all patches will be deployed)?',
    yesNo,
  ],
  ['images.release-repository', 'Do you want to proceed anyway?', yesNo],
  [
    'testservers.continue',
    'Changes synced to the testservers (see https://wikitech.wikimedia.org/wiki/Mwdebug)\nBefore continuing, please do any necessary checks.\n\nContinue with deployment?',
    yesNo,
  ],
  ['checks.failed', 'Testservers checks failed.\n\nWhat do you want to do?', ['r', 'i', 'b', 'x']],
  [
    'kubernetes.stage-failed',
    'K8s deployment to stage canaries failed.\n\nWhat do you want to do?',
    ['r', 'b'],
  ],
  [
    'kubernetes.rollback-failed',
    'Rollback deployment for stage canaries failed.\n\nWhat do you want to do?',
    ['r', 'c'],
  ],
  [
    'rollback.acknowledge',
    'The backported change was undeployed by rollback, but it still exists in the codebase.\nYou must merge a fix.',
    ['a'],
  ],
  ['train.task', 'Please enter the train blocker Phabricator task id for log messages: ', []],
])('the question table knows the question %s', (key, prompt, codes) => {
  expect(questionKey(prompt, codes)).toBe(key);
});

it.each([
  ['another set of choices', 'Backport the changes?', ['y', 'n', 'q']],
  ['a choice question whose text is that of a text question', 'Please supply a reason for revert: ', yesNo],
  ['an unknown prompt', 'Shall we dance?', yesNo],
])('the question table does not know a question with %s', (_name, prompt, codes) => {
  expect(questionKey(prompt, codes)).toBeNull();
});

it('the question table says what an answer leads to', () => {
  expect(answerEffect('backport.confirm', 'n')).toBe('declined');
  expect(answerEffect('testservers.continue', 'n')).toBe('rolled-back');
  expect(answerEffect('checks.failed', 'b')).toBe('rolled-back');
  expect(answerEffect('backport.show-diff', 'n')).toBeNull();
  expect(answerEffect('backport.confirm', 'y')).toBeNull();
  expect(answerEffect(null, 'n')).toBeNull();
});
