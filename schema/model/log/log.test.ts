import { describe, expect, it } from 'vitest';
import { dialects, openTestDatabase } from '../../../tests/support/database.ts';
import type { NewLogLine } from './line.ts';
import { appendLines, countLines, readLines } from './log.ts';

const line = (text: string, at = 1_000): NewLogLine => ({
  at,
  kind: 'output',
  text,
  sensitive: false,
  continues: false,
});

describe.each(dialects)('the log on %s', (dialect) => {
  it('the log reads any range of lines from chunks of any size', async () => {
    await using world = await openTestDatabase(dialect);
    const { database } = world;
    const job = await world.enqueue();
    const other = await world.enqueue();
    let next = 1;
    for (const size of [1, 1, 3, 200, 1, 50, 7, 1, 1, 1, 400]) {
      await appendLines(
        database,
        job.id,
        next,
        Array.from({ length: size }, (_, i) => line(`line ${next + i}`)),
      );
      next += size;
    }
    await appendLines(database, other.id, 1, [line('of another job')]);
    expect(await countLines(database, job.id)).toBe(next - 1);
    for (const [after, limit] of [
      [0, 10],
      [1, 1],
      [4, 300],
      [205, 1],
      [664, 10],
      [665, 1],
      [666, 10],
      [0, 10_000],
    ] as const) {
      const lines = await readLines(database, job.id, after, limit);
      const numbers = Array.from(
        { length: Math.max(0, Math.min(limit, next - 1 - after)) },
        (_, i) => after + 1 + i,
      );
      expect(lines.map((entry) => entry.number)).toEqual(numbers);
      expect(lines.every((entry) => entry.text === `line ${entry.number}`)).toBe(true);
    }
  });

  it('the log stores any text, and a chunk appended twice only once', async () => {
    await using world = await openTestDatabase(dialect);
    const { database } = world;
    const job = await world.enqueue();
    const hostile = ["it's", '? $1 ??', 'nul \0', '\u202e', '\x1b[31m', '🐷', '\\', '"', ''];
    await appendLines(
      database,
      job.id,
      1,
      hostile.map((text) => line(text)),
    );
    await appendLines(
      database,
      job.id,
      1,
      hostile.map((text) => line(text)),
    );
    expect((await readLines(database, job.id, 0, 100)).map((entry) => entry.text)).toEqual(hostile);
  });

  it('the doorbell rings after each append, when the lines can be read', async () => {
    await using world = await openTestDatabase(dialect);
    const job = await world.enqueue();
    const reader = await world.another();
    using log = reader.doorbell.listen('log');
    for (let number = 1; number <= 20; number++) {
      await appendLines(world.database, job.id, number, [line(`${number}`)]);
      while ((await readLines(reader, job.id, number - 1, 1)).length === 0)
        await log.nextRing(AbortSignal.timeout(5_000));
    }
    expect(await countLines(reader, job.id)).toBe(20);
  });

  it('a read returns a limited amount of text', async () => {
    await using world = await openTestDatabase(dialect);
    const job = await world.enqueue();
    for (let i = 0; i < 40; i++) await appendLines(world.database, job.id, i + 1, [line('x'.repeat(65_000))]);
    const lines = await readLines(world.database, job.id, 0, 1_000);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThan(30);
  });
});
