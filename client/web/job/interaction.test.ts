// Tests how questions and answers read.
import { expect, test } from 'vitest';
import { answerInWords, splitPrompt } from './interaction.ts';

test('the last paragraph of a prompt is the question', () => {
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

test('a long prompt is split in no time', () => {
  const from = performance.now();
  splitPrompt('\n \n'.repeat(300_000));
  splitPrompt('x\n\n'.repeat(300_000));
  expect(performance.now() - from).toBeLessThan(3000);
});

test('an answer is read as its label between quotes and its code, a text between quotes', () => {
  const choices = [{ label: 'Yes, \u202econtinue', code: 'y' }];
  expect(answerInWords({ choices }, 'y')).toBe('“Yes, ‹U+202E›continue” (y)');
  expect(answerInWords({ choices: [] }, 'it broke')).toBe('“it broke”');
  expect(answerInWords({ choices: [] }, '')).toBe('empty answer');
});
