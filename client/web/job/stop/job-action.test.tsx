// @vitest-environment happy-dom
// Tests the buttons that act on a job, and the dialogs before a stop.
import { cleanup, screen, waitFor, within } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GraphqlStandIn, renderWith } from '../../../../tests/component/graphql-stand-in.tsx';
import { jobSummary, question } from '../../../../tests/component/job.ts';
import type { JobState, JobSummaryFragment, QuestionFragment } from '../../../generated/graphql.ts';
import { JobAction } from './job-action.tsx';

let server: GraphqlStandIn;

beforeEach(() => {
  server = new GraphqlStandIn();
  history.replaceState(null, '', '/');
});
afterEach(cleanup);

const action = (
  state: JobState,
  mayAct: boolean | null = true,
  pendingInteraction: QuestionFragment | null = null,
  remaining: JobSummaryFragment['remaining'] = [],
) => (
  <JobAction
    job={jobSummary('7', { state, pendingInteraction, remaining, status: 'Sync k8s testservers' })}
    mayAct={mayAct}
  />
);
const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });
const stopped = { stopJob: { __typename: 'StopJobSuccess', job: { id: '7', state: 'STOPPING' } } };

test('an active job is interrupted only after confirmation', async () => {
  server.answer('StopJob', () => stopped);
  const user = renderWith(server, action('RUNNING'));
  await user.click(button('Stop job 7'));
  expect(server.sent).toEqual([]);
  const dialog = await screen.findByRole('dialog', { name: 'Stop job 7?' });
  expect(document.activeElement).toBe(within(dialog).getByRole('button', { name: 'Keep running' }));
  await user.click(within(dialog).getByRole('button', { name: 'Stop job 7' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(server.sent.map(({ variables }) => variables)).toEqual([
    { input: { jobId: '7', how: 'INTERRUPT' } },
  ]);
  // Until the change of the job arrives, the button does not offer the same again.
  await waitFor(() => expect(document.activeElement).toBe(button('Stopping job 7…')));
  await user.click(button('Stopping job 7…'));
  expect(screen.queryByRole('dialog')).toBeNull();
});

test('the stop dialog closes without a request when the job is to keep running', async () => {
  const user = renderWith(server, action('WAITING'));
  await user.click(button('Stop job 7'));
  await screen.findByRole('dialog');
  await user.click(button('Keep running'));
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(server.sent).toEqual([]);
});

test('beside an open question the stop is quiet and names the answer that rolls back', async () => {
  const choices = [
    { label: 'Yes, continue', code: 'y' },
    { label: 'No, roll back and terminate', code: 'n' },
  ];
  const prompt =
    'The changes have been synced to the testservers (https://example.org). Do any necessary checks. Continue with deployment?';
  const user = renderWith(
    server,
    action('WAITING', true, question('1', { key: 'testservers.continue', prompt, choices })),
  );
  expect(button('Stop job 7').className).toBe('cdx-button cdx-button--weight-quiet');
  await user.click(button('Stop job 7'));
  const dialog = await screen.findByRole('dialog');
  expect(dialog.textContent).toContain('answer the open question with “No, roll back and terminate”');
  expect(dialog.textContent).toContain('Sync k8s testservers');
});

test('a job that is stopping already can be terminated or killed', async () => {
  server.answer('StopJob', () => stopped);
  const user = renderWith(server, action('STOPPING'));
  await user.click(button('Force-stop job 7…'));
  await screen.findByRole('dialog', { name: 'Job 7 is already stopping' });
  expect(button('Wait')).toBe(document.activeElement);
  expect(button('Terminate')).toBeTruthy();
  await user.click(button('Kill'));
  await waitFor(() => expect(server.sent).toHaveLength(1));
  expect(server.sent[0]?.variables).toEqual({ input: { jobId: '7', how: 'KILL' } });
});

test('the dialog before a forced stop names the processes that still run, and since when', async () => {
  const since = (second: number): string => `2026-11-20T12:00:0${second}.000Z`;
  const remaining = [
    { name: 'helm', pid: 12, since: since(4) },
    { name: 'helm', pid: 11, since: since(3) },
    { name: 'rsync', pid: 13, since: since(5) },
  ];
  const user = renderWith(server, action('STOPPING', true, null, remaining));
  await user.click(button('Force-stop job 7…'));
  const items = within(await screen.findByRole('dialog')).getAllByRole('listitem');
  expect(items.map((item) => item.textContent)).toEqual([
    expect.stringMatching(/^helm \(2\).*since /),
    expect.stringMatching(/^rsync.*since /),
  ]);
  expect(items[0]?.querySelector('time')?.dateTime).toBe(since(3));
});

test('the stop dialog stays open and says why the job was not stopped', async () => {
  server.answer('StopJob', () => ({
    stopJob: { __typename: 'JobAlreadyEnded', message: 'Job 7 has already ended.' },
  }));
  const user = renderWith(server, action('RUNNING'));
  await user.click(button('Stop job 7'));
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Stop job 7' }));
  expect((await screen.findByRole('alert')).textContent).toContain('Job 7 has already ended.');
  expect(screen.getByRole('dialog')).toBeTruthy();
});

test('a queued job is cancelled only after confirmation', async () => {
  server.answer('StopJob', () => stopped);
  const user = renderWith(server, action('QUEUED'));
  await user.click(button('Cancel job 7'));
  expect(document.activeElement).toBe(button('Keep it in the queue'));
  await user.click(button('Keep it in the queue'));
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(server.sent).toEqual([]);
  await user.click(button('Cancel job 7'));
  const dialog = await screen.findByRole('dialog', { name: 'Cancel job 7?' });
  await user.click(within(dialog).getByRole('button', { name: 'Cancel job 7' }));
  await waitFor(() => expect(server.sent).toHaveLength(1));
  expect(server.sent[0]?.variables).toEqual({ input: { jobId: '7', how: 'INTERRUPT' } });
  // Also after the response, until the change of the job arrives.
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(button('Cancel job 7').textContent).toBe('Cancelling…');
});

test('a viewer who may not act sees a disabled button with the reason', () => {
  renderWith(server, action('RUNNING', false));
  expect(button('Stop job 7').disabled).toBe(true);
  expect(button('Stop job 7').title).toBe('You need the deployer role to stop a job.');
});

test('there is no button while it is unknown whether the viewer may act', () => {
  renderWith(server, action('RUNNING', null));
  expect(screen.queryByRole('button')).toBeNull();
});
