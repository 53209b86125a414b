import { expect, it } from 'vitest';
import { questionText } from './question-text.ts';

it('the question parser treats the last line as the question when a table stands directly before it', () => {
  const table = '┌─────────┬──────┐\n│ 1102340 │ core │\n└─────────┴──────┘';
  expect(
    questionText(`The following changes are scheduled for backport:\n${table}\nBackport the changes?`),
  ).toEqual({
    question: 'Backport the changes?',
    explanation: `The following changes are scheduled for backport:\n${table}`,
    aligned: true,
  });
});

it.each([
  ['a single line', 'Continue?', 'Continue?', ''],
  [
    'a blank line before the question',
    'Canary checks failed.\n\nWhat do you want to do?',
    'What do you want to do?',
    'Canary checks failed.',
  ],
  [
    'a trailing blank and newline',
    'Patch set changed.\nContinue with backport(s)? \n',
    'Continue with backport(s)?',
    'Patch set changed.',
  ],
  [
    'a text question',
    'Please supply a reason for revert (default: Reverted by x): ',
    'Please supply a reason for revert (default: Reverted by x):',
    '',
  ],
  [
    'no question mark',
    'The change was undeployed.\nYou must merge a fix.\n\n',
    'The change was undeployed.\nYou must merge a fix.',
    '',
  ],
  [
    'text after a blank line without a question mark',
    'Explanation.\n\nPress Enter',
    'Press Enter',
    'Explanation.',
  ],
  [
    'a lone question mark on the last line',
    'Set these versions:\ngroup0: wmf.2\n?',
    'Set these versions:\ngroup0: wmf.2\n?',
    '',
  ],
  ['an empty prompt', '', '', ''],
  ['Windows line ends', 'One.\r\nTwo?\r\n', 'Two?', 'One.'],
])('the question parser divides a prompt with %s', (_name, prompt, question, explanation) => {
  expect(questionText(prompt)).toEqual({ question, explanation, aligned: false });
});

it('the question parser treats the last sentence of a long last line as the question', () => {
  const warning = `Change 1102340 has been updated from patch set 1 to patch set 2, which is not what you reviewed. ${'It is long. '.repeat(6)}`;
  const { question, explanation } = questionText(`${warning}Re-approve change and continue?`);
  expect(question).toBe('Re-approve change and continue?');
  expect(explanation).toBe(warning.trim());
});

it('the question parser takes the last sentence of the question about a new patch set', () => {
  expect(
    questionText(
      'Change 1102355 has been updated from patchset 1 to patchset 2. Re-approve change and continue with backport(s)? ',
    ),
  ).toMatchObject({
    question: 'Re-approve change and continue with backport(s)?',
    explanation: 'Change 1102355 has been updated from patchset 1 to patchset 2.',
  });
});

it.each([
  ['columns', '1102340  core   Fix it\n1102341  Echo   Notify once\nContinue?'],
  ['an ASCII table', '+-----+\n| one |\n+-----+\nContinue?'],
  ['tabs', 'a\tb\tc\nd\te\tf\nContinue?'],
])('the question parser finds that an explanation with %s is aligned', (_name, prompt) => {
  expect(questionText(prompt).aligned).toBe(true);
});

it('the question parser does not treat prose with a double blank as a table', () => {
  expect(questionText('First sentence.  Second sentence.  Third.\n\nContinue?').aligned).toBe(false);
});
