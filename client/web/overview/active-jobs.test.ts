// Tests which jobs the overview shows as running, queued and blocked.
import { expect, test } from 'vitest';
import { jobSummary } from '../../../tests/component/job.ts';
import { firstBlockedOfLanes, jobsOfHistory, pastJobs, unendedJobs } from './active-jobs.ts';

const ids = (jobs: readonly { id: string }[]) => jobs.map(({ id }) => id);

test('a job of the queue that has started since is shown as running, once', () => {
  const system = {
    activeJobs: [jobSummary('3', { state: 'RUNNING' })],
    queuedJobs: [jobSummary('3', { state: 'QUEUED' }), jobSummary('4', { state: 'QUEUED' })],
  };
  const latest = new Map([
    ['3', jobSummary('3', { state: 'RUNNING' })],
    ['4', jobSummary('4', { state: 'STARTING' })],
  ]);
  const { running, queued } = unendedJobs(system, latest);
  expect(ids(running)).toEqual(['3', '4']);
  expect(ids(queued)).toEqual([]);
});

test('a job that has ended since is neither running nor queued', () => {
  const system = {
    activeJobs: [jobSummary('3', { state: 'RUNNING' })],
    queuedJobs: [jobSummary('4', { state: 'QUEUED' })],
  };
  const latest = new Map([
    ['3', jobSummary('3', { state: 'FAILED' })],
    ['4', jobSummary('4', { state: 'CANCELLED' })],
  ]);
  expect(unendedJobs(system, latest)).toEqual({ running: [], queued: [] });
});

test('there are no jobs while the system is unknown', () => {
  expect(unendedJobs(null, new Map())).toEqual({ running: [], queued: [] });
});

test('the history does not list the end of a queue that is too long to be shown, but a search finds it', () => {
  const shownAbove = [jobSummary('3', { state: 'RUNNING' }), jobSummary('4', { state: 'QUEUED' })];
  const history = [
    jobSummary('5', { state: 'QUEUED' }),
    ...shownAbove.toReversed(),
    jobSummary('2', { state: 'SUCCEEDED' }),
  ];
  expect(ids(pastJobs(history, shownAbove, false))).toEqual(['2']);
  expect(ids(pastJobs(history, shownAbove, true))).toEqual(['5', '2']);
});

test('the history names the running jobs and the queue until the system is known', () => {
  const history = {
    jobs: [
      jobSummary('6', { state: 'QUEUED' }),
      jobSummary('5', { state: 'QUEUED' }),
      jobSummary('4', { state: 'WAITING' }),
      jobSummary('3', { state: 'SUCCEEDED' }),
    ],
    next: null,
    total: 4,
  };
  const { running, queued } = unendedJobs(jobsOfHistory(history), new Map());
  expect([ids(running), ids(queued)]).toEqual([['4'], ['5', '6']]);
  expect(jobsOfHistory(null)).toBeNull();
});

test('each lane that no jobrunner serves is reported once', () => {
  const system = {
    lanes: ['a', 'b'],
    runners: [{ host: 'deploy1', lanes: ['a'], online: true, laneProblem: null }],
  };
  const queued = [
    jobSummary('4', { state: 'QUEUED', lane: 'b' }),
    jobSummary('5', { state: 'QUEUED', lane: 'a' }),
    jobSummary('6', { state: 'QUEUED', lane: 'b' }),
  ];
  expect(ids(firstBlockedOfLanes(queued, system))).toEqual(['4']);
});
