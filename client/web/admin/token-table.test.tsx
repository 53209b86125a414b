// @vitest-environment happy-dom
// Tests the table of the tokens of all users: what it shows, and revoking.
import { cleanup, screen, waitFor, within } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GraphqlStandIn, renderWith } from '../../../tests/component/graphql-stand-in.tsx';
import { TokenTable } from './token-table.tsx';

const token = (id: string, name: string, changes: object = {}) => ({
  __typename: 'IssuedToken',
  id,
  name,
  user: { __typename: 'User', id: '2', name: 'Grace' },
  canDeploy: false,
  createdAt: '2026-11-20T12:00:00.000Z',
  expiresAt: '2026-12-20T12:00:00.000Z',
  lastUsedAt: null,
  ...changes,
});

let server: GraphqlStandIn;
let tokens: readonly object[];

beforeEach(() => {
  server = new GraphqlStandIn();
  tokens = [token('1', 'my bot'), token('2', 'my script', { canDeploy: true })];
  server.answer('Tokens', () => ({
    tokens: {
      __typename: 'IssuedTokenConnection',
      nodes: tokens,
      pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null },
      totalCount: tokens.length,
    },
  }));
});
afterEach(cleanup);

const show = () => renderWith(server, <TokenTable epoch={1} />);
const mutations = () => server.sent.filter(({ name }) => name !== 'Tokens');

/** Opens the confirmation for the token `my bot`, and confirms it. */
async function revoke() {
  const user = show();
  await user.click(await screen.findByRole('button', { name: 'Revoke token my bot of Grace' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Revoke token my bot of Grace?' }));
  await user.click(dialog.getByRole('button', { name: 'Revoke…' }));
  return dialog;
}

test('the table of tokens lists name, user, scope and last use', async () => {
  show();
  const bot = within(await screen.findByRole('row', { name: /^my bot/ }));
  expect(bot.getByText('Grace')).toBeTruthy();
  expect(bot.getByText('read')).toBeTruthy();
  expect(bot.getByText('never')).toBeTruthy();
  expect(within(screen.getByRole('row', { name: /^my script/ })).getByText('deploy')).toBeTruthy();
});

test('the table of tokens says how to create one when none exists', async () => {
  tokens = [];
  show();
  expect(await screen.findByText(/^No active tokens\./)).toBeTruthy();
  expect(screen.queryByRole('table')).toBeNull();
});

test('a token of another user is revoked after a confirmation, and the list is loaded again', async () => {
  server.answer('RevokeTokenOf', () => {
    tokens = [token('2', 'my script')];
    return { revokeTokenOf: { __typename: 'RevokeTokenOfSuccess' } };
  });
  await revoke();
  await waitFor(() => expect(screen.queryByRole('row', { name: /^my bot/ })).toBeNull());
  expect(screen.getByRole('row', { name: /^my script/ })).toBeTruthy();
  expect(mutations()).toEqual([{ name: 'RevokeTokenOf', variables: { tokenId: '1' } }]);
});

test('a refused revocation is shown in the dialog, and the token stays in the list', async () => {
  server.answer('RevokeTokenOf', () => ({
    revokeTokenOf: { __typename: 'UnknownToken', message: 'This token does not exist.' },
  }));
  const dialog = await revoke();
  expect(await dialog.findByText('This token does not exist.')).toBeTruthy();
  expect(screen.getByText('my bot', { selector: 'th *' })).toBeTruthy();
});

test('no token is revoked when the confirmation is cancelled', async () => {
  const user = show();
  await user.click(await screen.findByRole('button', { name: 'Revoke token my bot of Grace' }));
  const dialog = within(await screen.findByRole('dialog'));
  await user.click(dialog.getByRole('button', { name: 'Cancel' }));
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(mutations()).toEqual([]);
});
