import { describe, expect, it } from 'vitest';
import { dialects, openTestDatabase } from '../../../tests/support/database.ts';
import { claimJob, recordSupervisor } from '../job/claim.ts';
import { Job } from '../job/job.ts';
import { currentSupervision, isKnownSupervision } from './supervision.ts';

it('a jobrunner supports jobs without a supervision version, and no newer version', () => {
  for (const known of [null, 1, currentSupervision]) expect(isKnownSupervision(known)).toBe(true);
  for (const unknown of [0, currentSupervision + 1]) expect(isKnownSupervision(unknown)).toBe(false);
});

describe.each(dialects)('on %s', (dialect) => {
  it('a jobrunner skips queued jobs of an unknown kind without blocking later jobs', async () => {
    await using world = await openTestDatabase(dialect);
    const { database } = world;
    const later = await world.enqueue();
    await database.execute('update job set kind = ? where id = ?', ['unknown', later.id]);
    const known = await world.enqueue();
    expect(await claimJob(database, 'r', ['default'])).toBe(known.id);
    expect(await database.em().findOneOrFail(Job, { id: later.id })).toMatchObject({ state: 'queued' });
  });

  it('the supervision version is stored when a supervisor takes the job', async () => {
    await using world = await openTestDatabase(dialect);
    const { database } = world;
    const { id, supervision } = await world.enqueue();
    expect(supervision).toBeNull();
    await claimJob(database, 'r', ['default']);
    await recordSupervisor(database, id, { host: 'h', boot: 'b', pid: 1, startTime: 1 });
    expect(await database.em().findOneOrFail(Job, { id })).toMatchObject({ supervision: currentSupervision });
  });
});
