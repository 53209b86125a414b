// @vitest-environment happy-dom
// Tests the section about passkeys: empty, in a browser without them, renaming, and refusals.
import { cleanup, screen, waitFor, within } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GraphqlStandIn, renderWith } from '../../../tests/component/graphql-stand-in.tsx';
import { OwnPasskeys } from './own-passkeys.tsx';

const passkey = {
  id: '1',
  name: 'my key',
  host: 'localhost',
  createdAt: '2026-11-20T12:00:00.000Z',
  lastUsedAt: null,
};

let server: GraphqlStandIn;
beforeEach(() => {
  server = new GraphqlStandIn();
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('PublicKeyCredential', class {});
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const show = (passkeys = [passkey]) =>
  renderWith(server, <OwnPasskeys passkeys={passkeys} onChange={() => {}} />);

test('without a secure context the section says what passkeys need, and has no form', () => {
  vi.stubGlobal('isSecureContext', false);
  show([]);
  expect(screen.getByText('No passkeys.')).toBeTruthy();
  expect(screen.getByText(/This browser cannot use passkeys here/)).toBeTruthy();
  expect(screen.queryByLabelText('Name of the passkey')).toBeNull();
});

test('adding asks for the second factor when it is too old, and keeps the name', async () => {
  vi.stubGlobal('fetch', async () => new Response('{"message":"Too old.","tooOld":true}', { status: 409 }));
  const user = show();
  await user.type(screen.getByLabelText('Name of the passkey'), 'phone');
  await user.click(screen.getByRole('button', { name: 'Add a passkey' }));
  expect(await screen.findByText(/verify your second factor again/)).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(screen.getByLabelText('Name of the passkey')).toHaveProperty('value', 'phone');
});

test('adding says why the server refused, or that it did not answer', async () => {
  vi.stubGlobal('fetch', async () => new Response('{"message":"Too many."}', { status: 409 }));
  const user = show([]);
  await user.type(screen.getByLabelText('Name of the passkey'), 'phone');
  await user.click(screen.getByRole('button', { name: 'Add a passkey' }));
  expect(await screen.findByText('Not changed: Too many.')).toBeTruthy();
  vi.stubGlobal('fetch', async () => Promise.reject(new Error('offline')));
  await user.click(screen.getByRole('button', { name: 'Add a passkey' }));
  expect(await screen.findByText(/the server could not be reached/)).toBeTruthy();
});

test('renaming sends the new name with Enter, and a refusal keeps what was typed', async () => {
  const refusal = { __typename: 'InvalidPasskeyName', message: 'Too long.' };
  server.answer('RenamePasskey', () => ({ renamePasskey: refusal }));
  const user = show();
  await user.click(screen.getByRole('button', { name: 'Rename passkey my key' }));
  const dialog = within(screen.getByRole('dialog', { hidden: true }));
  const field = dialog.getByLabelText('Name of the passkey');
  await waitFor(() => expect(document.activeElement).toBe(field));
  await user.clear(field);
  expect(dialog.getByText('Rename')).toHaveProperty('disabled', true);
  await user.type(field, 'phone{Enter}');
  expect(await dialog.findByText('Not changed: Too long.')).toBeTruthy();
  expect(field).toHaveProperty('value', 'phone');
  server.answer('RenamePasskey', () => ({
    renamePasskey: { __typename: 'RenamePasskeySuccess', passkeys: [{ __typename: 'Passkey', id: '1' }] },
  }));
  await user.type(field, '{Enter}');
  await waitFor(() => expect(screen.queryByRole('dialog', { hidden: true })).toBeNull());
  const variables = { input: { passkeyId: '1', name: 'phone' } };
  expect(server.sent).toEqual([
    { name: 'RenamePasskey', variables },
    { name: 'RenamePasskey', variables },
  ]);
});

test('removing asks first, and asks for the second factor when it is too old', async () => {
  server.answer('RemovePasskey', () => ({
    removePasskey: { __typename: 'SecondFactorTooOld', message: 'Too old.' },
  }));
  const user = show();
  await user.click(screen.getByRole('button', { name: 'Remove passkey my key' }));
  expect(server.sent).toEqual([]);
  await user.click(screen.getByText('Remove'));
  expect(await screen.findByText(/verify your second factor again/)).toBeTruthy();
  expect(server.sent).toEqual([{ name: 'RemovePasskey', variables: { input: { passkeyId: '1' } } }]);
});
