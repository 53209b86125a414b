// Tests jobrunners that start, stop, crash or lose the network, as users and operators see it. Real processes; hosts are network namespaces.
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { claimJob, recordSupervisor } from '../../schema/model/job/claim.ts';
import { endJob } from '../../schema/model/job/ending.ts';
import { Job } from '../../schema/model/job/job.ts';
import { recordStart } from '../../schema/model/job/report.ts';
import { closeUnreachableJob, JobStillSupervised } from '../../schema/model/runner/loss.ts';
import { isHostConnected } from '../../schema/model/runner/presence.ts';
import { identify, isAlive } from '../../schema/model/runner/process.ts';
import { dialects } from '../support/database.ts';
import { openNetwork, whyNoNetwork } from '../support/network/network.ts';
import { startPostgreSql } from '../support/postgresql/postgresql.ts';
import { useWorld } from '../support/shared-world.ts';
import { openWorld, program, type World } from '../support/world.ts';

const updates = `subscription ($id: ID) { jobUpdates(id: $id) {
  id state lane host reason pendingInteraction { id } interactions { answer deliveredAt }
} }`;
interface Update {
  readonly id: string;
  readonly state: string;
  readonly lane: string;
  readonly host: string | null;
  readonly reason: string | null;
  readonly pendingInteraction: { readonly id: string } | null;
  readonly interactions: readonly { readonly answer: string | null; readonly deliveredAt: string | null }[];
}

async function startJob(world: World, token: string, lane: string | null = null): Promise<string> {
  const { startBackport } = await world.run<{ startBackport: { job?: { id: string } } }>(
    token,
    `mutation ($lane: String) {
      startBackport(input: { changes: ["1102340"], acceptUnverified: true, lane: $lane }) { ... on StartBackportSuccess { job { id } } }
    }`,
    { lane },
  );
  if (!startBackport.job) throw new Error('the job was not started');
  return startBackport.job.id;
}

/** Follows a job until `done` returns true. */
async function follow(
  world: World,
  token: string,
  id: string,
  done: (job: Update) => boolean,
): Promise<Update> {
  for await (const { jobUpdates } of world.subscribe<{ jobUpdates: Update }>(token, updates, { id }))
    if (done(jobUpdates)) return jobUpdates;
  throw new Error('the job ended first');
}

const asks = (job: Update): boolean => job.pendingInteraction !== null;

/** Follows the jobrunners until the hosts are online or offline as wanted. A host is online if any of its jobrunners is. */
async function online(world: World, token: string, wanted: Readonly<Record<string, boolean>>): Promise<void> {
  const query = 'subscription { systemUpdates { runners { host online } } }';
  interface Now {
    readonly systemUpdates: { readonly runners: readonly { host: string; online: boolean }[] };
  }
  for await (const { systemUpdates } of world.subscribe<Now>(token, query)) {
    const isOnline = (host: string) =>
      systemUpdates.runners.some((each) => each.host === host && each.online);
    if (Object.entries(wanted).every(([host, state]) => isOnline(host) === state)) return;
  }
}

async function answerYes(world: World, token: string, { pendingInteraction }: Update): Promise<void> {
  const { answerInteraction } = await world.run<{ answerInteraction: { __typename: string } }>(
    token,
    'mutation ($id: ID!) { answerInteraction(input: { interactionId: $id, answer: "y" }) { __typename } }',
    { id: pendingInteraction?.id },
  );
  expect(answerInteraction.__typename).toBe('AnswerInteractionSuccess');
}

/** The output lines of the log. Checks that the line numbers have no gaps. */
async function output(world: World, token: string, id: string): Promise<string[]> {
  const texts: string[] = [];
  let next = 1;
  interface Lines {
    readonly jobLog: { readonly lines: readonly { number: number; kind: string; text: string }[] };
  }
  const query = 'subscription ($id: ID!) { jobLog(jobId: $id) { lines { number kind text } } }';
  for await (const { jobLog } of world.subscribe<Lines>(token, query, { id })) {
    for (const { number, kind, text } of jobLog.lines) {
      expect(number).toBe(next++);
      if (kind === 'OUTPUT') texts.push(text);
    }
  }
  return texts;
}

const upTo = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i + 1));
const jobOf = (world: World, id: string) => world.database.em().findOneOrFail(Job, { id: Number(id) });

/** A number that grows with each written row (PostgreSQL) or each commit (SQLite). */
async function writes({ database }: World): Promise<number> {
  const sql =
    database.dialect === 'postgresql'
      ? 'select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) as writes from pg_stat_user_tables'
      : 'select data_version as writes from pragma_data_version';
  return Number((await database.execute(sql, []))[0]?.['writes']);
}

