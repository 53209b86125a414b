import { expect, it } from 'vitest';
import { terminalQuestion } from './terminal-question.ts';

const yesNo = [
  { label: 'Yes', code: 'y' },
  { label: 'No', code: 'n' },
];

it.each([
  [null, '[y/n]'],
  ['y', '[Y/n]'],
  ['n', '[y/N]'],
])('the terminal shows a yes-or-no question with the default %s as %s', (fallback, shown) => {
  const prompt = 'The following changes:\n┌──┐\n└──┘\nBackport the changes? ';
  expect(terminalQuestion({ prompt, choices: yesNo, default: fallback })).toBe(
    `${prompt.trimEnd()} ${shown}:`,
  );
});

it('the terminal lists other choices between the explanation and the question, in their order', () => {
  const choices = [
    { label: 'Retry canary checks', code: 'r' },
    { label: 'Ignore failure and continue deployment', code: 'i' },
  ];
  const prompt = 'Canary checks failed.\r\n\r\nWhat do you want to do?';
  expect(terminalQuestion({ prompt, choices, default: 'r' })).toBe(
    'Canary checks failed.\n\n[r] Retry canary checks\n[i] Ignore failure and continue deployment\nWhat do you want to do? (default: [r]):',
  );
  expect(terminalQuestion({ prompt: 'Which?', choices, default: null })).toBe(
    '[r] Retry canary checks\n[i] Ignore failure and continue deployment\nWhich?:',
  );
});

it('the terminal lists long labels of yes and no', () => {
  const choices = [{ label: 'Yes, continue with deployment', code: 'y' }];
  expect(terminalQuestion({ prompt: 'Continue?', choices, default: null })).toBe(
    '[y] Yes, continue with deployment\nContinue?:',
  );
});

it('the terminal shows a text question as it is', () => {
  expect(terminalQuestion({ prompt: 'Reason: ', choices: [], default: null })).toBe('Reason:');
});
