// @vitest-environment happy-dom
// Tests what the overview shows of a job that has not ended.
import { cleanup, screen } from '@testing-library/preact';
import { afterEach, expect, test } from 'vitest';
import { GraphqlStandIn, renderWith } from '../../../tests/component/graphql-stand-in.tsx';
import { jobSummary, question } from '../../../tests/component/job.ts';
import { JobCard, QueuedJob } from './job-card.tsx';

afterEach(cleanup);

test('the card of an active job has its title, status, progress and question', () => {
  const job = jobSummary('7', {
    state: 'WAITING',
    startedAt: '2026-11-20T12:00:00.000Z',
    status: 'Sync to test servers',
    progress: {
      name: 'sync-testservers',
      total: 10,
      inFlight: 2,
      ok: 5,
      failed: 1,
      finished: 6,
      remaining: 4,
      percent: 60,
      done: false,
    },
    pendingInteraction: question('1'),
  });
  renderWith(new GraphqlStandIn(), <JobCard job={job} system={null} mayAct />);
  expect(screen.getByRole('article', { name: 'Job 7: Fix thumbnails 7' })).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Job 7: Fix thumbnails 7' }).getAttribute('href')).toBe('/jobs/7');
  expect(screen.getByText('needs an answer')).toBeTruthy();
  // While scap asks, its status would only say that it waits.
  expect(screen.queryByText('Sync to test servers')).toBeNull();
  const bar = screen.getByRole('progressbar', { name: 'Progress: sync-testservers' });
  expect(bar.getAttribute('aria-valuenow')).toBe('60');
  expect(screen.getByText('5 of 10 done · 2 running · 1 failed · 2 left')).toBeTruthy();
  expect(screen.getByRole('button', { name: /^Yes/ })).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Stop job 7' })).toBeTruthy();
  cleanup();
  const working = { ...job, pendingInteraction: null };
  renderWith(new GraphqlStandIn(), <JobCard job={working} system={null} mayAct />);
  expect(screen.getByText('Sync to test servers')).toBeTruthy();
});

test('a queued job has its position and can be cancelled', () => {
  renderWith(
    new GraphqlStandIn(),
    <ol>
      <QueuedJob job={jobSummary('8', { state: 'QUEUED' })} system={null} moves={null} position={2} mayAct />
    </ol>,
  );
  expect(screen.getByRole('listitem').textContent).toContain('2.');
  expect(screen.getByRole('button', { name: 'Cancel job 8' })).toBeTruthy();
});

test('the title of a queued job, which can be cut, is complete in its tooltip', () => {
  const title = 'Move the paste rules into a class of their own and 1 more';
  const job = jobSummary('8', { state: 'QUEUED', title });
  renderWith(new GraphqlStandIn(), <QueuedJob job={job} system={null} moves={null} position={1} mayAct />);
  expect(screen.getByRole('link', { name: /^Job 8/ }).title).toBe(title);
});
