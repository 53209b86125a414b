// @vitest-environment happy-dom
// Tests the dialog that asks for confirmation.
import { cleanup, render, screen, waitFor } from '@testing-library/preact';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { ConfirmDialog } from './confirm-dialog.tsx';

afterEach(cleanup);

const idle = { sending: false, problem: null };
const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });

test('the confirm dialog requires a reason and passes it on', async () => {
  const onConfirm = vi.fn(async (_reason: string) => true);
  const onClose = vi.fn();
  render(
    <ConfirmDialog
      heading="Ban Jonas?"
      confirm="Ban"
      reasonLabel="Reason"
      request={idle}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      <p>Jonas cannot sign in.</p>
    </ConfirmDialog>,
  );
  const user = userEvent.setup();
  expect(screen.getByRole('dialog', { name: 'Ban Jonas?' })).toBeTruthy();
  expect(document.activeElement).toBe(screen.getByLabelText('Reason'));
  expect(button('Ban').disabled).toBe(true);
  await user.type(screen.getByLabelText('Reason'), 'left the team');
  await user.click(button('Ban'));
  await waitFor(() => expect(onClose).toHaveBeenCalledTimes(1));
  expect(onConfirm).toHaveBeenCalledWith('left the team');
});

test('the confirm dialog focuses the harmless button, which closes it without confirming', async () => {
  const onConfirm = vi.fn(async () => true);
  const onClose = vi.fn();
  render(
    <ConfirmDialog heading="End it?" confirm="End" request={idle} onConfirm={onConfirm} onClose={onClose}>
      <p>It ends.</p>
    </ConfirmDialog>,
  );
  expect(document.activeElement).toBe(button('Cancel'));
  await userEvent.setup().click(button('Cancel'));
  expect(onClose).toHaveBeenCalledTimes(1);
  expect(onConfirm).not.toHaveBeenCalled();
});

test('the confirm dialog stays open with the problem if confirming failed', async () => {
  const onClose = vi.fn();
  render(
    <ConfirmDialog
      heading="End it?"
      confirm="End"
      request={{ sending: false, problem: 'Not ended.' }}
      onConfirm={async () => false}
      onClose={onClose}
    >
      <p>It ends.</p>
    </ConfirmDialog>,
  );
  await userEvent.setup().click(button('End'));
  expect((await screen.findByRole('alert')).textContent).toContain('Not ended.');
  expect(onClose).not.toHaveBeenCalled();
});

test('the button keeps the focus while its request is sent, and sends nothing twice', async () => {
  const onConfirm = vi.fn(async () => true);
  const sending = { sending: true, problem: null };
  render(
    <ConfirmDialog heading="End it?" confirm="End" request={sending} onConfirm={onConfirm} onClose={() => {}}>
      <p>It ends.</p>
    </ConfirmDialog>,
  );
  const working = button('Working…');
  working.focus();
  await userEvent.setup().click(working);
  expect(document.activeElement).toBe(working);
  expect([working.disabled, working.getAttribute('aria-disabled')]).toEqual([false, 'true']);
  expect(onConfirm).not.toHaveBeenCalled();
});
