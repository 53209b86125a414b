import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createSignInLink } from '../../schema/model/account/sign-in-link.ts';
import { Job } from '../../schema/model/job/job.ts';
import { canShrink } from '../../schema/model/job/removal.ts';
import { appendLines } from '../../schema/model/log/log.ts';
import { cleanUpProblems, Runner, registerRunner } from '../../schema/model/runner/runner.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { readConfiguration } from '../../schema/process/configuration/configuration-reader.ts';
import { dialects, openTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { removeOldJobs } from './clean-up.ts';

const runner = {
  id: 'deploy1/default/1',
  host: 'deploy1',
  lanes: ['default'],
  process: null,
  startedAt: 1,
  scap: 'scap',
  simulated: false,
};

/** The first `lines` log entries of the jobrunner while it removes two of three jobs. */
async function logOf(database: Database, lines: number): Promise<Record<string, unknown>[]> {
  const configuration = readConfiguration({
    options: { 'keep-days': '0', 'keep-jobs': '1' },
    environment: { HOME: '/home/x' },
    root: '/nowhere',
  });
  const entries: Record<string, unknown>[] = [];
  const stop = new AbortController();
  const write = (line: string): void => {
    entries.push(JSON.parse(line));
    if (entries.length === lines) stop.abort();
  };
  const logger = pino({ base: null, timestamp: false }, { write });
  await removeOldJobs({ configuration, database, logger, followed: new Set() }, runner.id, stop.signal);
  return entries;
}

async function threeEnded(world: TestDatabase): Promise<void> {
  const { database } = world;
  for (const { id } of [await world.enqueue(), await world.enqueue(), await world.enqueue()]) {
    const line = { at: 1, kind: 'output', text: 'x', sensitive: false, continues: false } as const;
    await appendLines(database, id, 1, [line, line]);
    await database.write([], (em) => em.nativeUpdate(Job, { id }, { state: 'failed', finishedAt: 1 }));
  }
}

const removing = { level: 30, jobs: [1, 2], msg: 'removing old jobs' };
const removed = { level: 30, jobs: 2, lines: 4, bytes: 16, msg: 'removed old jobs' };

it('the jobrunner logs which jobs it removes and how much space that frees, and stops when aborted', async () => {
  await using world = await openTestDatabase('sqlite');
  await threeEnded(world);
  expect(await logOf(world.database, 2)).toEqual([removing, removed]);
});

it('the jobrunner warns when a SQLite file cannot shrink, and no longer after the documented fix', async () => {
  await using world = await openTestDatabase('sqlite');
  const { database } = world;
  // As versions before auto_vacuum created it.
  await database.execute('pragma auto_vacuum = none', []);
  await database.execute('vacuum', []);
  await threeEnded(world);
  expect(await logOf(database, 3)).toEqual([
    removing,
    removed,
    { level: 40, msg: expect.stringContaining('does not shrink') },
  ]);
  await database.execute('pragma auto_vacuum = incremental', []);
  await database.execute('vacuum', []);
  expect(await canShrink(database)).toBe(true);
});

it('sign-ins are not removed while the clock is far ahead of what was recorded last', async () => {
  await using world = await openTestDatabase('sqlite');
  const { database } = world;
  await createSignInLink(database, 'alice', 'viewer');
  await database.execute('update sign_in_link set expires_at = 1', []);
  const links = async () => (await database.execute('select 1 from sign_in_link', [])).length;
  await database.execute('update ledger set at = at - 34646400000', []);
  expect(await logOf(database, 1)).toMatchObject([{ level: 50, reason: expect.stringMatching(/clock/) }]);
  expect(await links()).toBe(1);
  await world.enqueue();
  await threeEnded(world);
  await logOf(database, 1);
  expect(await links()).toBe(0);
});

describe.each(dialects)('a clean-up on %s', (dialect) => {
  it('B4 the clean-up records with its jobrunner that it does not trust the clock, until it does', async () => {
    await using world = await openTestDatabase(dialect);
    const { database } = world;
    await registerRunner(database, runner);
    await threeEnded(world);
    const [row] = await database.execute('select max(at) as at from ledger', []);
    // As if the clock had jumped by 401 days since the last order.
    await database.execute('update ledger set at = at - ?', [401 * 86_400_000]);
    const refused = { level: 50, msg: 'no jobs or sessions are removed because of their age' };
    expect((await logOf(database, 1))[0]).toMatchObject(refused);
    const problem = async () =>
      (await database.em().findOneOrFail(Runner, { id: runner.id })).cleanUpProblem ?? null;
    expect(await problem()).toContain('but the last thing that was recorded is of');
    expect(await cleanUpProblems(database)).toEqual([
      expect.stringMatching(/^The jobrunner deploy1\/default\/1 removes no jobs or sessions/),
    ]);
    await database.execute('update ledger set at = ? where at = (select max(at) from ledger)', [
      Number(row?.['at']),
    ]);
    await logOf(database, 1);
    expect(await problem()).toBeNull();
    expect(await cleanUpProblems(database)).toEqual([]);
  });
});
