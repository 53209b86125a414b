// Tests which jobs the overview shows as running, queued and blocked.
import { expect, test } from 'vitest';
import { jobSummary } from '../../../tests/component/job.ts';
import { firstBlockedOfLanes, unendedJobs } from './active-jobs.ts';

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

test('no job is shown as running until the server has said which are', () => {
  expect(unendedJobs(null, new Map([['4', jobSummary('4', { state: 'RUNNING' })]]))).toEqual({
    running: [],
    queued: [],
  });
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
