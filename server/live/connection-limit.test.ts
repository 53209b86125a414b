// Tests what happens at the caps on what is open at once: event streams of all and of one, sockets. Over real connections.
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openServer, type TestServer } from '../../tests/support/test-server.ts';

const query = 'subscription { systemUpdates { version } }';
let world: TestServer;
afterEach(() => world[Symbol.asyncDispose]());

describe('event streams', () => {
  /** Opens one; how to leave it, or the status and what was said where it is refused. */
  async function stream(
    token: string,
  ): Promise<{ status: number; text: string; retry: string | null; leave(): void }> {
    const leaving = new AbortController();
    const response = await fetch(`${world.url}/graphql`, {
      method: 'POST',
      signal: leaving.signal,
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${token}`,
      },
      body: JSON.stringify({ query }),
    });
    const refused = response.status !== 200;
    return {
      status: response.status,
      text: refused ? await response.text() : '',
      retry: response.headers.get('retry-after'),
      leave: () => leaving.abort(),
    };
  }
  const refusal = { status: 503, text: 'Too many event streams are open.\n', retry: '5' };

  test('limits the event streams of one user across all credentials, independently of other users', async () => {
    world = await openServer({ connectionLimits: { streamsPerUser: 3 } });
    const [one, other] = [await world.token('read', 'ada'), await world.token('read', 'ada')];
    const open = [await stream(one), await stream(other), await stream(one)];
    expect(open.map(({ status }) => status)).toEqual([200, 200, 200]);
    for (const token of [one, other]) expect(await stream(token)).toMatchObject(refusal);
    expect((await stream(await world.token('read', 'grace'))).status).toBe(200);
    // Who is refused can ask for everything else.
    expect(await world.ask(one, '{ viewer { user { name } } }')).toMatchObject({ data: { viewer: {} } });
    open[0]?.leave();
    let again = await stream(one);
    while (again.status === 503) again = await stream(one);
    expect(again.status).toBe(200);
    expect(await stream(other)).toMatchObject(refusal);
  });

  test('limits the event streams of the server, even for simultaneous requests', async () => {
    world = await openServer({ connectionLimits: { streams: 5 } });
    const tokens = await Promise.all(
      Array.from({ length: 12 }, (_, person) => world.token('read', `person ${person}`)),
    );
    const answers = await Promise.all([...tokens, ...tokens, ...tokens].map(stream));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 503)).toHaveLength(31);
    // Those that were refused have taken no place: when all leave, all places are free.
    for (const { leave } of answers) leave();
    let free = 0;
    while (free < 5) free += (await stream(tokens[free] ?? '')).status === 200 ? 1 : 0;
    expect(await stream(tokens[11] ?? '')).toMatchObject(refusal);
  });
});

describe('WebSockets', () => {
  /** Opens one that never says who it is; null where it is refused with 503. */
  async function socket(): Promise<WebSocket | null> {
    const opened = new WebSocket(`${world.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const answer = once(opened, 'unexpected-response').then(([, response]) => Number(response.statusCode));
    const status = await Promise.race([once(opened, 'open').then(() => 101), answer]);
    if (status === 101) return opened;
    expect(status).toBe(503);
    opened.on('error', () => {});
    opened.terminate();
    return null;
  }

  test('limits the WebSockets of the server, including unauthenticated ones, until some close', async () => {
    world = await openServer({ connectionLimits: { sockets: 4 } });
    const answers = await Promise.all(Array.from({ length: 20 }, socket));
    const open = answers.filter((each) => each !== null);
    expect(open).toHaveLength(4);
    expect(await socket()).toBeNull();
    // It is only sockets that are refused.
    expect((await fetch(`${world.url}/healthz`)).status).toBe(200);
    open[0]?.close();
    let again = await socket();
    while (again === null) again = await socket();
    expect(await socket()).toBeNull();
    for (const each of [...open, again]) each.terminate();
    const metrics = async () => (await fetch(`${world.url}/metrics`)).text();
    await expect.poll(metrics).toContain('spiderpig_sockets 0\n');
  });
});
