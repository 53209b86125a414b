// Tests what happens at the caps on what is open at the same time: event streams of all and of one, sockets. Over real connections.
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openServer, type TestServer } from '../../tests/support/test-server.ts';
import { Shares } from './connection-limit.ts';

const query = 'subscription { systemUpdates { version } }';
let world: TestServer;
/** Keeps the open streams reachable: fetch closes a stream whose response was collected as garbage. */
const opened = new Set<Response>();
afterEach(async () => {
  opened.clear();
  await world?.[Symbol.asyncDispose]();
});

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
    opened.add(response);
    const refused = response.status !== 200;
    return {
      status: response.status,
      text: refused ? await response.text() : '',
      retry: response.headers.get('retry-after'),
      leave: () => leaving.abort(),
    };
  }
  const refusal = { status: 503, text: expect.stringContaining('"TOO_MANY_STREAMS"'), retry: '5' };

  test('W3 the server limits the event streams of one user across all credentials, independently of other users', async () => {
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

  test('W3 the server limits the event streams of the server, even for simultaneous requests', async () => {
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
  const connect = (): WebSocket => {
    const socket = new WebSocket(`${world.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    socket.on('error', () => {});
    return socket;
  };
  /** Opens one that never says who it is. */
  async function silent(): Promise<WebSocket> {
    const socket = connect();
    await once(socket, 'open');
    return socket;
  }
  /** Opens one with a token; the close code if it is refused. */
  async function authenticated(token: string): Promise<WebSocket | number> {
    const socket = await silent();
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
    const closed = once(socket, 'close').then(([code]) => Number(code));
    return await Promise.race([once(socket, 'message').then(() => socket), closed]);
  }

  test('W3 silent WebSockets close the oldest of them, and keep no authenticated client out', async () => {
    world = await openServer({ connectionLimits: { newSockets: 4 } });
    const token = await world.token('read');
    const first = await authenticated(token);
    const silentOnes: WebSocket[] = [];
    for (let count = 0; count < 4; count++) silentOnes.push(await silent());
    const oldestClosed = once(silentOnes[0] ?? connect(), 'close');
    expect(await authenticated(token)).toBeInstanceOf(WebSocket);
    await oldestClosed;
    expect(first instanceof WebSocket && first.readyState).toBe(WebSocket.OPEN);
    expect(silentOnes.slice(1).map(({ readyState }) => readyState)).toEqual([1, 1, 1]);
  });

  test('W3 the server limits the WebSockets of one user across all tokens, independently of other users', async () => {
    world = await openServer({ connectionLimits: { socketsPerUser: 2 } });
    const [one, other] = [await world.token('read', 'ada'), await world.token('read', 'ada')];
    const open = [await authenticated(one), await authenticated(other)];
    expect(open.every((each) => each instanceof WebSocket)).toBe(true);
    expect(await authenticated(one)).toBe(1013);
    expect(await authenticated(await world.token('read', 'grace'))).toBeInstanceOf(WebSocket);
    for (const each of open) if (each instanceof WebSocket) each.close();
    let again = await authenticated(one);
    while (again === 1013) again = await authenticated(one);
    expect(again).toBeInstanceOf(WebSocket);
  });

  test('W3 the server limits the open operations of one user over all WebSockets', async () => {
    world = await openServer({ connectionLimits: { operationsPerUser: 3 } });
    const token = await world.token('read', 'ada');
    const messages: string[] = [];
    const sockets = [await authenticated(token), await authenticated(token)];
    for (const [index, socket] of sockets.entries()) {
      if (!(socket instanceof WebSocket)) throw new Error('the WebSocket was refused');
      socket.on('message', (data) => messages.push(`${index} ${data}`));
      for (const id of ['a', 'b']) socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query } }));
    }
    await expect.poll(() => messages.filter((text) => text.includes('"TOO_MANY_OPERATIONS"')).length).toBe(1);
    const [first, second] = sockets;
    // The place of a cancelled operation is free again.
    if (first instanceof WebSocket) first.send(JSON.stringify({ id: 'a', type: 'complete' }));
    await expect
      .poll(() => {
        if (second instanceof WebSocket)
          second.send(
            JSON.stringify({
              id: `c${messages.length}`,
              type: 'subscribe',
              payload: { query: '{ viewer { role } }' },
            }),
          );
        return messages.some((text) => text.includes('"VIEWER"'));
      })
      .toBe(true);
  });
});

test('a share is never more than what is still free', () => {
  const shares = new Shares<string>({ total: 10, perOwner: 8 });
  const taken = (owner: string): number => {
    let count = 0;
    while (shares.take(owner)) count++;
    return count;
  };
  expect(taken('greedy')).toBe(5);
  expect(taken('another')).toBe(3);
  expect(taken('late')).toBe(1);
  expect(shares.open).toBe(9);
  const last = shares.take('last');
  expect(shares.take('none')).toBeNull();
  last?.[Symbol.dispose]();
  last?.[Symbol.dispose]();
  expect(shares.open).toBe(9);
});
