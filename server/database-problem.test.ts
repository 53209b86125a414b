// Tests what clients get over each transport when the database becomes unavailable.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { makeDatabase } from '../tests/support/database.ts';
import { type CuttingProxy, openProxy } from '../tests/support/postgresql/proxy.ts';
import { sharedPostgreSqlUrl } from '../tests/support/postgresql/shared-postgresql.ts';
import { openServer, runningJob, type TestServer } from '../tests/support/test-server.ts';

let drop: () => Promise<void>;
let proxy: CuttingProxy;
let world: TestServer;
beforeAll(async () => {
  const made = await makeDatabase('postgresql', '');
  drop = made.drop;
  proxy = await openProxy(await sharedPostgreSqlUrl());
  world = await openServer({ databaseUrl: proxy.urlOf(made.url) });
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await drop();
});

const words = 'The database does not respond.';
const problem = {
  message: expect.stringContaining(words),
  extensions: { code: 'DATABASE_UNAVAILABLE', recorded: false },
};

describe('an unavailable database', () => {
  test('the server reports an unavailable database with an error code, and keeps connections open', async () => {
    await runningJob(world.db);
    const token = await world.token('deploy');
    const client = world.socket(token);
    const follow = (query: string) => client.iterate({ query });
    const health = follow('subscription { systemUpdates { database { state since message } } }');
    const whole = follow('subscription { systemUpdates { activeJobs { owner { name } } } }');
    expect((await health.next()).value).toEqual({
      data: { systemUpdates: { database: { state: 'OK', since: null, message: null } } },
    });
    await whole.next();
    await proxy[Symbol.asyncDispose]();

    expect((await health.next()).value).toEqual({
      data: {
        systemUpdates: {
          database: {
            state: 'UNAVAILABLE',
            since: expect.any(String),
            message: expect.stringContaining(words),
          },
        },
      },
    });
    expect((await whole.next()).value).toMatchObject({ errors: [problem] });
    await expect(follow('{ viewer { role } }').next()).rejects.toMatchObject([problem]);
    expect((await world.ask(token, '{ viewer { role } }')).errors).toEqual([problem]);

    const late = new WebSocket(`${world.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const closed = new Promise<number>((resolve) => late.on('close', resolve));
    late.on('open', () =>
      late.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })),
    );
    expect(await closed).toBe(1013);

    const signIn = await fetch(`${world.url}/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code: 'x' }),
    });
    expect(signIn.status).toBe(503);
    expect(await signIn.json()).toMatchObject({ message: `${words} Nothing was recorded. Try again.` });
    const ready = await fetch(`${world.url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.text()).toContain(words);
    const metrics = await (await fetch(`${world.url}/metrics`)).text();
    expect(metrics).toMatch(/^spiderpig_database\{state="unavailable"\} 1$/m);
    expect(metrics).toMatch(/^spiderpig_database\{state="ok"\} 0$/m);
    expect(metrics).not.toMatch(/^spiderpig_jobs/m);
  });
});
