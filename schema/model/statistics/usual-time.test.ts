// Tests the usual times of stages, and what follows from them for a running and a queued job.
import { describe, expect, it, test } from 'vitest';
import { dialects, openTestDatabase, type TestDatabase } from '../../../tests/support/database.ts';
import { type StageName, stageNames } from '../../text/stage.ts';
import { claimJob } from '../job/claim.ts';
import { endJob } from '../job/ending.ts';
import { holdDeployments } from '../job/hold.ts';
import { answerInteraction, askInteraction } from '../job/interaction.ts';
import { Job } from '../job/job.ts';
import { recordStart } from '../job/report.ts';
import { JobStage, recordStage, waitedBetween } from '../job/stage.ts';
import { identify } from '../runner/process.ts';
import {
  readExpectedStarts,
  readTimings,
  readUsualTimes,
  timeLeftOf,
  usualTimeOf,
  usualTimesOf,
} from './usual-time.ts';

const self = identify(process.pid);
const done = { state: 'succeeded', reason: 'Done.', exit: { status: 0, signal: null } } as const;
const question = { kind: 'text', prompt: 'Why?', choices: [], default: null } as const;
/** Later than the tests, so that the end of a job is not moved to a later time. */
const start = Date.parse('2100-01-01T00:00:00Z');

test('fewer than five durations have no usual time, and nine of ten are at most the 90th percentile', () => {
  expect(usualTimeOf([1, 2, 3, 4])).toBeNull();
  expect(usualTimeOf([5, 1, 4, 2, 3])).toEqual({ median: 3, p90: 5, count: 5 });
  expect(usualTimeOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 100])).toEqual({ median: 5, p90: 9, count: 10 });
});

test('a question counts only as far as it was open between two moments', () => {
  const open = { askedAt: 50, answeredAt: null, closedAt: null };
  expect(waitedBetween([open], 0, 100)).toBe(50);
  expect(waitedBetween([{ askedAt: -20, answeredAt: 30, closedAt: null }], 0, 100)).toBe(30);
  expect(waitedBetween([{ askedAt: 10, answeredAt: null, closedAt: 20 }], 30, 100)).toBe(0);
});

/** Stages of one job that follow each other, each as long as given. */
const stagesOf = (job: number, durations: Partial<Record<StageName, number>>, waited = 0) => {
  let at = 0;
  return stageNames.flatMap((name) => {
    const took = durations[name];
    if (took === undefined) return [];
    const startedAt = at;
    at += took;
    return [{ job, name, startedAt, finishedAt: at, waited: name === 'testservers' ? waited : 0 }];
  });
};

test('a usual time does not contain the time in which scap waited for people', () => {
  const jobs = [1, 2, 3, 4, 5].flatMap((job) => stagesOf(job, { check: 10, testservers: 100 }, 40));
  const times = usualTimesOf(jobs);
  expect(times.own.get('testservers')).toEqual({ median: 60, p90: 60, count: 5 });
  expect(times.rest.get('check')?.median).toBe(70);
});

test('the time left shrinks with the stage, does not change while scap waits, and is late after the 90th percentile', () => {
  const times = usualTimesOf([1, 2, 3, 4, 5].flatMap((job) => stagesOf(job, { merge: 100, production: 50 })));
  const stage = Object.assign(new JobStage(), { job: 9, name: 'merge', startedAt: 1_000, finishedAt: null });
  const left = (now: number, questions: Parameters<typeof timeLeftOf>[0]['questions'] = []) =>
    timeLeftOf({ stages: [stage], questions }, times, now);
  expect(left(1_030)).toMatchObject({ median: 120, p90: 120, isLate: false, lateAt: 1_100 });
  expect(left(1_101)).toMatchObject({ median: 50, isLate: true });
  const open = [{ askedAt: 1_030, answeredAt: null, closedAt: null }];
  expect(left(9_000, open)).toMatchObject({ median: 120, lateAt: null, isLate: false });
  expect(timeLeftOf({ stages: [], questions: [] }, times, 1_000)).toBeNull();
});

/** Runs a job through two stages: 10 s of checks, then 60 s of test servers of which scap waits 20 s. */
async function deploy({ database, enqueue, alice }: TestDatabase): Promise<number> {
  const { id } = await enqueue();
  await claimJob(database, 'here', ['default']);
  await recordStart(database, id, self, { now: start });
  await recordStage(database, id, 'testservers', start + 10_000);
  await recordStage(database, id, 'testservers', start + 11_000);
  const asked = await askInteraction(database, id, question, start + 30_000);
  await answerInteraction(database, { interactionId: asked ?? 0, answer: 'x', user: alice }, start + 50_000);
  await endJob(database, id, done, { now: start + 70_000 });
  return id;
}

describe.each(dialects)('usual times on %s', (dialect) => {
  it('each stage of a job is kept with its times and the time in which scap waited', async () => {
    await using world = await openTestDatabase(dialect);
    const id = await deploy(world);
    const stages = await world.database.em().find(JobStage, { job: id }, { orderBy: { id: 'asc' } });
    expect(
      stages.map(({ name, startedAt, finishedAt, waited }) => [name, startedAt, finishedAt, waited]),
    ).toEqual([
      ['check', start, start + 10_000, 0],
      ['testservers', start + 10_000, start + 70_000, 20_000],
    ]);
    await recordStage(world.database, id, 'production', start + 80_000);
    expect(await world.database.em().count(JobStage, { job: id })).toBe(2);
  });

  it('the times of five deployed jobs give the time left and the expected starts of a queue', async () => {
    await using world = await openTestDatabase(dialect);
    const { database } = world;
    for (let count = 0; count < 4; count++) await deploy(world);
    expect((await readUsualTimes(database, 'default', 'backport')).rest.size).toBe(0);
    await deploy(world);
    const times = await readUsualTimes(database, 'default', 'backport');
    expect(times.rest.get('check')).toEqual({ median: 50_000, p90: 50_000, count: 5 });
    expect((await readUsualTimes(database, 'elsewhere', 'backport')).rest.size).toBe(0);

    const { id } = await world.enqueue();
    await claimJob(database, 'here', ['default']);
    await recordStart(database, id, self, { now: start });
    await askInteraction(database, id, question, start + 4_000);
    const timing = (await readTimings(database, [id])).get(id);
    expect(timing && timeLeftOf(timing, times, start + 90_000)).toMatchObject({
      median: 46_000,
      lateAt: null,
    });

    const queued = [(await world.enqueue()).id, (await world.enqueue()).id];
    const starts = () => readExpectedStarts(database, 'default', async () => times, start + 90_000);
    expect([...(await starts())]).toEqual([
      [queued[0], start + 136_000],
      [queued[1], start + 186_000],
    ]);
    await holdDeployments(database, { user: world.alice, reason: 'x', endsAt: null });
    expect((await starts()).size).toBe(0);
    expect((await database.em().findOneOrFail(Job, { id })).startedAt).toBe(start);
  });
});