describe.each(dialects)('on %s', (dialect) => {
  describe('with a scap that asks', () => {
    const shared = useWorld({ dialect, scap: program('question/asks-then-ends') });

    it('a killed jobrunner is shown as offline until another one replaces it', async () => {
      const { world } = shared;
      const token = await world.token();
      const runners = async () =>
        (
          await world.run<{ system: { runners: { online: boolean; seenAt: string; host: string }[] } }>(
            token,
            '{ system { runners { host online seenAt } } }',
          )
        ).system.runners;
      const [{ host = '' } = {}] = await runners();
      await world.kill(world.jobrunner);
      await online(world, token, { [host]: false });
      const [gone] = await runners();
      expect(await runners()).toEqual([gone]);
      await world.startJobrunner();
      expect(await runners()).toMatchObject([{ host, online: true }]);
    });

    it('a supervisor that resumes and finds its job ended kills its scap', async () => {
      const { world } = shared;
      const token = await world.token();
      const id = await startJob(world, token);
      await follow(world, token, id, asks);
      const { supervisor, child } = await jobOf(world, id);
      if (!supervisor || !child) throw new Error('the job does not run');
      process.kill(supervisor.pid, 'SIGSTOP');
      await endJob(world.database, Number(id), {
        state: 'lost',
        reason: 'Given up.',
        exit: { status: null, signal: null },
      });
      // The lane is free: the next job runs while the paused supervisor of the previous one still exists.
      const next = await startJob(world, token);
      const question = await follow(world, token, next, asks);
      expect(isAlive(child)).toBe(true);
      using log = world.database.doorbell.listen('log');
      process.kill(supervisor.pid, 'SIGCONT');
      while (isAlive(child) || isAlive(supervisor)) await log.nextRing(AbortSignal.timeout(200));
      expect(await jobOf(world, id)).toMatchObject({
        state: 'lost',
        reason: 'Given up. scap was asking “Go on?”.',
      });
      await answerYes(world, token, question);
      await follow(world, token, next, ({ state }) => state === 'SUCCEEDED');
    });

    it('R5 after a reboot running jobs are lost, and a process that reuses a PID is not killed', async () => {
      const { world } = shared;
      const { database } = world;
      const token = await world.token();
      await world.kill(world.jobrunner, 'SIGTERM');
      const ran = await startJob(world, token);
      await claimJob(database, 'before the boot', ['default']);
      // The PID and start time of this process, but from another boot.
      const before = { ...identify(process.pid), boot: 'the one before' };
      await recordSupervisor(database, Number(ran), before);
      await recordStart(database, Number(ran), before);
      const queued = await startJob(world, token);
      await world.startJobrunner();
      expect(await follow(world, token, ran, ({ state }) => state === 'LOST')).toMatchObject({
        reason: expect.stringMatching(
          /^The machine of this job was restarted: the deployment may be half done/,
        ),
      });
      await answerYes(world, token, await follow(world, token, queued, asks));
      await follow(world, token, queued, ({ state }) => state === 'SUCCEEDED');
    });

    it('a job with an unknown supervision version is left to its supervisor, logged once, and lost with it', async () => {
      const { world } = shared;
      const token = await world.token();
      const id = await startJob(world, token);
      await follow(world, token, id, asks);
      await world.kill(world.jobrunner, 'SIGTERM');
      await world.database.execute('update job set supervision = 99', []);
      await world.startJobrunner();
      const said = () => world.jobrunner?.stderr().split('another version').length ?? 0;
      const { supervisor } = await jobOf(world, id);
      while (said() < 2)
        await new Promise((resolve) => world.jobrunner?.process.stderr?.once('data', resolve));
      process.kill(supervisor?.pid ?? 0, 'SIGKILL');
      await follow(world, token, id, ({ state }) => state === 'LOST');
      expect(said()).toBe(2);
    });
  });
});

it('spiderpig lose frees the lane of a supervisor that hangs only when its processes have ended', async () => {
  await using world = await openWorld({ scap: program('question/asks-then-ends') });
  const token = await world.token();
  const id = await startJob(world, token);
  await follow(world, token, id, asks);
  const { supervisor, child } = await jobOf(world, id);
  if (!supervisor || !child) throw new Error('the job does not run');
  process.kill(supervisor.pid, 'SIGSTOP');
  // As a server marks it after 15 seconds.
  await world.database.execute('update job set not_responding_since = ? where id = ?', [Date.now(), id]);
  const next = await startJob(world, token);
  await expect(world.command('lose', id)).rejects.toThrow(
    /Processes of job 1 run on this host: its supervisor .* repeat with --kill/,
  );
  expect([isAlive(supervisor), isAlive(child)]).toEqual([true, true]);
  expect((await jobOf(world, next)).state).toBe('queued');
  expect(await world.command('lose', id, '--kill')).toMatch(/^job 1 is lost\./);
  expect([isAlive(supervisor), isAlive(child)]).toEqual([false, false]);
  await answerYes(world, token, await follow(world, token, next, asks));
  await follow(world, token, next, ({ state }) => state === 'SUCCEEDED');
});

