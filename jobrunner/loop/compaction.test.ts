import { pino } from 'pino';
import { expect, it } from 'vitest';
import { Job } from '../../schema/model/job/job.ts';
import { appendLines } from '../../schema/model/log/log.ts';
import { openTestDatabase } from '../../tests/support/database.ts';
import { compactOldLogs } from './compaction.ts';

it('the jobrunner compacts the log of an ended job, logs it, and stops when aborted', async () => {
  await using world = await openTestDatabase('sqlite');
  const { database } = world;
  const { id } = await world.enqueue();
  const line = { at: 1, kind: 'output', text: 'x'.repeat(200), sensitive: false, continues: false } as const;
  for (let number = 1; number <= 50; number++) await appendLines(database, id, number, [line]);
  const said: unknown[] = [];
  const over = new AbortController();
  const write = (text: string): void => {
    said.push(JSON.parse(text));
    over.abort();
  };
  const logger = pino({ base: null, timestamp: false }, { write });
  const running = compactOldLogs({ database, logger }, over.signal, 0);
  await database.write(['jobs'], (em) =>
    em.nativeUpdate(Job, { id }, { state: 'failed', finishedAt: Date.now() }),
  );
  await running;
  expect(said).toEqual([
    {
      level: 30,
      job: id,
      chunks: { before: 50, after: 2 },
      bytes: { before: 50 * 205, after: expect.any(Number) },
      msg: 'compacted a log',
    },
  ]);
});
