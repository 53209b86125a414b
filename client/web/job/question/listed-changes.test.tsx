// @vitest-environment happy-dom
// Tests the comparison of the changes that scap lists with those of the job.
import { cleanup, render, screen } from '@testing-library/preact';
import { afterEach, expect, test } from 'vitest';
import { ListedChanges } from './listed-changes.tsx';

afterEach(cleanup);

const table = (...numbers: readonly string[]): string =>
  ['Scheduled:', '│ # │ Subject │', '├───┼─────────┤', ...numbers.map((each) => `│ ${each} │ Fix it │`)].join(
    '\n',
  );
const show = (explanation: string, ...changes: readonly string[]) =>
  render(<ListedChanges explanation={explanation} changes={changes} />);

test('the card says that scap lists exactly the changes of the job', () => {
  show(table('1102344', '1102343'), '1102343', '1102344');
  expect(screen.getByText('scap lists exactly the 2 changes of this job.')).toBeTruthy();
  expect(document.querySelector('.listed-changes--differ')).toBeNull();
});

test('the card warns of each change that only scap or only the job has', () => {
  show(table('1102343', '1102399'), '1102343', '1102344');
  expect(document.querySelector('.listed-changes--differ')?.textContent).toBe(
    'scap also lists 1102399, which is not a change of this job. scap does not list 1102344.',
  );
});

test('nothing is said where scap lists no changes', () => {
  for (const text of ['no table', table('T123'), table()]) show(text, '1102343');
  show(table('1102343'));
  expect(document.querySelector('.listed-changes')).toBeNull();
});
