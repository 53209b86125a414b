import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dialects, openTestDatabase, type TestDatabase } from '../../../tests/support/database.ts';
import { AuditEntry } from '../account/audit.ts';
import { unverifiedChange } from './change.ts';
import { claimJob } from './claim.ts';
import { endJob } from './ending.ts';
import { enqueueJob, retryJob } from './enqueue.ts';
import {
  currentHold,
  DeploymentsHeld,
  DeploymentsNotHeld,
  Hold,
  HoldNotAccepted,
  holdDeployments,
  maxHoldDuration,
  releaseHold,
} from './hold.ts';
import { Job } from './job.ts';

describe.each(dialects)('holds on %s', (dialect) => {
  let world: TestDatabase;
  beforeEach(async () => {
    world = await openTestDatabase(dialect);
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const hold = (reason = 'database switchover', endsAt: number | null = null, now = Date.now()) =>
    holdDeployments(world.database, { reason, endsAt, user: world.alice }, now);
  const current = (now?: number) => currentHold(world.database.em(), now);

  test('F1: 60 starts concurrent with a hold are each queued before it or refused', async () => {
    const databases = [world.database, await world.another()];
    const start = async (number: number): Promise<string> => {
      try {
        const request = {
          kind: 'backport',
          changes: [unverifiedChange(String(number))],
          owner: world.bob,
        } as const;
        await enqueueJob(databases[number % 2] ?? world.database, request);
        return 'queued';
      } catch (error) {
        if (error instanceof DeploymentsHeld) return 'refused';
        throw error;
      }
    };
    // On a separate connection, so that it does not queue behind the starts.
    const third = await world.another();
    const holding = { reason: 'switchover', endsAt: null, user: world.alice };
    const outcomes: Promise<string>[] = [];
    let held: Promise<Hold> | undefined;
    for (let number = 1; number <= 60; number++) {
      outcomes.push(start(number));
      if (number === 20) held = Promise.race(outcomes).then(() => holdDeployments(third, holding));
    }
    await held;
    const refused = (await Promise.all(outcomes)).filter((outcome) => outcome === 'refused').length;
    const queued = 60 - refused;
    expect(refused).toBeGreaterThan(0);
    expect(queued).toBeGreaterThan(0);
    expect(await world.database.em().count(Job)).toBe(queued);
    // Numbers of entries are given while their transaction has the lock: their order is that of the commits.
    const entries = await world.database.em().find(AuditEntry, {}, { orderBy: { id: 'asc' } });
    expect(entries.map(({ action }) => action)).toEqual([...Array(queued).fill('start'), 'hold']);
    expect(await start(99)).toBe('refused');
  });

  test('F1: none of 60 claims concurrent with a hold succeeds after it', async () => {
    const lanes = Array.from({ length: 60 }, (_, index) => `lane${index}`);
    for (const lane of lanes) await world.enqueue({ lane });
    const databases = [world.database, await world.another()];
    const claimed = async (): Promise<number> => await world.database.em().count(Job, { state: 'starting' });
    const third = await world.another();
    const claims = lanes.map((lane, index) =>
      claimJob(databases[index % 2] ?? world.database, 'host', [lane]),
    );
    await Promise.race(claims);
    await holdDeployments(third, { reason: 'switchover', endsAt: null, user: world.alice });
    const atHold = await claimed();
    const numbers = (await Promise.all(claims)).filter((number) => number !== null);
    expect(await claimed()).toBe(atHold);
    expect(numbers).toHaveLength(atHold);
    expect(atHold).toBeLessThan(60);
    expect(await claimJob(world.database, 'host', lanes)).toBeNull();
  });

  // SQLite has a single writer, so there is no such race.
  test.runIf(dialect === 'postgresql').each(['start', 'claim'] as const)(
    'F1: a hold waits for an uncommitted %s',
    async (what) => {
      const [blocker, third] = [await world.another(), await world.another()];
      if (what === 'claim') await world.enqueue();
      const order: string[] = [];
      const { promise: block, resolve: unblock } = Promise.withResolvers<void>();
      const { promise: blocking, resolve: blocked } = Promise.withResolvers<void>();
      const blocks = blocker.write([], async (em) => {
        await blocker.execute('lock table job in exclusive mode', [], em);
        blocked();
        await block;
      });
      await blocking;
      const waiters = async (kind: string): Promise<number> =>
        (await blocker.execute('select 1 from pg_locks where not granted and locktype = ?', [kind])).length;
      const acts = {
        start: () => world.enqueue(),
        claim: () => claimJob(world.database, 'host', ['default']),
      };
      const acting = acts[what]().then(() => order.push(what));
      while ((await waiters('relation')) === 0);
      const holding = holdDeployments(third, { reason: 'why', endsAt: null, user: world.bob }).then(() =>
        order.push('hold'),
      );
      while (order.length === 0 && (await waiters('advisory')) === 0);
      unblock();
      await Promise.all([blocks, acting, holding]);
      expect(order).toEqual([what, 'hold']);
    },
  );

  test('F1: one of 60 concurrent holds is accepted, and the others receive the name of its admin', async () => {
    // Connections are there before it begins: else each comes when the one before is through.
    await Promise.all(Array.from({ length: 60 }, () => current()));
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, () => hold().catch((error: unknown) => error)),
    );
    expect(outcomes.filter((outcome) => outcome instanceof Hold)).toHaveLength(1);
    const [refused] = outcomes.filter((outcome) => outcome instanceof DeploymentsHeld);
    expect(outcomes.filter((outcome) => outcome instanceof DeploymentsHeld)).toHaveLength(59);
    expect(refused?.message).toContain('Deployments are held by alice since 2');
    expect(await world.database.em().count(Hold)).toBe(1);
    expect(await world.database.em().count(AuditEntry, { action: 'hold' })).toBe(1);
  });

  test('queued jobs wait while a hold is active and start after its release', async () => {
    const job = await world.enqueue();
    const { id } = await hold();
    expect(await claimJob(world.database, 'host', ['default'])).toBeNull();
    const released = await releaseHold(world.database, { holdId: id, user: world.bob });
    expect(released).toMatchObject({ id, releasedBy: world.bob.id });
    expect(await current()).toBeNull();
    expect(await claimJob(world.database, 'host', ['default'])).toBe(job.id);
  });

  test('a hold ends automatically exactly at its end', async () => {
    const now = Date.now();
    const { endsAt } = await hold('a minute', now + 60_000, now);
    expect(endsAt).toBe(now + 60_000);
    expect(await current(now + 59_999)).not.toBeNull();
    expect(await current(now + 60_000)).toBeNull();
    const job = await world.enqueue().catch((error: unknown) => error);
    expect(job).toBeInstanceOf(DeploymentsHeld);
    const request = { kind: 'backport', changes: [unverifiedChange('7')], owner: world.bob } as const;
    const { id } = await enqueueJob(world.database, request, now + 60_000);
    // By the clock of PostgreSQL, it has ended too.
    await world.database.em().nativeUpdate(Hold, {}, { endsAt: now - 60_000 });
    expect(await claimJob(world.database, 'host', ['default'], now - 60_001)).toBeNull();
    expect(await claimJob(world.database, 'host', ['default'], now - 60_000)).toBe(id);
    // An ended hold does not prevent a new one.
    await hold('again', null, now + 60_001);
  });

  test('a host whose clock is ahead of that of PostgreSQL does not end a hold', async () => {
    const { id } = await world.enqueue();
    const now = Date.now();
    await hold('an hour', now + 3_600_000, now);
    const claimed = await claimJob(world.database, 'host', ['default'], now + 7_200_000);
    // SQLite uses the clock of the host.
    expect(claimed).toBe(dialect === 'postgresql' ? null : id);
  });

  test('a refused start says who holds deployments, since when, until when and why', async () => {
    const now = Date.UTC(2026, 10, 20, 12, 3);
    await hold('database switchover', now + 57 * 60_000, now);
    const request = { kind: 'backport', changes: [unverifiedChange('7')], owner: world.bob } as const;
    await expect(enqueueJob(world.database, request, now + 1)).rejects.toThrow(
      'Deployments are held by alice since 2026-11-20 12:03 UTC, until 2026-11-20 13:00 UTC: “database switchover”',
    );
  });

  test('a hold refuses a retry, but returns the existing job for a repeated request', async () => {
    const request = {
      kind: 'backport',
      changes: [unverifiedChange('7')],
      owner: world.alice,
      idempotencyKey: 'once',
    } as const;
    const job = await enqueueJob(world.database, request);
    await claimJob(world.database, 'host', ['default']);
    await endJob(world.database, job.id, {
      state: 'failed',
      reason: 'no',
      exit: { status: 1, signal: null },
    });
    await hold();
    await expect(retryJob(world.database, { jobId: job.id, owner: world.bob })).rejects.toThrow(
      DeploymentsHeld,
    );
    expect((await enqueueJob(world.database, request)).id).toBe(job.id);
    await expect(enqueueJob(world.database, { ...request, owner: world.bob })).rejects.toThrow(
      DeploymentsHeld,
    );
    expect(await world.database.em().count(Job)).toBe(1);
  });

  test('a hold needs a reason of 1 to 500 characters and an end within a year', async () => {
    const now = Date.now();
    for (const reason of ['', ' \n\t', 'x'.repeat(501)])
      await expect(hold(reason)).rejects.toThrow(HoldNotAccepted);
    for (const endsAt of [now, now - 1, now + maxHoldDuration + 1])
      await expect(hold('why', endsAt, now)).rejects.toThrow(HoldNotAccepted);
    expect(await current()).toBeNull();
    const { reason } = await hold(` two\n\nlines \0 and \ud800 ${'y'.repeat(470)} `);
    expect(reason).toBe(`two lines \uFFFD and \uFFFD ${'y'.repeat(470)}`);
  });

  test('a release ends only the named hold', async () => {
    const first = await hold();
    await releaseHold(world.database, { holdId: first.id, user: world.alice });
    const second = await hold();
    for (const holdId of [first.id, 999])
      await expect(releaseHold(world.database, { holdId, user: world.bob })).rejects.toThrow(
        DeploymentsNotHeld,
      );
    expect((await current())?.id).toBe(second.id);
    const actions = (await world.database.em().find(AuditEntry, {}, { orderBy: { id: 'asc' } })).map(
      ({ action }) => action,
    );
    expect(actions).toEqual(['hold', 'release', 'hold']);
  });
});
