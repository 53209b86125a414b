// @vitest-environment happy-dom
// Tests what the card of an ended job says about its outcome.
import { cleanup, screen } from '@testing-library/preact';
import { afterEach, expect, test } from 'vitest';
import { GraphqlStandIn, renderWith } from '../../../../tests/component/graphql-stand-in.tsx';
import { jobDetail } from '../../../../tests/component/job.ts';
import type { JobDetailFragment } from '../../../generated/graphql.ts';
import type { Stage } from '../stage/stage.ts';
import { JobEnding } from './job-ending.tsx';

afterEach(cleanup);

const open: Stage = { name: 'production', state: 'open', from: null, to: null, line: null };
const show = (job: JobDetailFragment, stages: readonly Stage[] = []) =>
  renderWith(new GraphqlStandIn(), <JobEnding job={job} stages={stages} marks={[]} mayAct={false} />);

test('a failed job shows its phase, its duration, its last error and how far it got', () => {
  const progress = {
    name: 'K8s',
    total: 400,
    ok: 39,
    failed: 2,
    inFlight: null,
    finished: 41,
    remaining: 359,
    percent: 10,
    done: false,
  };
  const lastError = { number: 33, text: 'ERROR: canaries failed' };
  show(
    jobDetail('7', {
      state: 'FAILED',
      outcome: 'FAILED',
      reason: 'Failed (exit status 70).',
      lastStatus: 'Sync k8s canaries',
      lastError,
      progress,
    }),
    [open],
  );
  expect(
    screen.getByRole('heading', { name: 'Failed in “Sync k8s canaries”, 9 min 0 s after the start' }),
  ).toBeTruthy();
  expect(screen.getByText('Failed (exit status 70).')).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Line 33' }).getAttribute('href')).toBe('#L33');
  expect(screen.getByText('scap did not start on production. K8s: 39 of 400 done, 2 failed.')).toBeTruthy();
});

test('a job that was rolled back is not named after the phase of its roll-back', () => {
  show(
    jobDetail('7', { state: 'FAILED', outcome: 'ROLLED_BACK', lastStatus: 'Rolling back k8s testservers' }),
  );
  expect(screen.getByRole('heading', { name: 'Rolled back, after 9 min 0 s' })).toBeTruthy();
});

test('an error that ended an earlier job links to that job, and to all that ended so', () => {
  const lastError = { number: 33, text: 'ERROR: canaries failed' };
  const job = jobDetail('7', { state: 'FAILED', outcome: 'FAILED', lastError, sameErrorBefore: { id: '4' } });
  show(job);
  expect(screen.getByRole('link', { name: 'job 4' }).getAttribute('href')).toBe('/jobs/4');
  expect(screen.getByRole('link', { name: 'All jobs with this error' }).getAttribute('href')).toBe(
    '/?like=7',
  );
  cleanup();
  show({ ...job, sameErrorBefore: null });
  expect(screen.queryByText(/^The same error/)).toBeNull();
});

test('a deployed job shows how long it took, and no error', () => {
  show(jobDetail('7', { lastError: { number: 3, text: 'ERROR: harmless' } }));
  expect(screen.getByRole('heading', { name: 'Deployed, after 9 min 0 s' })).toBeTruthy();
  expect(screen.queryByRole('link')).toBeNull();
});

test('a deployed job has the header with which to look at its change, and a job that deployed nothing has not', () => {
  show(jobDetail('7', { outcome: 'DEPLOYED' }));
  expect(screen.getByText('X-Wikimedia-Debug: backend=k8s-mwdebug')).toBeTruthy();
  for (const outcome of ['DECLINED', 'FAILED', 'ROLLED_BACK'] as const) {
    cleanup();
    show(jobDetail('7', { outcome }));
    expect(screen.queryByText(/X-Wikimedia-Debug/)).toBeNull();
  }
});

test('a declined job is not shown as an error or a success', () => {
  show(
    jobDetail('7', {
      outcome: 'DECLINED',
      reason: 'bob declined at “Backport the changes?”; nothing was deployed.',
    }),
  );
  const card = screen.getByRole('region', { name: 'Result' });
  expect(card.className).toContain('ending--notice');
  expect(screen.getByRole('heading', { name: 'Declined, after 9 min 0 s' })).toBeTruthy();
});
