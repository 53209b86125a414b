// @vitest-environment happy-dom
// Tests the table of the viewer's sessions: what it shows, and signing out one or all others.
import { cleanup, screen, waitFor, within } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GraphqlStandIn, renderWith } from '../../../tests/component/graphql-stand-in.tsx';
import type { OwnSessionFragment } from '../../generated/graphql.ts';
import { OwnSessions } from './own-sessions.tsx';

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0';

const session = (id: string, changes: Partial<OwnSessionFragment> = {}): OwnSessionFragment => ({
  id,
  way: 'PROVIDER',
  isCurrent: false,
  address: '192.0.2.7',
  agent: firefox,
  createdAt: '2026-11-20T12:00:00.000Z',
  lastUsedAt: '2026-11-20T13:00:00.000Z',
  secondFactorAt: '2026-11-20T12:01:00.000Z',
  expiresAt: '2026-11-21T12:00:00.000Z',
  ...changes,
});
const current = session('1', { isCurrent: true, agent: null, way: 'LINK', address: null });

let server: GraphqlStandIn;
let changes: number;
beforeEach(() => {
  server = new GraphqlStandIn();
  changes = 0;
});
afterEach(cleanup);

const show = (...sessions: readonly OwnSessionFragment[]) =>
  renderWith(server, <OwnSessions sessions={sessions} onChange={() => changes++} />);

test('the table of sessions shows browser, address and way of sign-in, and marks this browser', () => {
  show(current, session('2'));
  const here = within(screen.getByRole('row', { name: /this browser/ }));
  expect(here.getByText('sign-in link')).toBeTruthy();
  expect(here.queryByRole('button')).toBeNull();
  const there = within(screen.getByRole('row', { name: /^Firefox 145 on Linux/ }));
  expect(there.getByText('192.0.2.7')).toBeTruthy();
  expect(there.getByText('identity provider')).toBeTruthy();
});

test('the only session has no button to sign out others', () => {
  show(current);
  expect(screen.getByText('No other sessions.')).toBeTruthy();
  expect(screen.queryByRole('button')).toBeNull();
});

test('a session without a verified second factor has a warning', () => {
  show(current, session('2', { secondFactorAt: null }));
  expect(screen.getByText(/The second factor was not verified\./)).toBeTruthy();
});

test('another session is signed out after a confirmation', async () => {
  server.answer('EndSession', () => ({ endSession: { __typename: 'EndSessionSuccess', sessions: [] } }));
  const user = show(current, session('2'));
  await user.click(screen.getByRole('button', { name: 'Sign out Firefox 145 on Linux' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Sign out this session?' }));
  await user.click(dialog.getByRole('button', { name: 'Sign out' }));
  await waitFor(() => expect(changes).toBe(1));
  expect(server.sent).toEqual([{ name: 'EndSession', variables: { input: { sessionId: '2' } } }]);
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

test('a session that cannot be signed out keeps the dialog open, with the reason', async () => {
  server.answer('EndSession', () => new Error('The network is down.'));
  const user = show(current, session('2'));
  await user.click(screen.getByRole('button', { name: 'Sign out Firefox 145 on Linux' }));
  const dialog = within(await screen.findByRole('dialog'));
  await user.click(dialog.getByRole('button', { name: 'Sign out' }));
  expect(await dialog.findByText(/^Not signed out: /)).toBeTruthy();
});

test('all other sessions are signed out together, after a confirmation with their number', async () => {
  server.answer('EndOtherSessions', () => ({
    endOtherSessions: { __typename: 'EndOtherSessionsSuccess', sessions: [] },
  }));
  const user = show(current, session('2'), session('3'));
  await user.click(screen.getByRole('button', { name: 'Sign out all others' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Sign out all other sessions?' }));
  expect(dialog.getByText(/^2 browsers are signed out immediately\./)).toBeTruthy();
  await user.click(dialog.getByRole('button', { name: 'Sign out all others' }));
  await waitFor(() => expect(changes).toBe(1));
  expect(server.sent).toEqual([{ name: 'EndOtherSessions', variables: {} }]);
});
