// The client over real HTTP and WebSocket connections that break.
import { describe, expect, test } from 'vitest';
import { openApiStandIn } from '../../tests/support/api-stand-in.ts';
import { createClient } from './client.ts';
import { fromGraphQLErrors } from './error.ts';

const tool = (server: { readonly url: string; readonly token: string }, token = server.token) =>
  createClient({ url: server.url, token, clientName: 'test', retryDelay: 1 });

describe('a request', () => {
  test('the client package returns typed data', async () => {
    await using server = await openApiStandIn();
    await using client = tool(server);
    expect(await client.viewer()).toEqual({
      user: { id: '1', name: 'amina' },
      role: 'DEPLOYER',
      canDeploy: true,
    });
    expect(await client.job('7')).toMatchObject({ state: 'RUNNING', title: 'Backport 1102340' });
    expect(await client.job('8')).toBeNull();
    server.print('one', 'two', 'three');
    expect((await client.log('7', { after: 1, first: 1 }))?.lines.map((line) => line.text)).toEqual(['two']);
  });

  test('the client package reads all questions of a job, page by page', async () => {
    await using server = await openApiStandIn();
    await using client = tool(server);
    expect(await client.interactions('7')).toEqual([]);
    server.haveAsked(250);
    const ids = (await client.interactions('7'))?.map(({ id }) => Number(id));
    expect(ids).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
    expect(await client.interactions('8')).toBeNull();
  });

  test('the client package distinguishes a refused token from an unreachable server', async () => {
    const server = await openApiStandIn();
    await using stranger = tool(server, 'wrong');
    await expect(stranger.viewer()).rejects.toMatchObject({
      kind: 'unauthenticated',
      message: 'Who are you?',
    });
    await using client = tool(server);
    await server[Symbol.asyncDispose]();
    await expect(client.viewer()).rejects.toMatchObject({ kind: 'unreachable' });
  });

  test('the client package classifies database errors as worth a retry', () => {
    const refused = fromGraphQLErrors([{ message: 'Full.', extensions: { code: 'DATABASE_FULL' } }]);
    expect(refused).toMatchObject({ kind: 'database', message: 'Full.' });
  });

  test('the client package keeps the code, the extensions and whether anything was recorded', () => {
    const extensions = { code: 'DATABASE_BUSY', recorded: null, id: 'x1' };
    expect(fromGraphQLErrors([{ message: 'Busy.', extensions }])).toMatchObject({
      code: 'DATABASE_BUSY',
      recorded: null,
      extensions: { id: 'x1' },
    });
    const invalid = fromGraphQLErrors([{ message: 'No.', extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(invalid).toMatchObject({ kind: 'invalid', code: 'BAD_USER_INPUT', recorded: undefined });
    expect(fromGraphQLErrors([{ message: 'No.' }])).toMatchObject({ kind: 'failed', code: null });
  });

  test('an aborted request rejects with the abort reason', async () => {
    await using server = await openApiStandIn();
    await using client = tool(server);
    await expect(client.viewer(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });

  test('the client package refuses an invalid URL', () => {
    expect(() => tool({ url: 'ftp://example.org', token: '' })).toThrow(TypeError);
  });
});

describe('following a log', () => {
  test.each(['cut', 'restart'] as const)(
    'followLog resumes at its cursor after a %s, without gaps or duplicates',
    async (how) => {
      await using server = await openApiStandIn();
      await using client = tool(server);
      server.print('1', '2', '3');
      const seen: number[] = [];
      for await (const batch of client.followLog('7')) {
        seen.push(...batch.lines.map((line) => line.number));
        // The connection breaks twice, and lines are written in between.
        if (seen.length === 3 || seen.length === 5) {
          server[how]();
          server.print('next', 'and next');
        } else if (!batch.complete) server.end('SUCCEEDED', 'exit status 0');
      }
      expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
      expect(server.cursors).toEqual([0, 3, 5]);
    },
  );

  test('followLog begins after the given line', async () => {
    await using server = await openApiStandIn();
    await using client = tool(server);
    server.print('1', '2', '3');
    server.end('SUCCEEDED', '');
    const seen: (string | null)[] = [];
    for await (const batch of client.followLog('7', 2)) seen.push(...batch.lines.map((line) => line.text));
    expect(seen).toEqual(['3']);
  });

  test('followLog ends when its signal is aborted', async () => {
    await using server = await openApiStandIn();
    await using client = tool(server);
    const stop = new AbortController();
    server.print('1');
    const following = (async () => {
      for await (const _ of client.followLog('7', 0, stop.signal)) stop.abort(new Error('enough'));
    })();
    await expect(following).rejects.toThrow('enough');
  });

  test('followLog does not retry with a wrong token', async () => {
    await using server = await openApiStandIn();
    await using client = tool(server, 'wrong');
    await expect(client.followLog('7').next()).rejects.toMatchObject({ kind: 'unauthenticated' });
  });
});

describe('watching a job', () => {
  test('watchJob yields the job now and after each change, until it has ended', async () => {
    await using server = await openApiStandIn();
    const connections: string[] = [];
    await using client = createClient({
      url: server.url,
      token: server.token,
      clientName: 'test',
      retryDelay: 1,
      onConnection: (state) => connections.push(state),
    });
    const states: string[] = [];
    for await (const job of client.watchJob('7')) {
      states.push(job.state);
      if (states.length === 1) server.cut();
      if (states.length === 2) server.end('FAILED', 'exit status 1');
    }
    expect(states).toEqual(['RUNNING', 'RUNNING', 'FAILED']);
    expect(connections).toEqual(['lost', 'live']);
  });
});
