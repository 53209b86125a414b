// Tests event streams that are asked to end soon, as a client behind a proxy asks for them.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endJob } from '../../schema/model/job/ending.ts';
import {
  append,
  openServer,
  runningJob,
  succeed,
  type TestServer,
  until,
} from '../../tests/support/test-server.ts';
import { collectEvents, maxWait, waitOf } from './waiting.ts';

describe('Prefer: wait=N', () => {
  test.each([
    ['wait=10', 10],
    ['respond-async, wait=0', 0],
    ['wait = "7"; foo=bar', 7],
    ['WAIT=5', 5],
    ['wait=3600', maxWait],
    [['handling=lenient', 'wait=2'], 2],
  ])('%j is %i seconds', (prefer, seconds) => expect(waitOf(prefer)).toBe(seconds));

  test.each([undefined, '', 'wait', 'wait=', 'wait=-1', 'wait=1.5', 'wait=ten', 'await=3', 'wait=1e9'])(
    '%j says nothing of it',
    (prefer) => expect(waitOf(prefer)).toBe(null),
  );
});

describe('collectEvents', () => {
  const never = new AbortController().signal;

  test('collecting events ends when the stream completes or fails', async () => {
    const two = async function* () {
      yield 1;
      yield 2;
    };
    expect(await collectEvents(two(), String, { seconds: 60, signal: never })).toBe(
      ':\n\nevent: next\ndata: 1\n\nevent: next\ndata: 2\n\nevent: complete\ndata:\n\n',
    );
    const broken = async function* () {
      yield 1;
      throw new Error('broken');
    };
    await expect(collectEvents(broken(), String, { seconds: 60, signal: never })).rejects.toThrow('broken');
  });

  test('collecting events ends despite a continuous stream, and cancels it', async () => {
    let left = false;
    const endless = async function* () {
      try {
        for (;;) yield 'x'.repeat(100_000);
      } finally {
        left = true;
      }
    };
    const text = await collectEvents(endless(), String, { seconds: 60, signal: never });
    expect(text.length).toBeGreaterThan(2_000_000);
    expect(text.length).toBeLessThan(2_300_000);
    expect(text).not.toContain('complete');
    expect(left).toBe(true);
  });
});

describe('an event stream with Prefer: wait', () => {
  let world: TestServer;
  let token: string;
  beforeAll(async () => {
    world = await openServer();
    token = await world.token('read');
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const query =
    'subscription ($id: ID!, $after: Int) { jobLog(jobId: $id, after: $after) { lines { number } cursor complete } }';
  const ask = (seconds: number | string, id: number | string, after: number, signal?: AbortSignal) =>
    fetch(`${world.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${token}`,
        prefer: `wait=${seconds}`,
      },
      body: JSON.stringify({ query, variables: { id, after } }),
      ...(signal ? { signal } : {}),
    });
  const logs = () => world.server.sources.logs.open;

  test('a waiting event stream returns the available lines with Content-Length, and completes only with the log', async () => {
    const id = await runningJob(world.db);
    await append(world.db, id, 0, ['one', 'two']);
    const first = await ask(60, id, 0);
    expect(first.headers.get('content-type')).toBe('text/event-stream');
    expect(first.headers.get('preference-applied')).toBe('wait=60');
    const text = await first.text();
    expect(first.headers.get('content-length')).toBe(String(Buffer.byteLength(text)));
    expect(text).toContain('"cursor":2');
    expect(text).not.toContain('event: complete');
    await until(() => logs().readers === 0);

    // It waits for what comes.
    const next = ask(60, id, 2);
    await until(() => logs().followers === 1);
    await append(world.db, id, 2, ['three']);
    expect(await (await next).text()).toContain('"cursor":3');

    // And not longer than requested.
    expect(await (await ask(0, id, 3)).text()).toBe(':\n\n');
    expect(await (await ask(1, id, 3)).text()).toBe(':\n\n');

    await succeed(world.db, id);
    const last = await (await ask(60, id, 2)).text();
    expect(last).toContain('"complete":true');
    expect(last).toMatch(/event: complete\ndata:\n\n$/);
    await until(() => logs().readers === 0);
  });

  test('a waiting event stream returns an error for an invalid cursor or unknown job', async () => {
    const id = await runningJob(world.db);
    await append(world.db, id, 0, ['one']);
    for (const [job, after, code] of [
      [id, -1, 'BAD_USER_INPUT'],
      [id, 2, 'BAD_USER_INPUT'],
      [id, 2_147_483_647, 'BAD_USER_INPUT'],
      [999_999, 0, 'NOT_FOUND'],
      ['x', 0, 'NOT_FOUND'],
    ] as const) {
      const text = await (await ask(60, job, after)).text();
      expect(text).toContain(code);
      expect(text).not.toContain('"lines"');
    }
    expect(logs()).toEqual({ readers: 0, followers: 0 });
    await endJob(world.db, id, { state: 'failed', reason: 'x', exit: { status: 1, signal: null } });
  });

  test('a waiting event stream ends when its client disconnects or the server closes', async () => {
    const id = await runningJob(world.db);
    const leaving = new AbortController();
    const left = ask(60, id, 0, leaving.signal);
    await until(() => logs().followers === 1);
    leaving.abort();
    await expect(left).rejects.toThrow();
    await until(() => logs().readers === 0);

    const waits = ask(60, id, 0);
    await until(() => logs().followers === 1);
    const answered = waits.then((response) => response.text());
    await world.server.close();
    expect(await answered).toBe(':\n\n');
  });
});
