// Tests the times of jobs over HTTP: stages, time left and expected start.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { endJob } from '../../schema/model/job/ending.ts';
import { recordStage } from '../../schema/model/job/stage.ts';
import { openServer, queuedJob, runningJob, type TestServer } from '../../tests/support/test-server.ts';

let world: TestServer;
let token: string;
beforeAll(async () => {
  world = await openServer();
  token = await world.token('read');
});
afterAll(() => world[Symbol.asyncDispose]());

const fields = `stages { name startedAt finishedAt waited usual { median p90 count } }
  usualTime { count } timeLeft { median p90 at late lateAt count } expectedStartAt`;

const jobOf = async (id: number) => (await world.ask(token, `{ job(id: ${id}) { ${fields} } }`)).data.job;

test('a job has no time left while fewer than five comparable jobs are known, and then has one', async () => {
  const early = await runningJob(world.db);
  expect(await jobOf(early)).toMatchObject({
    stages: [{ name: 'CHECK', usual: null }],
    timeLeft: null,
    usualTime: null,
  });
  await endJob(world.db, early, { state: 'succeeded', reason: 'x', exit: { status: 0, signal: null } });
  for (let count = 0; count < 4; count++) {
    const id = await runningJob(world.db);
    await recordStage(world.db, id, 'production', Date.now());
    await endJob(world.db, id, { state: 'succeeded', reason: 'x', exit: { status: 0, signal: null } });
  }
  // What was read before is used for half a minute: a job of another kind was not read.
  await world.db.execute("update job set kind = 'revert'", []);
  const running = await runningJob(world.db);
  await world.db.execute("update job set kind = 'revert'", []);
  const queued = await queuedJob(world.db);
  expect(await jobOf(running)).toMatchObject({
    usualTime: { count: 5 },
    timeLeft: { count: 5, late: expect.any(Boolean), lateAt: expect.any(String) },
    expectedStartAt: null,
  });
  const start: string = (await jobOf(queued)).expectedStartAt;
  expect(Date.parse(start)).toBeGreaterThan(Date.now() - 60_000);
});
