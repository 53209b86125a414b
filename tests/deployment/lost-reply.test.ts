// Tests that a lost reply has no second effect: the client package and the terminal client through a proxy that loses replies of a real server.
import { execFile } from 'node:child_process';
import { createServer, request as sendRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '../../client/sdk/client.ts';
import { entryUnderTest } from '../support/package/build.ts';
import { openWorld, type World } from '../support/world.ts';

/** A proxy in front of a server. Before a reply to an operation whose name is in `lose` is passed on, its connection is dropped, once. */
async function openLosingProxy(serverUrl: string) {
  const lose = new Set<string>();
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const { pathname } = new URL(request.url ?? '/', serverUrl);
    const headers = { ...request.headers, host: new URL(serverUrl).host };
    const upstream = sendRequest(
      new URL(pathname, serverUrl),
      { method: request.method, headers },
      (reply) => {
        void text(reply).then((answer) => {
          const lost = [...lose].find((operation) => body.includes(operation));
          if (lost === undefined) {
            response.writeHead(reply.statusCode ?? 502, { 'content-type': 'application/json' }).end(answer);
            return;
          }
          lose.delete(lost);
          request.socket.destroy();
        });
      },
    );
    upstream.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the proxy has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    lose,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

let world: World;
let token = '';
beforeAll(async () => {
  world = await openWorld();
  token = await world.token('deploy', 'ada');
});
afterAll(() => world[Symbol.asyncDispose]());

/** How many entries of the audit log have this action. */
async function recorded(action: string): Promise<number> {
  const rows = await world.database.execute('select id from audit_entry where action = ?', [action]);
  return rows.length;
}

it('the client package deploys, answers and stops once when each reply is lost', async () => {
  await using proxy = await openLosingProxy(world.url);
  await using client = createClient({ url: proxy.url, token, clientName: 'test', retryDelay: 10 });
  await using direct = createClient({ url: world.url, token, clientName: 'test' });

  proxy.lose.add('ToolStartBackport');
  const started = await client.startBackport({ changes: ['1102340'] });
  if (started.__typename !== 'StartBackportSuccess') throw new Error(started.message);
  const { id: jobId } = started.job;
  expect((await direct.jobs()).totalCount).toBe(1);
  expect((await direct.jobs({ order: 'ENDED' })).totalCount).toBe(0);

  const nextQuestion = async (after: string | null) => {
    for await (const { pendingInteraction } of direct.watchJob(jobId))
      if (pendingInteraction !== null && pendingInteraction.id !== after) return pendingInteraction.id;
    throw new Error('the job ended without a question');
  };
  const interactionId = await nextQuestion(null);
  proxy.lose.add('ToolAnswerInteraction');
  const answered = await client.answerInteraction({ interactionId, answer: 'y' });
  expect(answered.__typename).toBe('AnswerInteractionSuccess');
  await nextQuestion(interactionId);
  proxy.lose.add('ToolStopJob');
  const stopped = await client.stopJob({ jobId });
  expect(stopped.__typename).toBe('StopJobSuccess');

  expect(await recorded('start')).toBe(1);
  expect(await recorded('answer')).toBe(1);
  expect(await recorded('stop')).toBe(1);
  expect(proxy.lose.size).toBe(0);
});

it('spiderpig start starts one job when the reply is lost', async () => {
  await using proxy = await openLosingProxy(world.url);
  const before = await recorded('start');
  proxy.lose.add('ToolStartBackport');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [entryUnderTest('spiderpig'), 'start', '--no-watch', '--json', '1102340'],
    { env: { HOME: world.directory, SPIDERPIG_URL: proxy.url, SPIDERPIG_TOKEN: token } },
  );
  expect(JSON.parse(stdout)).toMatchObject({ type: 'started', job: { state: expect.any(String) } });
  expect(await recorded('start')).toBe(before + 1);

  // A job that waits for an answer would outlive the test.
  await using direct = createClient({ url: world.url, token, clientName: 'test' });
  const jobId = JSON.parse(stdout).job.id;
  await direct.stopJob({ jobId });
  for await (const { ended } of direct.watchJob(jobId)) if (ended) break;
});
