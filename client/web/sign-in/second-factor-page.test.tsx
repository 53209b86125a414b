// @vitest-environment happy-dom
// Tests the page that asks for the second factor.
import { cleanup, render, screen } from '@testing-library/preact';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import type { Access, SecondFactorStatus } from './access.ts';
import { SecondFactorPage } from './second-factor-page.tsx';
import { pageKey } from './session.ts';

const factor: SecondFactorStatus = {
  command: 'spiderpig otp',
  authenticator: false,
  passkey: false,
  triesLeft: 5,
  lockedUntil: null,
};
const access: Access = {
  state: 'half',
  user: 'Zoe',
  accessHelp: null,
  groups: null,
  reason: null,
  secondFactor: factor,
  end: null,
  isAmbiguous: false,
};

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  pageKey.value = null;
});

function show(changes: Partial<SecondFactorStatus> = {}, onSessionEnd = (): void => {}) {
  render(
    <SecondFactorPage
      access={access}
      factor={{ ...factor, ...changes }}
      onSignOut={async () => {}}
      onSessionEnd={onSessionEnd}
    />,
  );
  return userEvent.setup();
}

function answer(body: object, status: number): void {
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify(body), { status }));
}

const typeCode = async (user: ReturnType<typeof show>): Promise<void> => {
  await user.type(screen.getByLabelText('Code'), 'WRNGWRNG');
  await user.click(screen.getByRole('button', { name: 'Continue' }));
};

test('the second factor page names the user and the command', () => {
  show();
  expect(screen.getByText(/^You are signed in as/).textContent).toBe(
    'You are signed in as Zoe. Now prove that you have access to the deployment host.',
  );
  expect(screen.getByText('spiderpig otp')).toBeTruthy();
  expect(screen.queryByText(/your authenticator/)).toBeNull();
});

test('the second factor page offers the authenticator to a user who has one', () => {
  show({ authenticator: true });
  expect(screen.getByText(/your authenticator/)).toBeTruthy();
});

test('a correct code stores the new page key', async () => {
  answer({ pageKey: 'new' }, 200);
  await typeCode(show());
  await vi.waitFor(() => expect(pageKey.value).toBe('new'));
});

test('a wrong code shows how many attempts are left', async () => {
  answer({ message: 'Wrong code.', triesLeft: 4, lockedUntil: null }, 403);
  await typeCode(show());
  expect(await screen.findByText('Wrong code.')).toBeTruthy();
  expect(screen.getByLabelText('Code')).toHaveProperty('value', '');
});

test('a locked second factor disables the field and shows until when', () => {
  show({ triesLeft: 0, lockedUntil: new Date(Date.now() + 60_000).toISOString() });
  expect(screen.getByLabelText('Code')).toHaveProperty('disabled', true);
  expect(screen.getByText(/^Too many wrong codes/)).toBeTruthy();
});

test('a session that has ended is reported', async () => {
  answer({}, 401);
  const onSessionEnd = vi.fn();
  await typeCode(show({}, onSessionEnd));
  await vi.waitFor(() => expect(onSessionEnd).toHaveBeenCalledOnce());
});
