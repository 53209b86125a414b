// @vitest-environment happy-dom
// Tests the table of the viewer's tokens and the form that creates one.
import { cleanup, screen, waitFor, within } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GraphqlStandIn, renderWith } from '../../../tests/component/graphql-stand-in.tsx';
import type { OwnTokenFragment } from '../../generated/graphql.ts';
import { OwnTokens } from './own-tokens.tsx';

const token: OwnTokenFragment = {
  id: '1',
  name: 'my bot',
  scope: 'READ',
  createdAt: '2026-11-20T12:00:00.000Z',
  expiresAt: '2026-12-20T12:00:00.000Z',
  lastUsedAt: null,
};

let server: GraphqlStandIn;
let changes: number;
beforeEach(() => {
  server = new GraphqlStandIn();
  changes = 0;
});
afterEach(cleanup);

const show = (tokens: readonly OwnTokenFragment[], mayDeploy = true) =>
  renderWith(server, <OwnTokens tokens={tokens} mayDeploy={mayDeploy} onChange={() => changes++} />);

test('a new token is shown once, until the user confirms that it was copied', async () => {
  server.answer('MakeToken', () => ({
    makeToken: {
      __typename: 'MakeTokenSuccess',
      made: { token: 'secret', details: { id: '1', name: 'my bot' } },
    },
  }));
  const user = show([]);
  expect(screen.getByText('No tokens.')).toBeTruthy();
  await user.type(screen.getByLabelText('What is it for?'), ' my bot ');
  await user.selectOptions(screen.getByLabelText('Scope'), 'DEPLOY');
  await user.click(screen.getByRole('button', { name: 'Create token' }));
  const secret = await screen.findByText('secret');
  expect(secret.closest('[role="status"]')).toBeNull();
  expect(screen.getByRole('button', { name: /^Copy/ }).closest('[role="status"]')).toBeNull();
  expect(server.sent).toEqual([
    { name: 'MakeToken', variables: { input: { name: 'my bot', scope: 'DEPLOY', days: 30 } } },
  ]);
  expect(changes).toBe(1);
  await user.click(screen.getByRole('button', { name: 'Done' }));
  expect(screen.queryByText('secret')).toBeNull();
});

test('a refused token shows the reason and keeps the name', async () => {
  server.answer('MakeToken', () => ({
    makeToken: { __typename: 'InvalidToken', message: 'A token needs a name.' },
  }));
  const user = show([]);
  await user.type(screen.getByLabelText('What is it for?'), '-bad');
  await user.click(screen.getByRole('button', { name: 'Create token' }));
  expect(await screen.findByText('Not created: A token needs a name.')).toBeTruthy();
  expect(screen.getByLabelText('What is it for?')).toHaveProperty('value', '-bad');
});

test('a viewer cannot choose the deploy scope', () => {
  show([], false);
  expect(screen.getByRole('option', { name: /^deploy/ })).toHaveProperty('disabled', true);
});

test('a token is revoked after a confirmation', async () => {
  server.answer('RevokeToken', () => ({ revokeToken: { __typename: 'RevokeTokenSuccess', tokens: [] } }));
  const user = show([token]);
  await user.click(screen.getByRole('button', { name: 'Revoke token my bot' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Revoke token “my bot”?' }));
  await user.click(dialog.getByRole('button', { name: 'Revoke' }));
  await waitFor(() =>
    expect(server.sent).toEqual([{ name: 'RevokeToken', variables: { input: { tokenId: '1' } } }]),
  );
  await waitFor(() => expect(changes).toBe(1));
});
