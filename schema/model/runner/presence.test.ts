import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { dialects, openTestDatabase } from '../../../tests/support/database.ts';
import { announcePresence, lanesOf, listRunners } from './presence.ts';
import { identify } from './process.ts';
import {
  Runner,
  type RunnerDescription,
  recordMissingRunner,
  recordRunnerLeft,
  registerRunner,
  runnerRetention,
} from './runner.ts';

const facts = (id: string, more: Partial<RunnerDescription> = {}): RunnerDescription => ({
  id,
  host: hostname(),
  lanes: ['default'],
  process: identify(process.pid),
  startedAt: Date.now(),
  scap: 'scap',
  simulated: false,
  ...more,
});

/** A process that has just ended. */
async function deadProcess() {
  const child = spawn('true');
  const identity = identify(child.pid ?? 0);
  await once(child, 'exit');
  return identity;
}

describe.each(dialects)('presence on %s', (dialect) => {
  it('a jobrunner is online until it leaves', async () => {
    await using world = await openTestDatabase(dialect);
    const others = await world.another();
    const online = async () => (await listRunners(others)).map(({ runner, online }) => [runner.id, online]);
    const first = await announcePresence(world.database, facts('a', { lanes: ['x'] }));
    const second = await announcePresence(world.database, facts('b', { lanes: ['x', 'w'] }));
    expect(await online()).toEqual([
      ['a', true],
      ['b', true],
    ]);
    expect(lanesOf(await listRunners(others))).toEqual(['w', 'x']);
    await first.leave();
    expect(await online()).toEqual([
      ['a', false],
      ['b', true],
    ]);
    await second.leave();
  });

  it('a jobrunner of an earlier version is online while it writes heartbeats', async () => {
    await using world = await openTestDatabase(dialect);
    const now = Date.now();
    await registerRunner(world.database, facts('old', { process: null }), now);
    const online = async (at: number) => (await listRunners(world.database, at)).map((each) => each.online);
    expect(await online(now + 15_000)).toEqual([true]);
    expect(await online(now + 17_000)).toEqual([false]);
  });

  it('registering a jobrunner deletes dead ones of its host and those that left a day ago', async () => {
    await using world = await openTestDatabase(dialect);
    const { database } = world;
    const now = Date.now();
    const elsewhere = await deadProcess();
    await registerRunner(database, facts('far, for long', { host: 'far' }), now);
    await recordRunnerLeft(database, 'far, for long', now - runnerRetention - 1);
    await registerRunner(database, facts('far', { host: 'far', process: elsewhere }), now);
    await recordRunnerLeft(database, 'far', now);
    await registerRunner(database, facts('dead', { process: elsewhere }), now);
    expect((await listRunners(database)).map(({ runner }) => runner.id)).toEqual(['dead', 'far']);
    const presence = await announcePresence(database, facts('new'));
    const rows = await database.em().find(Runner, {}, { orderBy: { id: 'asc' } });
    expect(rows.map(({ id }) => id)).toEqual(['far', 'new']);
    await presence.leave();
  });

  it('the presence check records once when a jobrunner was found missing, unless it has registered again', async () => {
    await using world = await openTestDatabase(dialect);
    const { database } = world;
    const row = () => database.em().findOneOrFail(Runner, { id: 'a' });
    await registerRunner(database, facts('a'), 1_000);
    const seen = await row();
    await registerRunner(database, facts('a'), 2_000);
    await recordMissingRunner(database, seen, 3_000);
    expect(await row()).toMatchObject({ seenAt: 2_000, leftAt: null });
    await recordMissingRunner(database, await row(), 4_000);
    await recordMissingRunner(database, await row(), 5_000);
    expect(await row()).toMatchObject({ leftAt: 4_000 });
  });
});

describe('on PostgreSQL', () => {
  it('a jobrunner whose session was terminated registers again automatically', async () => {
    await using world = await openTestDatabase('postgresql');
    const { database } = world;
    using runners = database.doorbell.listen('runners');
    const presence = await announcePresence(database, facts('a'));
    const [before] = await listRunners(database);
    const ended = await database.execute(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'spiderpig jobrunner' and datname = current_database()`,
      [],
    );
    expect(ended).toHaveLength(1);
    let now = before;
    while (!now?.online || now.runner.seenAt === before?.runner.seenAt) {
      await runners.nextRing(AbortSignal.timeout(20_000));
      [now] = await listRunners(database);
    }
    expect(now.runner.startedAt).toBe(before?.runner.startedAt);
    await presence.leave();
  });
});
