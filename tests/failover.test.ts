// A database that is replaced under running processes. Real processes.
import { copyFileSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { currentHold } from '../schema/model/job/hold.ts';
import { sqliteFile } from '../schema/model/store/database.ts';
import { openWorld, program, type World } from './support/world.ts';

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

it('B6 a SQLite file that is replaced under running processes stops them, and the output of the job is kept', async () => {
  await using world = await openWorld({ scap: program('asks-then-ends') });
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
  // Nobody can answer any more, so scap is interrupted, and its supervisor ends.
  const isSupervisor = ({ command }: { command: string }) =>
    /supervisor\.js \S|supervisor\.js$/.test(command.trim());
  const unrecorded = () => readdirSync(world.directory).filter((name) => name.startsWith('unrecorded-job-'));
  const text = () => unrecorded().map((name) => readFileSync(join(world.directory, name), 'utf8'))[0] ?? '';
  while (!text().includes('(exit)')) await new Promise((resolve) => setTimeout(resolve, 100));
  expect(text()).toMatch(/^1 .*\(question\) The test program is ready/m);
  expect(text()).toMatch(/\(stop\) scap asks, but nobody can answer/);
  expect(text()).toMatch(/\(exit\) /);
  expect(world.leftOver().filter(isSupervisor).length).toBeLessThanOrEqual(1); // the stand-by

  await world.kill(world.server, 'SIGTERM');
  await world.kill(world.jobrunner, 'SIGTERM');
  await world.replaceDatabase(async () => {});
  await world.startServer();
  await world.startJobrunner();
  const hold = await currentHold(world.database.em());
  expect(hold?.reason).toMatch(/scap of job 1 runs on .* without a record/);
  await readyz(world, 200, /^ready/);
});
