// Tests how questions and answers are written.
import { expect, test } from 'vitest';
import { answerEffects, answerInWords, suggestedAnswer } from './interaction.ts';

test('the default of a text question may be given only in its prompt', () => {
  expect(suggestedAnswer({ default: 'it broke', prompt: 'Why?' })).toBe('it broke');
  const prompt = 'Please supply a reason for revert (default: Reverted by amina@deploy1 via scap backport):';
  expect(suggestedAnswer({ default: null, prompt })).toBe('Reverted by amina@deploy1 via scap backport');
  expect(suggestedAnswer({ default: null, prompt: 'Reason [requested by the author]: ' })).toBe(
    'requested by the author',
  );
  expect(suggestedAnswer({ default: null, prompt: 'Reason (a short one):' })).toBeNull();
});

test('the effect of an answer is shown only for a known question', () => {
  const choices = [
    { label: 'Yes, continue', code: 'y' },
    { label: 'No, roll back', code: 'n' },
  ];
  expect(answerEffects('testservers.continue', choices)).toEqual([
    '“No, roll back” undoes what was deployed, and ends the job.',
  ]);
  expect(answerEffects('backport.confirm', choices)).toEqual([
    '“No, roll back” ends the job. Nothing will be deployed.',
  ]);
  expect(answerEffects(null, choices)).toEqual([]);
});

test('a chosen answer is written as its quoted label and its code, a typed answer as quoted text', () => {
  const choices = [{ label: 'Yes, \u202econtinue', code: 'y' }];
  expect(answerInWords({ choices }, 'y')).toBe('“Yes, ‹U+202E›continue” (y)');
  expect(answerInWords({ choices: [] }, 'it broke')).toBe('“it broke”');
  expect(answerInWords({ choices: [] }, '')).toBe('empty answer');
});
