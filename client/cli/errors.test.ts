// Tests `spiderpig errors` against a real server with a simulated error log.
import { execFile } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { startErrorLog } from '../../jobrunner/simulator/error-log/error-log.ts';
import { compileCacheDirectory, entryUnderTest } from '../../tests/support/package/build.ts';
import { openServer, type TestServer } from '../../tests/support/test-server.ts';
import { shownOf } from './errors.ts';

const message = {
  text: '[{reqId}] {exception_url}   TypeError: \u001b[31mred\u001b[0m',
  perMinute: 60,
  target: 'production',
  versions: ['1.47.0-wmf.16'],
  wikis: ['enwiki'],
} as const;

async function openErrorWorld() {
  const log = await startErrorLog({ messages: [message] });
  onTestFinished(async () => await log[Symbol.asyncDispose]());
  const world = await openServer({
    errorLogTiming: { interval: 100 },
    configuration: {
      errorLog: {
        url: log.url,
        credentialsFile: null,
        index: 'logstash-*',
        query: 'type:mediawiki',
        canaries: 'kubernetes.labels.release:canary',
        testservers: 'kubernetes.labels.deployment:mw-debug',
        dashboardUrl: null,
        watchTime: 0,
      },
    },
  });
  onTestFinished(async () => await world[Symbol.asyncDispose]());
  return { log, world };
}

const errors = async (world: TestServer, scope: 'read' | 'deploy', ...args: readonly string[]) => {
  const token = await world.token(scope);
  return await new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
    const env = {
      ...process.env,
      NODE_COMPILE_CACHE: compileCacheDirectory,
      SPIDERPIG_URL: world.url,
      SPIDERPIG_TOKEN: token,
    };
    const main = entryUnderTest('spiderpig');
    const child = execFile(process.execPath, [main, 'errors', ...args], { env }, (_error, stdout, stderr) =>
      resolve({ status: child.exitCode ?? -1, stdout, stderr }),
    );
  });
};

test('spiderpig errors prints errors with their messages, without the control characters in them', async () => {
  const { world } = await openErrorWorld();
  const text = await errors(world, 'deploy', '--minutes', '5');
  expect(text.stdout).toMatch(
    /^\d+ errors in [56] min \(0 on testservers, 0 on canaries, \d+ on production\)/,
  );
  expect(text.stdout).toMatch(/\n\d+\s+1\.47\.0-wmf\.16\s+TypeError: .*red/);
  expect(text.stdout).not.toContain('\u001b');
  const json = JSON.parse((await errors(world, 'read', '--json')).stdout);
  expect(json).toMatchObject({
    type: 'errors',
    errorLog: { source: { problem: null }, range: { messages: [{ text: null }] } },
  });
});

test.each([
  ['all are shown', {}, 6, 6, null],
  ['--first leaves some out', { first: 2 }, 2, 6, '2 of 6 messages shown; use --first'],
  ['a filter leaves some out', { onlyNew: true }, 0, 6, '0 of 6 messages match'],
  ['both do', { first: 2, text: 'query' }, 2, 6, '2 of 6 messages shown; use --first'],
])('spiderpig errors says how many messages are not shown: %s', (_, request, shown, all, words) => {
  const defaults = { first: 20, text: null, version: null, onlyNew: false };
  expect(shownOf({ ...defaults, ...request }, shown, all)).toBe(words);
});

test('spiderpig errors says that the error log cannot be searched, instead of no errors', async () => {
  const { log, world } = await openErrorWorld();
  log.failure = 503;
  const result = await errors(world, 'deploy');
  expect(result).toMatchObject({ status: 1, stdout: '' });
  expect(result.stderr).toContain('The error log cannot be searched: it answered with status 503.');
});

test('spiderpig errors says that no error log is configured', async () => {
  await using world = await openServer();
  expect(await errors(world, 'deploy')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('No error log is configured on this server.'),
  });
});
