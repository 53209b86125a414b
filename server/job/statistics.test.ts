// Tests that statistics are computed once for a period and a time zone, and one after the other in short turns.
import { expect, it } from 'vitest';
import { DatabaseStatistics } from './statistics.ts';

const minute = 60_000;
const from = Date.parse('2026-11-23T00:00:00Z');
const period = { from, to: from + 5_000 * minute };

/** Reads a full period, and counts the reads. */
class FullPeriod {
  reads = 0;

  async execute(sql: string): Promise<Record<string, unknown>[]> {
    this.reads++;
    if (sql.includes('join')) return [];
    return Array.from({ length: 5_000 }, (_, index) => ({
      id: index + 1,
      lane: 'default',
      state: 'succeeded',
      outcome: 'deployed',
      queued_at: from,
      started_at: from + index * minute,
      finished_at: from + index * minute,
    }));
  }

  async [Symbol.asyncDispose]() {}
}

it('computes a period once for a time zone, and reads it once for all', async () => {
  const reads = new FullPeriod();
  const statistics = new DatabaseStatistics(reads);
  const [one, same, tokyo] = await Promise.all([
    statistics.of(period, 'UTC'),
    statistics.of(period, 'UTC'),
    statistics.of(period, 'Asia/Tokyo'),
  ]);
  expect(same).toBe(one);
  expect(tokyo.days).not.toEqual(one.days);
  expect(reads.reads).toBe(3);
});

it('leaves turns of the event loop to other work', async () => {
  const statistics = new DatabaseStatistics(new FullPeriod());
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    turns++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  const zones = ['UTC', 'Asia/Tokyo', 'Europe/Berlin', 'America/New_York'];
  await Promise.all(zones.map((zone) => statistics.of(period, zone)));
  isDone = true;
  // Each time zone has ten parts for the ends of jobs, and ten for their beginnings.
  expect(turns).toBeGreaterThanOrEqual(zones.length * 20);
});

it('does not keep a failed read', async () => {
  const reads = new FullPeriod();
  let isBroken = true;
  const statistics = new DatabaseStatistics({
    execute: (sql) => (isBroken ? Promise.reject(new Error('busy')) : reads.execute(sql)),
    async [Symbol.asyncDispose]() {},
  });
  await expect(statistics.of(period, 'UTC')).rejects.toThrow('busy');
  isBroken = false;
  expect((await statistics.of(period, 'UTC')).isComplete).toBe(false);
});
