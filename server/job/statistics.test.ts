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

it('the statistics reader computes a period once for a time zone, and reads it once for all', async () => {
  const reads = new FullPeriod();
  const statistics = new DatabaseStatistics(reads);
  const [one, same, tokyo] = await Promise.all([
    statistics.of(period, 'UTC', 1),
    statistics.of(period, 'UTC', 1),
    statistics.of(period, 'Asia/Tokyo', 1),
  ]);
  expect(same).toBe(one);
  expect(tokyo.days).not.toEqual(one.days);
  expect(reads.reads).toBe(3);
});

it('the statistics reader leaves turns of the event loop to other work', async () => {
  const statistics = new DatabaseStatistics(new FullPeriod());
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    turns++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  const zones = ['UTC', 'Asia/Tokyo', 'Europe/Berlin', 'America/New_York'];
  await Promise.all(zones.map((zone) => statistics.of(period, zone, 1)));
  isDone = true;
  // Each time zone has ten parts for the ends of jobs, and ten for their beginnings.
  expect(turns).toBeGreaterThanOrEqual(zones.length * 20);
});

it('the statistics reader does not keep a failed read', async () => {
  const reads = new FullPeriod();
  let isBroken = true;
  const statistics = new DatabaseStatistics({
    execute: (sql) => (isBroken ? Promise.reject(new Error('busy')) : reads.execute(sql)),
    async [Symbol.asyncDispose]() {},
  });
  await expect(statistics.of(period, 'UTC', 1)).rejects.toThrow('busy');
  isBroken = false;
  expect((await statistics.of(period, 'UTC', 1)).isComplete).toBe(false);
});

it('W3 the statistics reader lets another user go before the many periods of one user', async () => {
  const reads = new FullPeriod();
  const statistics = new DatabaseStatistics(reads);
  const done: string[] = [];
  const ask = async (name: string, shift: number, user: number): Promise<void> => {
    await statistics.of({ from: period.from - shift, to: period.to - shift }, 'UTC', user);
    done.push(name);
  };
  const many = Array.from({ length: 8 }, (_, n) => ask(`many ${n}`, n + 1, 1));
  await Promise.all([...many, ask('other', 100, 2)]);
  expect(done.indexOf('other')).toBeLessThan(3);
});
