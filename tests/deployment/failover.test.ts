// A database that changes under running processes: a SQLite file that is replaced, a standby of PostgreSQL that lagged and is promoted. Real processes and servers.
import { copyFileSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { currentHold } from '../../schema/model/job/hold.ts';
import { countLines } from '../../schema/model/log/log.ts';
import { sqliteFile } from '../../schema/model/store/database.ts';
import { startPostgreSql } from '../support/postgresql/postgresql.ts';
import { openProxy } from '../support/postgresql/proxy.ts';
import { startStandby } from '../support/postgresql/standby.ts';
import { openWorld, program, type World } from '../support/world.ts';

const start = `mutation { startBackport(input: { changes: ["1102340"], acceptUnverified: true }) {
  ... on StartBackportSuccess { job { id } }
} }`;

async function startJob(world: World, token: string): Promise<string> {
  const { startBackport } = await world.run<{ startBackport: { job: { id: string } } }>(token, start);
  return startBackport.job.id;
}

interface Update {
  readonly state: string;
  readonly pendingInteraction: { readonly id: string } | null;
}

/** Resolves with the update of a job that `done` accepts. Subscribes again when the connection is lost. */
async function follow(
  world: World,
  token: string,
  id: string,
  done: (job: Update) => unknown,
): Promise<Update> {
  const query = 'subscription ($id: ID!) { jobUpdates(id: $id) { state pendingInteraction { id } } }';
  for (;;) {
    try {
      for await (const { jobUpdates } of world.subscribe<{ jobUpdates: Update }>(token, query, { id }))
        if (done(jobUpdates)) return jobUpdates;
    } catch {
      // The database was not there.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Resolves when `/readyz` has this status and its text matches. */
async function readyz(world: World, status: number, pattern: RegExp): Promise<void> {
  for (;;) {
    const response = await fetch(`${world.url}/readyz`);
    if (response.status === status && pattern.test(await response.text())) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const answer =
  'mutation ($id: ID!) { answerInteraction(input: { interactionId: $id, answer: "y" }) { __typename } }';

it('B6 a SQLite file that is replaced under running processes stops them, and the output of the job is kept', async () => {
  await using world = await openWorld({ scap: program('question/asks-then-ends') });
  const token = await world.token();
  const backup = join(world.directory, 'backup');
  await world.command('backup', backup);
  const id = await startJob(world, token);
  await follow(world, token, id, ({ pendingInteraction }) => pendingInteraction);
  const file = sqliteFile(world.databaseUrl);
  for (const end of ['', '-wal', '-shm']) renameSync(`${file}${end}`, `${file}.away${end}`);
  copyFileSync(backup, file);

  await readyz(world, 503, /was replaced while SpiderPig had it open/);
  const { errors } = await world.graphql(token, start);
  expect(errors[0]?.message).toContain('was replaced');
  // Nobody can answer now, so scap is interrupted, and its supervisor ends.
  const isSupervisor = ({ command }: { command: string }) =>
    /supervisor\.js \S|supervisor\.js$/.test(command.trim());
  const unrecorded = () => readdirSync(world.directory).filter((name) => name.startsWith('unrecorded-job-'));
  const text = () => unrecorded().map((name) => readFileSync(join(world.directory, name), 'utf8'))[0] ?? '';
  while (!text().includes('(exit)')) await new Promise((resolve) => setTimeout(resolve, 100));
  expect(text()).toMatch(/^1 .*\(question\) The test program is ready/m);
  expect(text()).toMatch(/\(stop\) scap asks, but nobody can answer/);
  expect(text()).toMatch(/\(exit\) /);
  // It exits after its last line. The other one is the stand-by.
  await expect.poll(() => world.leftOver().filter(isSupervisor).length).toBeLessThanOrEqual(1);

  await world.kill(world.server, 'SIGTERM');
  await world.kill(world.jobrunner, 'SIGTERM');
  await world.replaceDatabase(async () => {});
  await world.startServer();
  await world.startJobrunner();
  const hold = await currentHold(world.database.em());
  expect(hold?.reason).toMatch(/scap of job 1 runs on .* without a record/);
  await readyz(world, 200, /^ready/);
});

it('B9 a standby that lagged is promoted: it is read-only before, then deployments are held and the log has a notice', async () => {
  const primary = await startPostgreSql();
  try {
    await using proxy = await openProxy(primary.url);
    // Ends after the world, which drops its database there.
    await using standbys = new AsyncDisposableStack();
    await using world = await openWorld({
      dialect: 'postgresql',
      postgresqlUrl: proxy.urlOf(primary.url),
      scap: program('question/counts-and-asks', 20, 400),
    });
    const token = await world.token();
    const id = await startJob(world, token);
    const asked = await follow(world, token, id, ({ pendingInteraction }) => pendingInteraction);
    const standby = standbys.use(await startStandby(primary.url));
    await standby.catchUp();
    await standby.detach();
    // The standby receives none of this.
    await world.run(token, answer, { id: asked.pendingInteraction?.id });
    const next = await startJob(world, token);
    const count = () => countLines(world.database, Number(id));
    const atAnswer = await count();
    while ((await count()) < atAnswer + 20) await new Promise((resolve) => setTimeout(resolve, 100));

    proxy.redirect(standby.url);
    await readyz(world, 503, /read-only/);
    const refused = await world.graphql(token, start);
    expect(refused.errors[0]?.message).toContain('read-only');
    await standby.promote();
    await readyz(world, 200, /^ready/);
    await follow(world, token, id, ({ state }) => state === 'SUCCEEDED');
    const hold = await currentHold(world.database.em());
    expect(hold?.reason).toMatch(/a standby that lagged behind was promoted/);
    const log: { number: number; kind: string; text: string }[] = [];
    const query = 'subscription ($id: ID!) { jobLog(jobId: $id) { lines { number kind text } } }';
    for await (const { jobLog } of world.subscribe<{ jobLog: { lines: typeof log } }>(token, query, { id }))
      log.push(...jobLog.lines);
    expect(log.findIndex(({ number }, index) => number !== index + 1)).toBe(-1);
    const notices = log.filter(({ kind, text }) => kind === 'NOTICE' && text !== '').map(({ text }) => text);
    expect(notices.join('\n')).toMatch(/Lines \d+ to \d+ are gone/);
    expect(notices.join('\n')).toMatch(/Deployer answered .* it is no longer on record/);
    const { data } = await world.graphql(token, 'query ($id: ID!) { job(id: $id) { state } }', { id: next });
    expect(data).toEqual({ job: null });
  } finally {
    await primary.stop();
  }
}, 180_000);
