// Tests handing a job over to another deployer.
import { expect, it } from 'vitest';
import { dialects, openTestDatabase } from '../../../tests/support/database.ts';
import { AuditEntry } from '../account/audit.ts';
import { type User, userNamed } from '../account/user.ts';
import { claimJob } from './claim.ts';
import { endJob } from './ending.ts';
import { handOverJob, JobNotHandedOver, responsibleFor } from './handover.ts';
import { Job, JobAlreadyEnded, JobNotFound } from './job.ts';

it.each(dialects)(
  'the owner or the responsible deployer hands a job over, others only take it over, on %s',
  async (dialect) => {
    await using world = await openTestDatabase(dialect);
    const { database, alice, bob } = world;
    const { id } = await world.enqueue();
    const owned = await database.em().findOneOrFail(Job, { id });
    const [owner, other] = owned.owner === alice.id ? [alice, bob] : [bob, alice];
    const handOver = (user: typeof alice, to: typeof alice, handsOverAny = false) =>
      handOverJob(database, { jobId: id, user, to, handsOverAny });

    await expect(handOver(other, { ...owner, id: 999, name: 'x' })).rejects.toThrow(JobNotHandedOver);
    const taken = await handOver(other, other);
    expect(taken).toMatchObject({ owner: owner.id, responsible: other.id, revision: owned.revision + 1 });
    expect((await handOver(other, other)).revision).toBe(taken.revision);
    await claimJob(database, 'here', ['default']);
    expect(responsibleFor(await handOver(other, owner))).toBe(owner.id);
    expect(responsibleFor(await handOver(other, other, true))).toBe(other.id);
    const entries = await database.em().find(AuditEntry, { action: 'hand over' }, { orderBy: { id: 'asc' } });
    expect(entries.map(({ detail }) => detail)).toEqual([
      'taken over',
      `handed over to ${owner.name}`,
      'taken over',
    ]);

    await endJob(database, id, { state: 'failed', reason: 'x', exit: { status: 1, signal: null } });
    await expect(handOver(owner, owner)).rejects.toThrow(JobAlreadyEnded);
    const missing = { jobId: 999_999, user: owner, to: owner, handsOverAny: true };
    await expect(handOverJob(database, missing)).rejects.toThrow(JobNotFound);
  },
);

it.each(dialects)(
  'a deployer who is no longer responsible because another one took the job over cannot give it away, on %s',
  async (dialect) => {
    await using world = await openTestDatabase(dialect);
    const { database, alice, bob } = world;
    const carol = await database.write([], (em) => userNamed(em, 'Carol', 1));
    const handOver = (jobId: number, user: User, to: User) =>
      handOverJob(database, { jobId, user, to, handsOverAny: false });
    for (let round = 0; round < 10; round++) {
      const { id, owner } = await world.enqueue();
      const [first, other] = owner === alice.id ? [alice, bob] : [bob, alice];
      await handOver(id, first, other);
      const [given, taken] = await Promise.allSettled([
        handOver(id, other, first),
        handOver(id, carol, carol),
      ]);
      expect(taken.status).toBe('fulfilled');
      // Whichever came first, the job is Carol's afterwards.
      expect(responsibleFor(await database.em().findOneOrFail(Job, { id }))).toBe(carol.id);
      if (given.status === 'rejected') expect(given.reason).toBeInstanceOf(JobNotHandedOver);
    }
  },
);
