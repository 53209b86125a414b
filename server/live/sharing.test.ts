// Tests what subscribers share of what is executed and written, and what they must not.
import { type DocumentNode, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endJob } from '../../schema/model/job/ending.ts';
import { appendLines } from '../../schema/model/log/log.ts';
import {
  append,
  line,
  openServer,
  queuedJob,
  runningJob,
  succeed,
  type TestServer,
  until,
} from '../../tests/support/test-server.ts';
import { batchInterval } from '../log/publisher.ts';
import { sharingKey } from './sharing.ts';

function key(document: DocumentNode, variables: Record<string, unknown>, role = 'viewer'): string | null {
  const operation = document.definitions.find(
    (each): each is OperationDefinitionNode => each.kind === Kind.OPERATION_DEFINITION,
  );
  if (operation?.operation !== 'subscription') throw new Error('no subscription');
  return sharingKey(
    { document, operation: { ...operation, operation: operation.operation }, rawVariableValues: variables },
    role,
  );
}

describe('the sharing key of a subscription', () => {
  const log = parse(
    'subscription ($id: ID!, $after: Int) { jobLog(jobId: $id, after: $after) { cursor lines { number } } }',
  );

  test('subscriptions with different cursors share results', () => {
    expect(key(log, { id: 1, after: 0 })).toBe(key(log, { id: '1', after: 500 }));
  });

  test('subscriptions with another role, selection, name or alias share nothing', () => {
    const mine = key(log, { id: 1 });
    expect(mine).not.toBe(null);
    expect(key(log, { id: 1 }, 'deployer')).not.toBe(mine);
    for (const other of [
      'subscription ($id: ID!, $after: Int) { jobLog(jobId: $id, after: $after) { cursor } }',
      'subscription ($id: ID!, $after: Int) { other: jobLog(jobId: $id, after: $after) { cursor lines { number } } }',
      'subscription Named($id: ID!, $after: Int) { jobLog(jobId: $id, after: $after) { cursor lines { number } } }',
    ]) {
      expect(key(parse(other), { id: 1 })).not.toBe(mine);
    }
  });

  test('the sharing key contains variables that the selection uses', () => {
    const choosy = parse(
      'subscription ($id: ID!, $text: Boolean!) { jobLog(jobId: $id) { lines { number text @include(if: $text) } } }',
    );
    expect(key(choosy, { id: 1, text: true })).not.toBe(key(choosy, { id: 1, text: false }));
    const double = parse(
      'subscription ($id: ID!, $after: Int) { jobLog(jobId: $id, after: $after) { cursor @x(y: $after) } }',
    );
    expect(key(double, { id: 1, after: 1 })).not.toBe(key(double, { id: 1, after: 2 }));
  });

  test('a subscription that depends on more than its events shares nothing', () => {
    expect(key(parse('subscription { jobLogSearch(jobId: 1) { count } }'), {})).toBe(null);
    expect(
      key(parse('subscription { ...F } fragment F on Subscription { jobLog(jobId: 1) { cursor } }'), {}),
    ).toBe(null);
  });
});

test('a single subscriber gets lines immediately, and many get them within 100 ms', () => {
  expect([0, 1, 9, 50, 200, 500, 2_000, 100_000].map(batchInterval)).toEqual([0, 0, 0, 5, 20, 50, 100, 100]);
});

