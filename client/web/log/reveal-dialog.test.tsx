// @vitest-environment happy-dom
// Tests the confirmation before sensitive lines are revealed.
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, expect, test, vi } from 'vitest';
import { RevealDialog } from './reveal-dialog.tsx';

afterEach(cleanup);

function openDialog() {
  const onAnswer = vi.fn();
  render(<RevealDialog onAnswer={onAnswer} />);
  return onAnswer;
}

test('the reveal dialog says that revealing is recorded, and focuses the safe button', () => {
  openDialog();
  expect(screen.getByRole('dialog', { name: 'Show sensitive lines?' }).textContent).toContain('audit log');
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Keep hidden' }));
});

test.each([
  ['Show and record', true],
  ['Keep hidden', false],
])('the reveal dialog answers "%s" with %s', (name, answer) => {
  const onAnswer = openDialog();
  fireEvent.click(screen.getByRole('button', { name }));
  expect(onAnswer.mock.calls).toEqual([[answer]]);
});
