// A database that loses the job of a running scap: nothing that scap prints is lost, nobody starts it again, and people are notified. Real processes and databases.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimJob } from '../../schema/model/job/claim.ts';
import { currentHold } from '../../schema/model/job/hold.ts';
import { answerInteraction, pendingInteraction } from '../../schema/model/job/interaction.ts';
import { Job } from '../../schema/model/job/job.ts';
import { countLines } from '../../schema/model/log/log.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { packageRoot } from '../../schema/process/files.ts';
import type { Tracing } from '../../schema/process/span.ts';
import { dialects, openTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { superviseJob } from '../../tests/support/supervise.ts';

let data = '';
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'spiderpig-record-'));
});
afterEach(() => rmSync(data, { recursive: true }));

/** Starts a supervisor in this process. `ended` resolves when it has ended. */
async function start(
  { database, enqueue }: TestDatabase,
  scap: readonly string[],
  tracing: Tracing | null = null,
) {
  const { id } = await enqueue();
  await claimJob(database, 'test', ['default']);
  const ended = superviseJob({ database, jobId: id, scap, directory: data, data, tracing });
  return { id, ended };
}

/** A tracing that notes why each span failed, by its name. */
const tracingInto = (errors: Map<string, string | null | undefined>): Tracing => ({
  begin: (name) => ({ traceparent: '', end: (options) => errors.set(name, options?.error) }),
  [Symbol.asyncDispose]: async () => {},
});

/** Resolves when a condition holds, and looks after each ring. */
async function until(database: Database, holds: () => Promise<boolean>): Promise<void> {
  using ring = database.doorbell.listen('jobs', 'log');
  while (!(await holds())) await ring.nextRing(AbortSignal.timeout(500));
}

const removeJob = async (database: Database, id: number): Promise<void> => {
  await database.execute('delete from job where id = ?', [id]);
  database.doorbell.ring(['orders']);
};

/** The file that the supervisor has left, and its text. */
function unrecorded(): { readonly mode: number; readonly text: string } {
  const [name = ''] = readdirSync(data).filter((each) => each.startsWith('unrecorded-job-'));
  const file = join(data, name);
  return { mode: statSync(file).mode & 0o777, text: readFileSync(file, 'utf8') };
}

const asks = [process.execPath, join(packageRoot, 'tests/programs/question/asks-then-ends.ts')];

describe.each(dialects)('on %s', (dialect) => {
  it('scap continues when its job is gone: its lines go to a file, and deployments are held', async () => {
    await using world = await openTestDatabase(dialect);
    const { database } = world;
    const flag = join(data, 'flag');
    const script = `echo one; while [ ! -e ${flag} ]; do sleep 0.05; done; echo two; echo three; exit 3`;
    const errors = new Map<string, string | null | undefined>();
    const { id, ended } = await start(world, ['bash', '-c', script], tracingInto(errors));
    await until(database, async () => (await countLines(database, id)) >= 1);
    await removeJob(database, id);
    writeFileSync(flag, '');
    await ended;
    const { mode, text } = unrecorded();
    expect(mode).toBe(0o600);
    expect(text).toMatch(/^2 \S+ (\(notice\) .*\n3 \S+ )?two$/m);
    expect(text).toMatch(/ three$/m);
    expect(text).toMatch(/\(exit\) .*exit status 3/);
    expect(errors.get('job backport')).toBe('the job failed');
    const hold = await currentHold(database.em());
    expect(hold?.reason).toMatch(new RegExp(`^scap of job ${id} runs on .* without a record`));
    expect(hold?.reason).toContain('unrecorded-job-');
  });

  it('scap is interrupted when it asks and its job is gone, because nobody can answer', async () => {
    await using world = await openTestDatabase(dialect);
    const { database } = world;
    const { id, ended } = await start(world, asks);
    await until(database, async () => (await pendingInteraction(database.em(), id)) !== null);
    await removeJob(database, id);
    await ended;
    expect(unrecorded().text).toMatch(/\(stop\) scap asks, but nobody can answer .* SIGINT was sent to it/);
  });

  it('a supervisor records itself, scap and its question again when the database has lost them', async () => {
    await using world = await openTestDatabase(dialect);
    const { database } = world;
    const { id, ended } = await start(world, asks);
    const question = async () => await pendingInteraction(database.em(), id);
    await until(database, async () => (await question()) !== null);
    await database.execute('delete from interaction where job_id = ?', [id]);
    await database.execute(
      "update job set state = 'starting', supervisor = null, child = null, started_at = null where id = ?",
      [id],
    );
    database.doorbell.ring(['orders']);
    await until(database, async () => (await question()) !== null);
    expect(await database.em().findOneOrFail(Job, { id })).toMatchObject({
      state: 'waiting',
      supervisor: { pid: process.pid },
      child: { pid: expect.any(Number) },
    });
    const { id: interactionId } = (await question()) ?? { id: 0 };
    await answerInteraction(database, { interactionId, answer: 'y', user: world.bob });
    await ended;
    expect(await database.em().findOneOrFail(Job, { id })).toMatchObject({ state: 'succeeded' });
    expect(await currentHold(database.em())).toBeNull();
    expect(readdirSync(data).filter((name) => name.startsWith('unrecorded'))).toEqual([]);
  });
});