describe('thirty subscribers to one log', () => {
  let world: TestServer;
  beforeAll(async () => {
    world = await openServer();
  });
  afterAll(() => world[Symbol.asyncDispose]());

  test('thirty subscribers get every line once in their own selection, without sensitive text', async () => {
    const id = await runningJob(world.db);
    await append(world.db, id, 0, ['before', 'they came']);
    const documents = [
      'subscription ($id: ID!, $after: Int) { jobLog(jobId: $id, after: $after) { lines { number text } complete } }',
      'subscription ($id: ID!, $after: Int) { mine: jobLog(jobId: $id, after: $after) { lines { n: number text sensitive } complete } }',
    ];
    const tokens = [await world.token('read'), await world.token('deploy', 'grace')];
    const seen = Array.from({ length: 30 }, (_, index) => {
      const lines: Record<string, unknown>[] = [];
      const events = world
        .socket(tokens[index % 3 === 0 ? 1 : 0] ?? '')
        .iterate({ query: documents[index % 2] ?? '', variables: { id, after: index % 4 === 0 ? 1 : 0 } });
      const done = (async () => {
        for await (const { data, errors } of events) {
          if (errors) throw errors[0];
          // The documents above say that it is one.
          const batch = Object.values(data ?? {})[0] as { lines: Record<string, unknown>[] };
          lines.push(...batch.lines);
        }
      })();
      return { lines, done };
    });
    await until(() => world.server.sources.logs.open.followers === 30);
    expect(world.server.sources.logs.open.readers).toBe(1);
    let last = 2;
    // So long that it is sent in parts, and at the same time to several subscribers.
    const long = Array.from({ length: 40 }, (_, n) => `${n} ${'é“😀'.repeat(40)}`);
    await append(world.db, id, last, long);
    last += long.length;
    for (let more = 0; more < 20; more++) {
      await append(world.db, id, last, [`“${more}”`, '\u2028 \\ " ","payload":1}']);
      last += 2;
      if (more % 5 === 0) await until(() => seen.every(({ lines }) => lines.length > 0));
    }
    await appendLines(world.db, id, ++last, [line('secret', { sensitive: true })]);
    await succeed(world.db, id);
    await Promise.all(seen.map(({ done }) => done));
    for (const [index, { lines }] of seen.entries()) {
      const name = index % 2 === 0 ? 'number' : 'n';
      const from = index % 4 === 0 ? 2 : 1;
      expect(lines.map((each) => each[name])).toEqual(
        Array.from({ length: last - from + 1 }, (_, offset) => from + offset),
      );
      expect(lines.at(-1)).toEqual(
        name === 'n' ? { n: last, text: null, sensitive: true } : { number: last, text: null },
      );
      expect(lines.slice(3 - from, 3 - from + long.length).map(({ text }) => text)).toEqual(long);
      expect(lines.at(-2)?.['text']).toBe('\u2028 \\ " ","payload":1}');
    }
  });

  test('an operation id that looks like a payload placeholder does not corrupt messages', async () => {
    const id = await runningJob(world.db);
    const { WebSocket } = await import('ws');
    const token = await world.token('read');
    const socket = new WebSocket(`${world.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const said: { id?: string; type: string; payload?: unknown }[] = [];
    const name = '","type":"next","payload":1}';
    socket.on('open', () =>
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })),
    );
    socket.on('message', (data) => {
      const message = JSON.parse(String(data));
      said.push(message);
      if (message.type !== 'connection_ack') return;
      const query = 'subscription ($id: ID!) { jobLog(jobId: $id) { lines { text } cursor } }';
      socket.send(JSON.stringify({ id: name, type: 'subscribe', payload: { query, variables: { id } } }));
    });
    await until(() => world.server.sources.logs.open.followers === 1);
    await append(world.db, id, 0, ['one']);
    await until(() => said.length === 2);
    expect(said[1]).toEqual({
      id: name,
      type: 'next',
      payload: { data: { jobLog: { lines: [{ text: 'one' }], cursor: 1 } } },
    });
    socket.close();
    await endJob(world.db, id, { state: 'failed', reason: 'x', exit: { status: 1, signal: null } });
  });
});

test('a change of a long queue is resolved once for all subscribers, with its first twenty jobs and the number of all', async () => {
  await using world = await openServer();
  const token = await world.token('read');
  for (let n = 0; n < 25; n++) await queuedJob(world.db);
  const { logs, system } = world.server.sources;
  let resolved = 0;
  const count = logs.count.bind(logs);
  logs.count = (id) => {
    resolved++;
    return count(id);
  };
  const query = 'subscription { systemUpdates { queuedCount queuedJobs { id logLineCount } } }';
  const seen = Array.from({ length: 15 }, () => {
    const counts: number[] = [];
    const events = world.socket(token).iterate<{
      systemUpdates: { queuedCount: number; queuedJobs: readonly { id: string }[] };
    }>({ query });
    const done = (async () => {
      for await (const { data } of events) {
        expect(data?.systemUpdates.queuedJobs).toHaveLength(20);
        if (counts.push(data?.systemUpdates.queuedCount ?? 0) === 2) return;
      }
    })();
    return { counts, done };
  });
  await until(() => system.followers === 15 && seen.every(({ counts }) => counts.length === 1));
  resolved = 0;
  await queuedJob(world.db);
  await Promise.all(seen.map(({ done }) => done));
  expect(seen.map(({ counts }) => counts)).toEqual(seen.map(() => [25, 26]));
  expect(resolved).toBe(20);
});
