// @vitest-environment happy-dom
// Tests how the panel of a button opens and closes, and where the focus goes.
import { cleanup, render, screen } from '@testing-library/preact';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { Popup } from './popup.tsx';

afterEach(cleanup);

const popup = (opening = 0) => (
  <>
    <Popup class="test" label="More" face="⋯" opening={opening}>
      {(close, isAsked) => (
        <>
          <button type="button" onClick={close}>
            Do it
          </button>
          <p>{isAsked ? 'asked' : 'pressed'}</p>
        </>
      )}
    </Popup>
    <button type="button">Elsewhere</button>
  </>
);
const button = (name: string) => screen.getByRole('button', { name });
const isOpen = () => screen.queryByText('Do it') !== null;

test('the button opens and closes the panel, and says whether it is open', async () => {
  const user = userEvent.setup();
  render(popup());
  expect(button('More').getAttribute('aria-expanded')).toBe('false');
  await user.click(button('More'));
  expect(button('More').getAttribute('aria-expanded')).toBe('true');
  expect(document.getElementById(button('More').getAttribute('aria-controls') ?? '')?.textContent).toBe(
    'Do itpressed',
  );
  await user.click(button('More'));
  expect(isOpen()).toBe(false);
});

test('Escape and an action close the panel, and the focus returns to the button', async () => {
  const user = userEvent.setup();
  render(popup());
  await user.click(button('More'));
  await user.tab();
  expect(document.activeElement).toBe(button('Do it'));
  await user.keyboard('{Escape}');
  expect(isOpen()).toBe(false);
  expect(document.activeElement).toBe(button('More'));
  await user.click(button('More'));
  await user.click(button('Do it'));
  expect(isOpen()).toBe(false);
  expect(document.activeElement).toBe(button('More'));
});

test('the panel closes when the focus leaves it, and after a press outside', async () => {
  const user = userEvent.setup();
  render(popup());
  await user.click(button('More'));
  await user.tab();
  await user.tab();
  await screen.findByRole('button', { name: 'More', expanded: false });
  expect(document.activeElement).toBe(button('Elsewhere'));
  await user.click(button('More'));
  await user.click(document.body);
  expect(isOpen()).toBe(false);
});

test('something else can open the panel, which then knows that', async () => {
  const { rerender } = render(popup());
  rerender(popup(1));
  expect(await screen.findByText('asked')).toBeTruthy();
});

test('Escape closes the panel of a popup and does not reach the element around it', async () => {
  const user = userEvent.setup();
  const onKey = vi.fn();
  render(
    // biome-ignore lint/a11y/noStaticElementInteractions: it stands for the log, which handles keys
    <div onKeyDown={onKey}>{popup()}</div>,
  );
  await user.click(button('More'));
  await user.keyboard('{Escape}');
  expect(isOpen()).toBe(false);
  expect(onKey).not.toHaveBeenCalled();
  await user.keyboard('{Escape}');
  expect(onKey).toHaveBeenCalledOnce();
});
