// @vitest-environment happy-dom
// Tests what the page of a job says about production errors: during the job, and after it.
import { cleanup, screen, waitFor, within } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { jobHealth } from '../../../tests/component/error-log.ts';
import { GraphqlStandIn, renderWith } from '../../../tests/component/graphql-stand-in.tsx';
import { healthOpen } from '../state/health-choice.ts';
import { ErrorWatch } from './error-watch.tsx';
import { JobHealth } from './job-health.tsx';

let server: GraphqlStandIn;
beforeEach(() => {
  server = new GraphqlStandIn();
  healthOpen.value = false;
});
afterEach(cleanup);

test('the line has the verdict and the rates, and the numbers open on demand', async () => {
  const user = renderWith(server, <JobHealth jobId="7" />);
  server.push('JobHealthUpdates', {
    jobHealthUpdates: jobHealth({
      verdict: {
        kind: 'MORE',
        text: '3.4× the usual rate; 2 new messages',
        basis: '41 errors in 3 min, 12 expected, p < 0.001',
      },
      now: { perMinute: 41 },
    }),
  });
  const [verdict] = await screen.findAllByText('3.4× the usual rate; 2 new messages');
  expect(verdict?.title).toBe('41 errors in 3 min, 12 expected, p < 0.001');
  expect(screen.getByText('12 per minute before, 41 now')).toBeTruthy();
  const panel = screen.getByRole('group');
  expect(panel.hasAttribute('open')).toBe(false);
  await user.click(screen.getByText('Errors of MediaWiki'));
  expect(panel.hasAttribute('open')).toBe(true);
  await waitFor(() => expect(localStorage.getItem('spiderpig.health-open')).toBe('on'));
});

test('test servers, canaries and production are apart, and what is not known is not zero', async () => {
  renderWith(server, <JobHealth jobId="7" />);
  server.push('JobHealthUpdates', { jobHealthUpdates: jobHealth() });
  const table = await screen.findByRole('table', { name: 'Errors per minute' });
  const rowOf = (name: string) => within(table).getByRole('row', { name: new RegExp(`^${name}`) });
  expect(within(rowOf('Test servers')).getAllByRole('cell')[1]?.textContent).toBe('0.2');
  expect(within(rowOf('Canaries')).getAllByRole('cell')[1]?.textContent).toBe('?');
  expect(within(rowOf('Stage: Test servers')).getAllByRole('cell')[2]?.textContent).toBe('–');
  expect(within(screen.getByRole('table', { name: 'Messages' })).getByText('New')).toBeTruthy();
});

test('a failing search says so beside the old verdict', async () => {
  renderWith(server, <JobHealth jobId="7" />);
  const source = {
    readAt: '2026-11-20T12:00:00.000Z',
    problem: 'it refused the password',
    failingSince: null,
  };
  server.push('JobHealthUpdates', { jobHealthUpdates: jobHealth({ source }) });
  await screen.findByText('The search failed: it refused the password');
});

test('messages that are not known are not called missing', async () => {
  renderWith(server, <JobHealth jobId="7" />);
  server.push('JobHealthUpdates', { jobHealthUpdates: jobHealth({ since: null, messages: [] }) });
  await screen.findByText(/^It is not known yet which messages/);
  server.push('JobHealthUpdates', { jobHealthUpdates: jobHealth({ messages: [] }) });
  await screen.findByText('No messages since this job reached a server.');
});

const watch = (state: 'WATCHING' | 'QUIET' | 'ROSE', text: string) => ({
  state,
  text,
  at: null,
  until: '2026-11-20T12:15:00.000Z',
});

const ended = (state: Parameters<typeof watch>[0], text: string, kind: 'BACKPORT' | 'TRAIN' = 'BACKPORT') =>
  renderWith(server, <ErrorWatch job={{ id: '7', kind, errorWatch: watch(state, text) }} />);

test('after the end, the page says how long errors are watched, and what was seen', () => {
  ended('WATCHING', 'Watching');
  expect(screen.getByRole('status').textContent).toContain('Errors are watched until');
  cleanup();
  ended('QUIET', 'Quiet since the end');
  expect(screen.getByRole('status').textContent).toContain('Quiet since the end');
  cleanup();
  const rose = 'Errors rose after the deployment: 3.4× the usual rate';
  ended('ROSE', rose, 'TRAIN');
  expect(screen.getByRole('status').textContent).toContain(rose);
  expect(screen.getByRole('link', { name: /Roll back/ }).getAttribute('href')).toBe('/train');
});

test('a page that stays open after the end shows the result when it comes, and a known result needs no updates', async () => {
  ended('WATCHING', 'Watching');
  server.push('ErrorWatchUpdates', { jobHealthUpdates: { watch: watch('ROSE', 'Errors rose') } });
  await screen.findByText(/Errors rose/);
  cleanup();
  server = new GraphqlStandIn();
  ended('QUIET', 'Quiet since the end');
  expect(server.subscribed).toEqual([]);
});