/** Why the tests cannot have hosts in a network. Null: they can. */
const why = whyNoNetwork();

// These wait for clocks that cannot be replaced, those of the kernel and of PostgreSQL, so they run at the same time.
describe.concurrent('for a while', () => {
  it.each(dialects)('an idle system writes nothing to the database on %s', async (dialect) => {
    await using world = await openWorld({ dialect });
    const client = world.client(await world.token('read'));
    for (const query of ['subscription { jobUpdates { id } }', 'subscription { systemUpdates { version } }'])
      client.subscribe({ query }, { next() {}, error() {}, complete() {} });
    // Writes of the start end soon, and PostgreSQL counts them at most ten seconds later. With a heartbeat this loop would not end.
    let before = await writes(world);
    for (let quiet = 0; quiet < 4; quiet++) {
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      const now = await writes(world);
      if (now !== before) quiet = -1;
      before = now;
    }
    expect(world.server?.process.exitCode).toBeNull();
    expect(world.jobrunner?.process.exitCode).toBeNull();
  });

  it('a job on a host that loses the network continues and loses nothing, and other hosts are not affected', async ({
    skip,
  }) => {
    if (why !== null) skip(why);
    using network = openNetwork('north', 'south');
    const [north, south] = network.hosts;
    if (!north || !south) throw new Error('there are no hosts');
    const postgresql = await startPostgreSql({ address: network.address });
    try {
      await using world = await openWorld({
        dialect: 'postgresql',
        postgresqlUrl: postgresql.url,
        jobrunner: false,
        scap: program('question/counts-and-asks', 50, 2_000),
      });
      const token = await world.token();
      await world.startJobrunner({ command: north.command, lanes: 'north' });
      await world.startJobrunner({ command: south.command, lanes: 'south' });
      const [far, near] = [await startJob(world, token, 'north'), await startJob(world, token, 'south')];
      const question = await follow(world, token, far, asks);
      expect(question.host).toBe('north');
      await answerYes(world, token, await follow(world, token, near, asks));

      north.disconnect();
      // While the host is unreachable: an answer to its question, and a job for its lane.
      await answerYes(world, token, question);
      const queued = await startJob(world, token, 'north');
      await online(world, token, { north: false, south: true });
      expect((await jobOf(world, near)).state).toBe('running');
      while (await isHostConnected(world.database, 'north'))
        await new Promise((resolve) => setTimeout(resolve, 500));
      expect(await jobOf(world, far)).toMatchObject({ state: 'running' });
      expect(await jobOf(world, queued)).toMatchObject({ state: 'queued' });
      north.reconnect();

      await online(world, token, { north: true, south: true });
      const ended = await follow(world, token, far, ({ state }) => state === 'SUCCEEDED');
      expect(ended.interactions).toEqual([{ answer: 'y', deliveredAt: expect.any(String) }]);
      expect(await output(world, token, far)).toEqual([...upTo(2_000), 'got: y']);
      await follow(world, token, near, ({ state }) => state === 'SUCCEEDED');
      expect(await output(world, token, near)).toEqual([...upTo(2_000), 'got: y']);

      // A second time, and an operator closes the job as lost.
      await follow(world, token, queued, asks);
      await expect(closeUnreachableJob(world.database, Number(queued), 'ada')).rejects.toThrow(
        JobStillSupervised,
      );
      const { child } = await jobOf(world, queued);
      // The process runs on this machine under another host name.
      const stillRuns = () => child && isAlive({ ...child, host: hostname() });
      north.disconnect();
      // PostgreSQL has ended its sessions itself before. The test does not wait for that again.
      await world.database.execute(
        'select pg_terminate_backend(pid) from pg_stat_activity where client_addr = ?::inet',
        [north.address],
      );
      await online(world, token, { north: false });
      expect(await isHostConnected(world.database, 'north')).toBe(false);
      await closeUnreachableJob(world.database, Number(queued), 'ada', 'confirmed');
      expect(stillRuns()).toBe(true);
      north.reconnect();
      await online(world, token, { north: true });
      while (stillRuns()) await new Promise((resolve) => setTimeout(resolve, 100));
      expect(await jobOf(world, queued)).toMatchObject({
        state: 'lost',
        reason: expect.stringContaining('Closed by ada because north did not respond'),
      });
    } finally {
      await postgresql.stop();
    }
  }, 180_000);
});
