// @vitest-environment happy-dom
// Tests where the focus goes when the element that has it is removed or disabled.
import { cleanup, render, screen, waitFor } from '@testing-library/preact';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepFocus } from './focus.ts';

let end: () => void;
beforeEach(() => {
  end = keepFocus();
});
afterEach(() => {
  end();
  cleanup();
});

const page = ({ row = true, section = true, disabled = false }) => (
  <main id="content">
    {section && (
      <section aria-label="Tokens">
        {row && (
          <button type="button" disabled={disabled}>
            Revoke
          </button>
        )}
        <p>Active tokens</p>
      </section>
    )}
  </main>
);
const focused = () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.id;

test('the section gets the focus of a removed button, for as long as it has it', async () => {
  const { rerender } = render(page({}));
  screen.getByRole('button').focus();
  rerender(page({ row: false }));
  await waitFor(() => expect(focused()).toBe('Tokens'));
  screen.getByRole('region').blur();
  expect(screen.getByRole('region').hasAttribute('tabindex')).toBe(false);
});

test('the page gets the focus of a button that was removed with its section', async () => {
  const { rerender } = render(page({}));
  screen.getByRole('button').focus();
  rerender(page({ section: false }));
  await waitFor(() => expect(focused()).toBe('content'));
});

test('a focus that was moved by a component stays where it is', async () => {
  const { rerender } = render(
    <>
      {page({})}
      <input aria-label="Name" />
    </>,
  );
  screen.getByRole('button').focus();
  rerender(
    <>
      {page({ row: false })}
      <input aria-label="Name" />
    </>,
  );
  screen.getByLabelText('Name').focus();
  await new Promise((resolve) => setTimeout(resolve, 80));
  expect(focused()).toBe('Name');
});

test('nothing gets the focus when a button is removed that the user has left', async () => {
  const { rerender } = render(page({}));
  await userEvent.setup().click(screen.getByRole('button'));
  screen.getByRole('button').blur();
  await Promise.resolve();
  rerender(page({ row: false }));
  await new Promise((resolve) => setTimeout(resolve, 80));
  expect(document.activeElement).toBe(document.body);
});
