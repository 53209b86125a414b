// @vitest-environment happy-dom
// Tests the buttons that retry or revert an ended job, and their dialogs.
import { cleanup, screen, waitFor, within } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GraphqlStandIn, renderWith } from '../../../../tests/component/graphql-stand-in.tsx';
import { changeDetail, jobDetail } from '../../../../tests/component/job.ts';
import { lateResult } from '../../connection/mutation.ts';
import { Held } from '../../parts/hold.tsx';
import { RestartActions } from './restart.tsx';

let server: GraphqlStandIn;

beforeEach(() => {
  server = new GraphqlStandIn();
  history.replaceState(null, '', '/');
});
afterEach(() => {
  cleanup();
  lateResult.value = null;
});

const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });
const job = jobDetail('7', { changes: [changeDetail('11'), changeDetail('12')] });

test('a retry says what will happen first, and a failed request keeps its idempotency key', async () => {
  server.answer('RetryJob', () => new Error('connection refused'));
  const user = renderWith(server, <RestartActions job={job} mayAct={true} />);
  await user.click(button('Retry job 7…'));
  const dialog = within(await screen.findByRole('dialog', { name: 'Retry job 7?' }));
  expect(dialog.getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual([
    '11 Fix thumbnails 11',
    '12 Fix thumbnails 12',
  ]);
  expect(document.activeElement).toBe(dialog.getByRole('button', { name: 'Cancel' }));
  expect(server.sent).toEqual([]);
  await user.click(dialog.getByRole('button', { name: 'Retry job 7' }));
  await dialog.findByRole('alert');
  server.answer('RetryJob', () => ({ retryJob: { __typename: 'RetryJobSuccess', job: { id: '8' } } }));
  await user.click(dialog.getByRole('button', { name: 'Retry job 7' }));
  await waitFor(() => expect(location.pathname).toBe('/jobs/8'));
  expect(server.sent).toHaveLength(2);
  expect(server.sent[0]?.variables).toEqual(server.sent[1]?.variables);
});

test('a revert names the chosen changes, and at least one must be chosen', async () => {
  server.answer('RevertJob', () => ({ revertJob: { __typename: 'RevertJobSuccess', job: { id: '9' } } }));
  const user = renderWith(server, <RestartActions job={job} mayAct={true} />);
  await user.click(button('Revert job 7…'));
  const dialog = within(await screen.findByRole('dialog', { name: 'Revert job 7?' }));
  const [first, second] = dialog.getAllByRole('checkbox');
  if (first === undefined || second === undefined) throw new Error('a checkbox is missing');
  await user.click(first);
  await user.click(second);
  expect(dialog.getByRole<HTMLButtonElement>('button', { name: 'Revert 0 changes' }).disabled).toBe(true);
  await user.click(second);
  await user.click(dialog.getByRole('button', { name: 'Revert 1 change' }));
  await waitFor(() => expect(location.pathname).toBe('/jobs/9'));
  expect(server.sent[0]?.variables).toMatchObject({ input: { jobId: '7', changes: ['12'] } });
});

test('a revert dialog lists every problem that Gerrit reports', async () => {
  server.answer('RevertJob', () => ({
    revertJob: {
      __typename: 'InvalidChanges',
      message: '2 of the changes cannot be deployed.',
      problems: [{ message: 'Change 11 was abandoned.' }, { message: 'Change 12 is not merged.' }],
    },
  }));
  const user = renderWith(server, <RestartActions job={job} mayAct={true} />);
  await user.click(button('Revert job 7…'));
  await user.click(await screen.findByRole('button', { name: 'Revert 2 changes' }));
  const problem = await screen.findByRole('alert');
  expect(problem.textContent).toContain('Change 11 was abandoned. Change 12 is not merged.');
});

test('only a job that deployed changes can be reverted', () => {
  renderWith(server, <RestartActions job={jobDetail('7', { outcome: 'DECLINED' })} mayAct={true} />);
  expect(button('Retry job 7…')).toBeTruthy();
  expect(screen.queryByRole('button', { name: /^Revert/ })).toBeNull();
});

test('a hold or a missing role disables retrying, with the reason', () => {
  renderWith(
    server,
    <Held.Provider value="Deployments are on hold">
      <RestartActions job={job} mayAct={true} />
    </Held.Provider>,
  );
  expect(button('Retry job 7…').disabled).toBe(true);
  expect(button('Retry job 7…').title).toBe('Deployments are on hold');
  cleanup();
  renderWith(server, <RestartActions job={job} mayAct={false} />);
  expect(button('Revert job 7…').title).toBe('You need the deployer role to revert a job.');
});

test('a dialog that was left by Escape opens no page when its job is queued, and the page says so', async () => {
  const response = Promise.withResolvers<object>();
  server.answer('RetryJob', async () => ({ retryJob: await response.promise }));
  const user = renderWith(server, <RestartActions job={job} mayAct={true} />);
  await user.click(button('Retry job 7…'));
  const dialog = await screen.findByRole<HTMLDialogElement>('dialog', { name: 'Retry job 7?' });
  await user.click(within(dialog).getByRole('button', { name: 'Retry job 7' }));
  // Escape, which happy-dom does not know.
  dialog.close();
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await user.click(button('Revert job 7…'));
  response.resolve({ __typename: 'RetryJobSuccess', job: { id: '8' } });
  await waitFor(() => expect(lateResult.value?.words).toBe('Job 8 was queued.'));
  expect(location.pathname).toBe('/');
  expect(screen.getByRole('dialog', { name: 'Revert job 7?' })).toBeTruthy();
});
