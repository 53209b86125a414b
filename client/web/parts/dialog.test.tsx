// @vitest-environment happy-dom
// Tests where the focus is after a dialog.
import { cleanup, render, screen, waitFor } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepFocus } from '../state/focus.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';

let end: () => void;
beforeEach(() => {
  end = keepFocus();
});
afterEach(() => {
  end();
  cleanup();
});

const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });

test('the section of a removed opener gets the focus when the dialog is closed', async () => {
  const page = (hasDialog: boolean, hasRow: boolean) => (
    <section aria-label="Tokens">
      {hasRow && <button type="button">Revoke</button>}
      {hasDialog && (
        <ConfirmDialog
          heading="Revoke it?"
          confirm="Yes"
          request={{ sending: false, problem: null }}
          onConfirm={async () => true}
          onClose={() => {}}
        >
          <p>It ends.</p>
        </ConfirmDialog>
      )}
    </section>
  );
  const { rerender } = render(page(false, true));
  const opener = button('Revoke');
  opener.focus();
  rerender(page(true, true));
  await waitFor(() => expect(document.activeElement).toBe(button('Cancel')));
  rerender(page(false, true));
  await waitFor(() => expect(document.activeElement).toBe(opener));
  rerender(page(false, false));
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('region', { name: 'Tokens' })));
});
