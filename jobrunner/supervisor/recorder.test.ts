import { expect, it } from 'vitest';
import { claimJob, recordSupervisor } from '../../schema/model/job/claim.ts';
import { Job } from '../../schema/model/job/job.ts';
import { recordStart } from '../../schema/model/job/report.ts';
import { readLines } from '../../schema/model/log/log.ts';
import { identify } from '../../schema/model/runner/process.ts';
import { DiskFull, Reserve } from '../../schema/model/store/reserve.ts';
import { dialects, openTestDatabase } from '../../tests/support/database.ts';
import { Recorder } from './recorder.ts';

/** A disk without space for lines until `isFull` is reset. */
class FullDisk extends Reserve {
  isFull = true;
  override refill(): void {
    if (this.isFull) throw new DiskFull();
  }
}

it('while the disk is full, tasks overtake lines, the job is marked as behind, and the last task waits for all lines', async () => {
  await using world = await openTestDatabase('sqlite');
  const disk = new FullDisk('..');
  const database = { ...world.database, reserve: disk };
  const { id } = await world.enqueue();
  const self = identify(process.pid);
  await claimJob(database, 'r', ['default']);
  await recordSupervisor(database, id, self);
  await recordStart(database, id, self);
  const done: string[] = [];
  const errors: unknown[] = [];
  using recorder = new Recorder(database, id, {
    onPressure: () => {},
    onError: (error) => errors.push(error),
  });
  const log = (text: string): number =>
    recorder.log({ at: Date.now(), kind: 'output', text, sensitive: false, continues: false });
  using doorbell = database.doorbell.listen('jobs');
  const untilBehindSince = async (holds: (since: number | null) => boolean): Promise<void> => {
    while (!holds((await database.em().findOneOrFail(Job, { id })).behindSince ?? null))
      await doorbell.nextRing(AbortSignal.timeout(10_000));
  };

  const startedAt = Date.now();
  expect(log('first')).toBe(1);
  void recorder.run(async () => done.push('question recorded'));
  expect(log('second')).toBe(2);
  const last = recorder.runInOrder(async () => done.push('end recorded'));
  await untilBehindSince((since) => since !== null && since >= startedAt);
  expect(done).toEqual(['question recorded']);
  expect(await readLines(world.database, id, 0, 10)).toEqual([]);
  expect(errors[0]).toBeInstanceOf(DiskFull);

  disk.isFull = false;
  await last;
  expect(done).toEqual(['question recorded', 'end recorded']);
  expect((await readLines(world.database, id, 0, 10)).map(({ text }) => text)).toEqual(['first', 'second']);
  await untilBehindSince((since) => since === null);
});

it.each(dialects)(
  'the recorder puts a notice in place of lines that %s has lost, and keeps the numbers of later lines',
  async (dialect) => {
    await using test = await openTestDatabase(dialect);
    const { database } = test;
    const { id } = await test.enqueue();
    const gaps: unknown[] = [];
    using recorder = new Recorder(database, id, {
      onPressure: () => {},
      onError: () => {},
      onGap: (gap) => gaps.push(gap),
    });
    const write = async (text: string): Promise<void> => {
      recorder.log({ at: 1, kind: 'output', text, sensitive: false, continues: false });
      await recorder.run(async () => {});
    };
    for (const text of ['one', 'two', 'three', 'four']) await write(text);
    await database.execute('delete from log_chunk where job_id = ? and first_number > 1', [id]);
    await write('five');
    await write('six');
    expect(gaps).toEqual([{ from: 2, to: 4 }]);
    const lines = await readLines(database, id, 0, 100);
    expect(lines.map(({ number, kind, text }) => [number, kind, text])).toEqual([
      [1, 'output', 'one'],
      [2, 'notice', expect.stringContaining('Lines 2 to 4 are gone')],
      [3, 'notice', ''],
      [4, 'notice', ''],
      [5, 'output', 'five'],
      [6, 'output', 'six'],
    ]);
  },
);
