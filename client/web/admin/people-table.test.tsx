// @vitest-environment happy-dom
// Tests the table of people: its search, and the actions with their confirmation.
import { cleanup, screen, waitFor, within } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GraphqlStandIn, renderWith } from '../../../tests/component/graphql-stand-in.tsx';
import { PeopleTable } from './people-table.tsx';

const person = (id: string, name: string, changes: object = {}) => ({
  __typename: 'Person',
  user: { __typename: 'User', id, name },
  role: 'DEPLOYER',
  groups: null,
  ban: null,
  openSessions: 1,
  lastSeenAt: '2026-11-20T12:00:00.000Z',
  ...changes,
});
const ban = {
  __typename: 'Ban',
  reason: 'left',
  by: { __typename: 'User', name: 'Ada' },
  since: '2026-11-20T12:00:00.000Z',
};

let server: GraphqlStandIn;
let people: readonly object[];

beforeEach(() => {
  server = new GraphqlStandIn();
  people = [person('1', 'Ada', { role: 'ADMIN' }), person('2', 'Grace')];
  server.answer('People', () => ({
    people: {
      __typename: 'PersonConnection',
      nodes: people,
      pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null },
      totalCount: people.length,
    },
  }));
});
afterEach(cleanup);

const show = () => renderWith(server, <PeopleTable self="1" epoch={1} />);
const mutations = () => server.sent.filter(({ name }) => name !== 'People');

test('the table lists people with their roles, and marks the viewer', async () => {
  show();
  const row = await screen.findByRole('row', { name: /^Ada \(you\)/ });
  expect(within(row).getByText('admin')).toBeTruthy();
  expect(screen.getByRole('row', { name: /^Grace/ })).toBeTruthy();
});

test('an admin cannot ban themselves', async () => {
  show();
  expect(await screen.findByRole('button', { name: 'Ban Ada' })).toHaveProperty('disabled', true);
});

test('a search sends the text and says when no one matches', async () => {
  const user = show();
  await screen.findByRole('row', { name: /^Grace/ });
  people = [];
  await user.type(screen.getByRole('searchbox', { name: 'Search by name' }), 'x');
  await user.click(screen.getByRole('button', { name: 'Search' }));
  expect(await screen.findByText('No one with that name.')).toBeTruthy();
  expect(server.sent.at(-1)?.variables).toMatchObject({ text: 'x' });
});

test('a ban needs a reason and is sent after a confirmation', async () => {
  server.answer('BanUser', () => ({ banUser: { __typename: 'BanUserSuccess' } }));
  const user = show();
  await user.click(await screen.findByRole('button', { name: 'Ban Grace' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Ban Grace?' }));
  expect(dialog.getByRole('button', { name: 'Ban Grace' })).toHaveProperty('disabled', true);
  await user.type(dialog.getByLabelText('Reason (shown to this person)'), 'left');
  await user.click(dialog.getByRole('button', { name: 'Ban Grace' }));
  await waitFor(() =>
    expect(mutations()).toEqual([{ name: 'BanUser', variables: { input: { userId: '2', reason: 'left' } } }]),
  );
});

test('a refused ban is shown in the dialog, which keeps the reason', async () => {
  server.answer('BanUser', () => ({ banUser: { __typename: 'BanNotAccepted', message: 'Too long.' } }));
  const user = show();
  await user.click(await screen.findByRole('button', { name: 'Ban Grace' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Ban Grace?' }));
  const reason = dialog.getByLabelText('Reason (shown to this person)');
  await user.type(reason, 'left');
  await user.click(dialog.getByRole('button', { name: 'Ban Grace' }));
  expect(await dialog.findByText('Too long.')).toBeTruthy();
  expect(reason).toHaveProperty('value', 'left');
});

test('a banned person is shown with the reason, and can be unbanned', async () => {
  people = [person('2', 'Grace', { ban })];
  server.answer('UnbanUser', () => ({ unbanUser: { __typename: 'UnbanUserSuccess' } }));
  const user = show();
  expect(await screen.findByText('by Ada: “left”')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Unban Grace' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Unban Grace?' }));
  await user.click(dialog.getByRole('button', { name: 'Unban…' }));
  await waitFor(() => expect(mutations()).toEqual([{ name: 'UnbanUser', variables: { userId: '2' } }]));
});

test('a person without sessions cannot be signed out', async () => {
  people = [person('2', 'Grace', { openSessions: 0 })];
  show();
  const button = await screen.findByRole('button', { name: 'Sign out Grace' });
  expect(button).toHaveProperty('disabled', true);
  expect(button.title).toBe('This person has no open session.');
});

test('signing everyone out keeps this browser unless the admin unticks it', async () => {
  server.answer('EndSessionsOfEveryone', () => ({ endSessionsOfEveryone: 2 }));
  const user = show();
  await user.click(await screen.findByRole('button', { name: 'Sign everyone out…' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Sign everyone out?' }));
  await user.click(dialog.getByRole('checkbox', { name: 'Keep this browser signed in' }));
  await user.click(dialog.getByRole('button', { name: 'Sign everyone out…' }));
  await waitFor(() =>
    expect(mutations()).toEqual([
      { name: 'EndSessionsOfEveryone', variables: { input: { keepOwn: false } } },
    ]),
  );
});
