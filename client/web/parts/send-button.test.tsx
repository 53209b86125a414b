// @vitest-environment happy-dom
// Tests the button that sends a request.
import { cleanup, render, screen } from '@testing-library/preact';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { SendButton } from './send-button.tsx';

afterEach(cleanup);

const button = () => screen.getByRole<HTMLButtonElement>('button');
const show = (state: { sending?: boolean; blocked?: boolean }, onSubmit = vi.fn()) => (
  <form
    onSubmit={(event) => {
      event.preventDefault();
      onSubmit();
    }}
  >
    <input aria-label="Name" />
    <SendButton type="submit" {...state}>
      Save
    </SendButton>
  </form>
);

test('a button that sends says so, keeps the focus, and sends nothing again', async () => {
  const onSubmit = vi.fn();
  const { rerender } = render(show({}, onSubmit));
  const user = userEvent.setup();
  await user.click(button());
  rerender(show({ sending: true }, onSubmit));
  expect([button().textContent, button().disabled]).toEqual(['Working…', false]);
  expect(button().getAttribute('aria-disabled')).toBe('true');
  expect(document.activeElement).toBe(button());
  await user.dblClick(button());
  await user.type(screen.getByLabelText('Name'), 'x{Enter}');
  expect(onSubmit).toHaveBeenCalledTimes(1);
});

test('a button that becomes unusable keeps the focus, and is disabled once the focus has left it', async () => {
  const onSubmit = vi.fn();
  const { rerender } = render(show({}, onSubmit));
  const user = userEvent.setup();
  await user.click(button());
  rerender(show({ blocked: true }, onSubmit));
  expect(document.activeElement).toBe(button());
  await user.keyboard('{Enter}');
  expect(onSubmit).toHaveBeenCalledTimes(1);
  await user.click(screen.getByLabelText('Name'));
  expect(button().disabled).toBe(true);
});
