// Tests how questions and answers are written.
import { expect, test } from 'vitest';
import { answerInWords, splitPrompt } from './interaction.ts';

test('the last paragraph of a prompt is the question, the rest is the explanation', () => {
  expect(splitPrompt('Changes synced.\n\nPlease check.\n \nContinue with deployment?\n')).toEqual({
    explanation: 'Changes synced.\n\nPlease check.',
    question: 'Continue with deployment?',
  });
  expect(splitPrompt('Backport the changes?')).toEqual({
    explanation: '',
    question: 'Backport the changes?',
  });
  expect(splitPrompt('')).toEqual({ explanation: '', question: '' });
});

test('splitting a prompt of a million characters takes linear time', () => {
  const from = performance.now();
  splitPrompt('\n \n'.repeat(300_000));
  splitPrompt('x\n\n'.repeat(300_000));
  expect(performance.now() - from).toBeLessThan(3000);
});

test('a chosen answer is written as its quoted label and its code, a typed answer as quoted text', () => {
  const choices = [{ label: 'Yes, \u202econtinue', code: 'y' }];
  expect(answerInWords({ choices }, 'y')).toBe('“Yes, ‹U+202E›continue” (y)');
  expect(answerInWords({ choices: [] }, 'it broke')).toBe('“it broke”');
  expect(answerInWords({ choices: [] }, '')).toBe('empty answer');
});
