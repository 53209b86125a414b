// @vitest-environment happy-dom
// Tests that what screen readers are to announce comes into a region that they know.
import { screen, waitFor } from '@testing-library/preact';
import { render } from 'preact';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Message } from './message.tsx';
import { Status } from './status.tsx';

let root: HTMLElement;
beforeEach(() => {
  root = document.body.appendChild(document.createElement('div'));
});
afterEach(() => {
  render(null, root);
  root.remove();
});

const isHidden = (element: Element): boolean => element.closest('.arriving') !== null;

test('the text of a status is hidden until its region is on the page', async () => {
  // Rendered without waiting for effects, which run after the next frame.
  render(<Status>Working…</Status>, root);
  const text = screen.getByText('Working…');
  expect(screen.getByRole('status').contains(text)).toBe(true);
  expect(isHidden(text)).toBe(true);
  await waitFor(() => expect(isHidden(text)).toBe(false));
});

test('a message is hidden until its region is on the page, but an error is announced with its region', async () => {
  render(
    <>
      <Message tone="warning">Gerrit does not respond.</Message>
      <Message tone="error">The job was not started.</Message>
    </>,
    root,
  );
  expect(isHidden(screen.getByText('The job was not started.'))).toBe(false);
  const text = screen.getByText('Gerrit does not respond.');
  expect(isHidden(text)).toBe(true);
  await waitFor(() => expect(isHidden(text)).toBe(false));
});
