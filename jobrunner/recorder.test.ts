import { expect, it } from 'vitest';
import { claimJob, Job, recordStart, recordSupervisor } from '../schema/model/job/job.ts';
import { identify } from '../schema/model/job/process.ts';
import { readLines } from '../schema/model/log/log.ts';
import { DiskFull, Reserve } from '../schema/model/store/reserve.ts';
import { openTestDatabase } from '../tests/support/database.ts';
import { Recorder } from './recorder.ts';

/** A disk without room for lines, until told. */
class Full extends Reserve {
  full = true;
  override refill(): void {
    if (this.full) throw new DiskFull();
  }
}

it('while lines have no room: deeds come before them, people are told, the last deed waits, and all is in its order at the end', async () => {
  await using world = await openTestDatabase('sqlite');
  const reserve = new Full('.');
  const database = { ...world.database, reserve };
  const { id } = await world.enqueue();
  const self = identify(process.pid);
  await claimJob(database, 'r', ['default']);
  await recordSupervisor(database, id, self);
  await recordStart(database, id, self);
  const done: string[] = [];
  const troubles: unknown[] = [];
  using recorder = new Recorder(database, id, {
    onPressure: () => {},
    onTrouble: (error) => troubles.push(error),
  });
  const say = (text: string): number =>
    recorder.log({ at: Date.now(), kind: 'output', text, sensitive: false, continues: false });
  using bell = database.doorbell.listen('jobs');
  const told = async (holds: (since: number | null) => boolean): Promise<void> => {
    while (!holds((await database.em().findOneOrFail(Job, { id })).behindSince ?? null))
      await bell.nextRing(AbortSignal.timeout(10_000));
  };

  const began = Date.now();
  expect(say('first')).toBe(1);
  void recorder.deed(async () => done.push('asked'));
  expect(say('second')).toBe(2);
  const last = recorder.lastDeed(async () => done.push('ended'));
  await told((since) => since !== null && since >= began);
  expect(done).toEqual(['asked']);
  expect(await readLines(world.database, id, 0, 10)).toEqual([]);
  expect(troubles[0]).toBeInstanceOf(DiskFull);

  reserve.full = false;
  await last;
  expect(done).toEqual(['asked', 'ended']);
  expect((await readLines(world.database, id, 0, 10)).map(({ text }) => text)).toEqual(['first', 'second']);
  await told((since) => since === null);
});
