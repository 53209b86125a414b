// Tests who looks at a job and who is responsible for it, over HTTP and on two servers of one database.
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { JobWatcher, recordWatchers, watcherLifetime } from '../../schema/model/job/job-watcher.ts';
import { dialects, openTestDatabase, ownDatabase } from '../../tests/support/database.ts';
import { openServer, runningJob, type TestServer } from '../../tests/support/test-server.ts';
import { DatabaseJobWatchers } from './job-watcher.ts';

const names = (data: unknown): string[] => {
  const { jobWatchers } = data as { jobWatchers: readonly { user: { name: string } }[] };
  return jobWatchers.map(({ user }) => user.name);
};

/** Subscribes as a user, and returns how to wait until the watchers are these. */
async function watch(server: TestServer, user: string, job: number) {
  const client = server.socket(await server.token('read', user));
  const events = client.iterate({
    query: `subscription { jobWatchers(jobId: ${job}) { user { name } } }`,
  });
  return {
    async until(...wanted: string[]): Promise<void> {
      for (;;) {
        const { value, done } = await events.next();
        if (done) throw new Error('the subscription has ended');
        if (names(value.data).toSorted().join() === wanted.toSorted().join()) return;
      }
    },
    async leave(): Promise<void> {
      await events.return?.();
      await client.dispose();
    },
  };
}

test.each(dialects)('users on two servers see each other until they leave, on %s', async (dialect) => {
  await using own = await ownDatabase(dialect);
  await using one = await openServer({ databaseUrl: own.url });
  await using two = await openServer({ databaseUrl: own.url });
  const job = await runningJob(one.db);
  const ada = await watch(one, 'ada', job);
  await ada.until('ada');
  const grace = await watch(two, 'grace', job);
  await Promise.all([ada.until('ada', 'grace'), grace.until('ada', 'grace')]);
  const seen = await one.ask(await one.token('read'), `{ job(id: ${job}) { watchers { user { name } } } }`);
  expect(seen.data.job.watchers).toHaveLength(2);
  await grace.leave();
  await ada.until('ada');
});

test('a user whose server has died is not shown after a minute', async () => {
  await using server = await openServer();
  const job = await runningJob(server.db);
  await server.token('read', 'ada');
  const [user] = await server.db.execute("select id from account where name = 'ada'", []);
  const watching = [{ job, user: Number(user?.['id']) }];
  const read = async () =>
    (await server.ask(await server.token('read'), `{ job(id: ${job}) { watchers { user { name } } } }`)).data
      .job.watchers;
  await recordWatchers(server.db, 'dead', watching, { isNew: true });
  expect(await read()).toEqual([{ user: { name: 'ada' } }]);
  await recordWatchers(server.db, 'dead', watching, { isNew: true, now: Date.now() - watcherLifetime });
  expect(await read()).toEqual([]);
  // Nor one that a clock far ahead has recorded.
  await recordWatchers(server.db, 'dead', watching, { isNew: true, now: Date.now() + 401 * 86_400_000 });
  expect(await read()).toEqual([]);
});

test('a job is handed over only to a known deployer', async () => {
  await using server = await openServer();
  const job = await runningJob(server.db);
  const joan = await server.token('deploy', 'joan');
  await server.signIn('deployer', 'bert');
  await server.signIn('viewer', 'vera');
  const handOver = async (to?: string) => {
    const input = `{ jobId: ${job}${to === undefined ? '' : `, to: "${to}"`} }`;
    const fields =
      '__typename ... on HandOverJobSuccess { job { responsible { name } owner { name } } } ... on Refusal { code }';
    const answer = await server.ask(joan, `mutation { handOverJob(input: ${input}) { ${fields} } }`);
    expect(answer.errors).toBeUndefined();
    return answer.data.handOverJob;
  };
  expect(await handOver('bert')).toMatchObject({ code: 'JOB_NOT_HANDED_OVER' });
  expect(await handOver()).toMatchObject({ job: { responsible: { name: 'joan' } } });
  expect(await handOver('vera')).toMatchObject({ code: 'JOB_NOT_HANDED_OVER' });
  expect(await handOver('nobody')).toMatchObject({ code: 'JOB_NOT_HANDED_OVER' });
  expect(await handOver('bert')).toMatchObject({ job: { responsible: { name: 'bert' } } });
});

test('W3 a user is shown on at most 50 jobs, and on further ones after leaving', async () => {
  await using world = await openTestDatabase('sqlite');
  const { database, alice } = world;
  const jobs: number[] = [];
  for (let n = 0; n < 53; n++) jobs.push((await world.enqueue()).id);
  await using watchers = new DatabaseJobWatchers(database, pino({ level: 'silent' }));
  const followed = jobs.slice(0, 52).map((job) => watchers.follow(job, alice));
  // Each is answered, also where the user is not shown.
  for (const each of followed) void each.next();
  const shown = () => database.em().count(JobWatcher, { user: alice.id });
  await vi.waitFor(async () => expect(await shown()).toBe(50), 20_000);
  for (const each of followed) await each.return?.();
  await vi.waitFor(async () => expect(await shown()).toBe(0), 20_000);
  const another = watchers.follow(jobs[52] ?? 0, alice);
  expect((await another.next()).value).toMatchObject([{ user: alice.id }]);
  await another.return?.();
});
