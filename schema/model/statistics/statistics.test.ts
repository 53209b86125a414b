// Tests the figures of a period, and reading their rows on both databases.
import { isObjectType } from 'graphql';
import { expect, it, test } from 'vitest';
import { dialects, openTestDatabase } from '../../../tests/support/database.ts';
import { schema } from '../../graphql/schema.ts';
import { claimJob } from '../job/claim.ts';
import { endJob } from '../job/ending.ts';
import { answerInteraction, askInteraction } from '../job/interaction.ts';
import { recordStart } from '../job/report.ts';
import { recordStage } from '../job/stage.ts';
import { identify } from '../runner/process.ts';
import { type EndedJob, readStatisticsRows, type StatisticsRows } from './row.ts';
import { statisticsOf } from './statistics.ts';

const hour = 3_600_000;
/** A Monday. */
const monday = Date.parse('2026-11-23T00:00:00Z');
const week = { from: monday, to: monday + 168 * hour };

const endedJob = (id: number, changes: Partial<EndedJob> = {}): EndedJob => ({
  id,
  lane: 'default',
  outcome: 'deployed',
  queuedAt: monday,
  startedAt: monday,
  finishedAt: monday + id * hour,
  reason: '',
  lastError: null,
  ...changes,
});
const figuresOf = (rows: Partial<StatisticsRows>, zone = 'UTC') =>
  statisticsOf({ jobs: [], stages: [], questions: [], isComplete: true, ...rows }, week, zone);

test('days and hours follow the time zone that was asked for', async () => {
  const jobs = [
    endedJob(1, {
      startedAt: Date.parse('2026-11-23T23:30:00Z'),
      finishedAt: Date.parse('2026-11-23T23:40:00Z'),
    }),
  ];
  expect((await figuresOf({ jobs })).days).toEqual([
    { day: '2026-11-23', outcomes: [{ outcome: 'deployed', count: 1 }] },
  ]);
  expect((await figuresOf({ jobs })).hours).toEqual([{ weekday: 1, hour: 23, count: 1 }]);
  const tokyo = await figuresOf({ jobs }, 'Asia/Tokyo');
  expect(tokyo.days[0]?.day).toBe('2026-11-24');
  expect(tokyo.hours).toEqual([{ weekday: 2, hour: 8, count: 1 }]);
  await expect(figuresOf({ jobs }, 'No/Where')).rejects.toThrow(RangeError);
});

test('if there are too many jobs, the figures are of the period from the oldest counted one on', async () => {
  const jobs = [endedJob(84), endedJob(100)];
  const { period, delivery } = await figuresOf({ jobs, isComplete: false });
  expect(period).toEqual({ from: monday + 84 * hour, to: week.to });
  expect(delivery.deploymentsPerDay).toBeCloseTo(2 / 3.5);
  expect((await figuresOf({ jobs })).period).toEqual(week);
});

test('failures of one stage with the same error apart from its numbers are one entry', async () => {
  const failed = (id: number, lastError: string) => endedJob(id, { outcome: 'failed', lastError });
  const jobs = [failed(1, 'canaries: 37 % 500'), failed(2, 'canaries: 12 % 500'), failed(3, 'disk full')];
  const stages = [1, 2].map((job) => ({ job, name: 'canaries', took: 1, waited: 0 }) as const);
  expect((await figuresOf({ jobs, stages })).failures).toEqual([
    { stage: 'canaries', error: 'canaries: 12 % 500', count: 2, jobs: [2, 1] },
    { stage: null, error: 'disk full', count: 1, jobs: [3] },
  ]);
});

test('the measures of DORA count what changed production, and give no rate for few jobs', async () => {
  const jobs = [
    endedJob(1, { outcome: 'failed' }),
    endedJob(2, { lane: 'other' }),
    endedJob(4),
    endedJob(5, { outcome: 'declined' }),
  ];
  const few = (await figuresOf({ jobs })).delivery;
  expect(few).toMatchObject({ changeFailureRate: null, leadTime: { median: 2 * hour, count: 2 } });
  expect(few.timeToRestore).toEqual({ median: 3 * hour, p90: 3 * hour, count: 1 });
  expect(few.deploymentsPerDay).toBeCloseTo(2 / 7);
  const many = [...jobs, ...Array.from({ length: 7 }, (_, index) => endedJob(10 + index))];
  expect((await figuresOf({ jobs: many })).delivery.changeFailureRate).toBeCloseTo(0.1);
});

test('each failure is restored by the next deployed job in its lane, in any order of the rows', async () => {
  const at = (id: number, changes: Partial<EndedJob>) =>
    endedJob(id, { ...changes, finishedAt: monday + id * hour });
  const jobs = [
    at(9, { lane: 'a' }),
    at(1, { lane: 'a', outcome: 'failed' }),
    at(2, { lane: 'b' }),
    at(3, { lane: 'a', outcome: 'lost' }),
    at(4, { lane: 'a' }),
    at(5, { lane: 'b', outcome: 'failed' }),
  ];
  expect((await figuresOf({ jobs })).delivery.timeToRestore).toEqual({
    median: hour,
    p90: 3 * hour,
    count: 2,
  });
});

it.each(dialects)(
  'the rows of a period have stages and answers, and none of other periods, on %s',
  async (dialect) => {
    await using world = await openTestDatabase(dialect);
    const { database, alice } = world;
    const start = Date.now() + hour;
    const { id } = await world.enqueue();
    await claimJob(database, 'here', ['default']);
    await recordStart(database, id, identify(process.pid), { now: start });
    await recordStage(database, id, 'production', start + 1_000);
    const question = { kind: 'text', prompt: 'Why?', choices: [], default: null } as const;
    const asked = await askInteraction(database, id, question, start + 2_000);
    await answerInteraction(database, { interactionId: asked ?? 0, answer: 'x', user: alice }, start + 5_000);
    await endJob(
      database,
      id,
      { state: 'succeeded', reason: 'x', exit: { status: 0, signal: null } },
      { now: start + 9_000 },
    );
    const reads = { execute: database.execute, async [Symbol.asyncDispose]() {} };
    const rows = await readStatisticsRows(reads, { from: start, to: start + hour });
    expect(rows.jobs).toMatchObject([
      { id, outcome: 'deployed', startedAt: start, finishedAt: start + 9_000, lastError: null },
    ]);
    expect(rows.stages).toEqual([
      { job: id, name: 'check', took: 1_000, waited: 0 },
      { job: id, name: 'production', took: 5_000, waited: 3_000 },
    ]);
    expect(rows.questions).toEqual([{ job: id, key: null, waited: 3_000 }]);
    expect((await readStatisticsRows(reads, { from: start + hour, to: start + 2 * hour })).jobs).toEqual([]);
  },
);

test('100 days touch 102 days of a calendar whose clocks go forward, which the API allows for', async () => {
  const from = Date.parse('2026-01-15T22:30:00Z');
  const jobs = Array.from({ length: 2_400 }, (_, id) => endedJob(id, { finishedAt: from + id * hour }));
  const last = endedJob(2_400, { finishedAt: from + 2_399.75 * hour });
  const { days } = await figuresOf({ jobs: [...jobs, last] }, 'Europe/Berlin');
  expect([days.length, days[0]?.day, days.at(-1)?.day]).toEqual([102, '2026-01-15', '2026-04-26']);
  const statistics = schema.getType('Statistics');
  expect(isObjectType(statistics) && statistics.getFields()['days']?.extensions['maximum']).toBe(102);
});
