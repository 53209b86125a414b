import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Job } from '../../schema/model/job/job.ts';
import { cleanUp } from '../../schema/model/job/removal.ts';
import { dialects } from '../../tests/support/database.ts';
import { openServerOn } from '../../tests/support/server.ts';
import { all, append, runningJob, succeed, type TestServer } from '../../tests/support/test-server.ts';

describe.each(dialects)('on %s', (dialect) => {
  let world: TestServer;
  beforeAll(async () => {
    world = await openServerOn(dialect, {
      configuration: { retention: { days: 400, jobs: 0 } },
    });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  /** A job that ended long ago, with that log. */
  async function oldJob(texts: readonly string[]): Promise<number> {
    const id = await runningJob(world.db);
    // A chunk for each thousand lines, as a recorder writes them.
    for (let after = 0; after < texts.length; after += 1_000) {
      await append(world.db, id, after, texts.slice(after, after + 1_000));
    }
    await succeed(world.db, id);
    // Set afterwards, because a job does not end before it has started.
    await world.db.write([], (em) => em.nativeUpdate(Job, { id }, { finishedAt: 1 }));
    return id;
  }
  /** Withdraws old jobs, and is broken off before it deletes anything; or continues to the end. */
  async function removeOld(how: 'begun' | 'done'): Promise<void> {
    const over = new AbortController();
    const onRemoval = (): void => {
      if (how === 'begun') over.abort();
    };
    await cleanUp(world.db, { retention: { days: 1, jobs: 0 }, onRemoval }, over.signal);
  }

  test.each(['begun', 'done'] as const)('a job whose removal has %s is treated as unknown', async (how) => {
    const id = await oldJob(['one', 'two']);
    const token = await world.token('deploy');
    await removeOld(how);
    expect(await world.db.em().count(Job, { id })).toBe(how === 'begun' ? 1 : 0);

    for (const name of ['stopJob', 'retryJob']) {
      const { data } = await world.ask(
        token,
        `mutation ($id: ID!) { ${name}(input: { jobId: $id }) { __typename ... on JobNotFound { message } } }`,
        { id },
      );
      expect(data).toEqual({ [name]: { __typename: 'JobNotFound', message: `There is no job ${id}.` } });
    }
    const read = await world.ask(
      token,
      'query ($id: ID!) { job(id: $id) { id } jobs { nodes { id } totalCount } }',
      { id },
    );
    expect(read.data).toEqual({ job: null, jobs: { nodes: [], totalCount: 0 } });
    for (const query of [
      `subscription { jobLog(jobId: ${id}, after: 2) { cursor } }`,
      `subscription { jobLog(jobId: ${id}) { cursor } }`,
      `subscription { jobUpdates(id: ${id}) { state } }`,
    ]) {
      const [event] = await all(world.socket(token).iterate({ query }));
      expect(event?.errors).toMatchObject([
        { message: `There is no job ${id}.`, extensions: { code: 'NOT_FOUND' } },
      ]);
    }
    const headers = { authorization: `Bearer ${token}` };
    const download = await fetch(`${world.url}/jobs/${id}/log.txt`, { headers });
    expect([download.status, await download.text()]).toEqual([404, 'This job does not exist.\n']);
    expect(await (await fetch(`${world.url}/metrics`)).text()).toContain(
      'spiderpig_jobs{state="succeeded"} 0',
    );
    await removeOld('done');
  });

  test('a subscriber to a log that is being removed gets no gap and no `complete`, and the stream ends', async () => {
    const texts = Array.from({ length: 60_000 }, (_, n) => `line ${n + 1}`);
    const id = await oldJob(texts);
    const stream = world.server.sources.logs.follow(id, 0);
    const first = await stream.next();
    await removeOld('done');
    const rest = await all(stream);
    const lines = [first.value, ...rest].flatMap((batch) => batch?.lines ?? []);
    expect(lines.map(({ text }) => text)).toEqual(texts.slice(0, lines.length));
    expect(lines.length).toBeLessThan(texts.length);
    expect(rest.some(({ complete }) => complete)).toBe(false);
  });

  test('the server resets the connection of a download when its job is removed', async () => {
    // More than what fits into the sockets between them.
    const id = await oldJob(Array.from({ length: 30_000 }, () => 'x'.repeat(1_000)));
    const headers = { authorization: `Bearer ${await world.token('read')}` };
    const response = await fetch(`${world.url}/jobs/${id}/log.txt`, { headers });
    await removeOld('done');
    await expect(response.text()).rejects.toThrow('terminated');
  });

  test('system reports the retention and the last clean-up, and systemUpdates sends changes', async () => {
    const token = await world.token('read');
    const fields = 'retention { days jobs lastCleanUp { startedAt finishedAt jobs lines bytes } }';
    const updates = world.socket(token).iterate({ query: `subscription { systemUpdates { ${fields} } }` });
    await updates.next();
    await oldJob(['one', 'two']);
    await removeOld('done');
    const { data } = await world.ask(token, `{ system { ${fields} } }`);
    expect(data.system.retention).toMatchObject({ days: 400, jobs: null });
    expect(data.system.retention.lastCleanUp).toMatchObject({ jobs: 1, lines: 2, bytes: 12 });
    for await (const update of updates) {
      if (JSON.stringify(update.data?.['systemUpdates']) === JSON.stringify(data.system)) break;
    }
  });
});
