// @vitest-environment happy-dom
// Tests the messages that say why a job does not continue.
import { cleanup, render } from '@testing-library/preact';
import { afterEach, expect, test } from 'vitest';
import { jobSummary } from '../../../../tests/component/job.ts';
import type { System } from '../../system.ts';
import { BlockedNotice, QueuedNotice } from './job-blocked.tsx';

afterEach(cleanup);

const runner: System['runners'][number] = {
  id: '1',
  host: 'deploy1',
  lanes: ['default'],
  online: true,
  laneProblem: null,
  cleanUpProblem: null,
  scap: 'scap',
  simulated: false,
};
const system = (changes: Partial<System['runners'][number]> = {}): System => ({
  version: '1.2.3',
  simulated: false,
  gerritUrl: 'https://gerrit.example',
  hasTrain: false,
  database: { since: null, message: null },
  lanes: ['default'],
  hold: null,
  runners: [{ ...runner, ...changes }],
  activeJobs: [],
  queuedJobs: [],
  queuedCount: 0,
  retention: { days: null, jobs: null },
  sampleChanges: [],
});
const messageOf = (job: Parameters<typeof jobSummary>[1], state = system()): string => {
  const { container } = render(<BlockedNotice job={jobSummary('7', job)} system={state} />);
  return container.textContent ?? '';
};

test('a queued job shows what the check of its lane printed', () => {
  const problem = 'deploy1 is not the active deployment host';
  expect(messageOf({ state: 'QUEUED' }, system({ laneProblem: problem }))).toBe(
    `The deployment host of this lane may not deploy now, so the job waits: ${problem}`,
  );
});

test('markup and direction marks in the output of a lane check are shown harmlessly', () => {
  const laneProblem = '<b>no</b>\u202egnp.exe';
  const { container } = render(
    <BlockedNotice job={jobSummary('7', { state: 'QUEUED' })} system={system({ laneProblem })} />,
  );
  expect(container.querySelector('b')).toBeNull();
  expect(container.textContent).toContain('<b>no</b>');
  expect(container.textContent).not.toContain('\u202e');
});

test('a queued job says which lane no jobrunner serves', () => {
  expect(messageOf({ state: 'QUEUED', lane: 'codfw' })).toMatch(
    /^No jobrunner serves lane codfw\. .*--lanes codfw/,
  );
});

test('an active job says since when its supervisor does not respond, and how to close it', () => {
  const text = messageOf({
    state: 'WAITING',
    host: 'deploy1',
    notRespondingSince: '2026-11-20T12:00:05.000Z',
  });
  expect(text).toMatch(/has not responded since 12:00:05 UTC/);
  expect(text).toContain('close it with spiderpig lose.');
});

test('an active job names the host on which no jobrunner responds', () => {
  expect(messageOf({ state: 'RUNNING', host: 'deploy2' })).toMatch(/^No jobrunner on deploy2 responds\./);
});

test('nothing is said about a job that continues or has ended', () => {
  expect(messageOf({ state: 'RUNNING', host: 'deploy1' })).toBe('');
  expect(messageOf({ state: 'LOST', host: 'deploy2', notRespondingSince: '2026-11-20T12:00:05.000Z' })).toBe(
    '',
  );
});

test('a queued job names the job of its lane after which it starts', () => {
  const waiting = (id: string, lane = 'default') => jobSummary(id, { state: 'QUEUED', lane });
  const state: System = {
    ...system(),
    activeJobs: [jobSummary('4', { state: 'RUNNING', lane: 'codfw' }), jobSummary('5', { state: 'RUNNING' })],
    queuedJobs: [waiting('6'), waiting('7', 'codfw'), waiting('8')],
  };
  const noticeOf = (id: string): string => {
    const { container, unmount } = render(<QueuedNotice job={waiting(id)} system={state} />);
    const text = container.textContent ?? '';
    unmount();
    return text.trim();
  };
  expect(noticeOf('6')).toBe('Starts automatically after job 5.');
  expect(noticeOf('8')).toBe('Starts automatically after job 6.');
  expect(noticeOf('9')).toBe('Starts automatically when the jobs before it have ended.');
});
