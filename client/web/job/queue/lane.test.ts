// Tests when lanes are shown, and what blocks a job.
import { expect, test } from 'vitest';
import { type BlockableJob, blockedBy, hasSeveralLanes } from './lane.ts';

const online = { host: 'deploy1', lanes: ['eqiad'], online: true, laneProblem: null };
const offline = { host: 'deploy2', lanes: ['codfw'], online: false, laneProblem: null };
const system = { lanes: ['codfw', 'eqiad'], runners: [online, offline] };
const queued = (lane: string): BlockableJob => ({
  state: 'QUEUED',
  ended: false,
  lane,
  host: null,
  notRespondingSince: null,
});
const running = (host: string | null): BlockableJob => ({
  state: 'RUNNING',
  ended: false,
  lane: 'eqiad',
  host,
  notRespondingSince: null,
});

test('lanes are shown only if there are several', () => {
  expect(hasSeveralLanes(system)).toBe(true);
  expect(hasSeveralLanes({ lanes: ['default'], runners: [online] })).toBe(false);
  expect(hasSeveralLanes(null)).toBe(false);
});

test('a queued job is blocked by a lane that no online jobrunner serves', () => {
  expect(blockedBy(queued('eqiad'), system)).toBeNull();
  expect(blockedBy(queued('codfw'), system)).toEqual({ lane: 'codfw' });
  expect(blockedBy(queued('esams'), system)).toEqual({ lane: 'esams' });
});

test('a queued job is blocked by a deployment host that may not deploy', () => {
  const passive = { ...online, laneProblem: 'deploy1 is passive' };
  expect(blockedBy(queued('eqiad'), { ...system, runners: [passive] })).toEqual({
    problem: 'deploy1 is passive',
  });
  expect(blockedBy(queued('eqiad'), { ...system, runners: [passive, online] })).toBeNull();
});

test('a running job is blocked by a host without an online jobrunner', () => {
  expect(blockedBy(running('deploy1'), system)).toBeNull();
  expect(blockedBy(running('deploy2'), system)).toEqual({ host: 'deploy2' });
});

test('a running job is blocked by a supervisor that does not respond', () => {
  const since = '2026-11-24T12:00:00.000Z';
  expect(blockedBy({ ...running('deploy1'), notRespondingSince: since }, system)).toEqual({ since });
});

test('a job is not blocked before it has a host, after its end, or while the system is unknown', () => {
  expect(blockedBy(running(null), system)).toBeNull();
  expect(
    blockedBy(
      { state: 'LOST', ended: true, lane: 'codfw', host: 'deploy2', notRespondingSince: null },
      system,
    ),
  ).toBeNull();
  expect(blockedBy(running('deploy2'), null)).toBeNull();
});
