// The terminal client in a pseudo-terminal (`script` of util-linux), against a server with one scripted job.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { openApiStandIn } from '../../tests/support/api-stand-in.ts';
import { compileCacheDirectory, entryUnderTest } from '../../tests/support/package/build.ts';

const program = entryUnderTest('spiderpig');

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

/** Runs the client in a pseudo-terminal. `type` sends keys; `shows` waits for output. */
function terminal(
  server: { readonly url: string; readonly token: string },
  args: string,
  environment: Record<string, string> = {},
) {
  const child = spawn('script', ['-qefc', `'${process.execPath}' '${program}' ${args}`, '/dev/null'], {
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: compileCacheDirectory,
      TERM: 'xterm',
      // With colours, even if the tests were started without.
      NO_COLOR: '',
      SPIDERPIG_URL: server.url,
      SPIDERPIG_TOKEN: server.token,
      ...environment,
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  running.add(child);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    output += piece;
  });
  return {
    type: (keys: string) => child.stdin.write(keys),
    shows: (text: string | RegExp) => expect.poll(() => output).toMatch(text),
    ended: once(child, 'close').then(([status]) => ({ status, output })),
  };
}

const question = {
  id: '12',
  kind: 'CHOICES',
  prompt: 'Continue with deployment?',
  choices: [
    { label: 'Yes', code: 'y' },
    { label: 'No', code: 'n' },
  ],
} as const;

test('watch shows progress in the last line and asks the question in the terminal', async () => {
  await using server = await openApiStandIn();
  server.print('\x1b[32mgreen\x1b[0m');
  server.report('Sync k8s production', { finished: 30, total: 120 });
  const watch = terminal(server, 'watch 7');
  await watch.shows('\x1b[32mgreen');
  await watch.shows(/job 7 running · [\d:]+ · Sync k8s production · sync-apaches 30\/120 \(25 %\)/);
  server.ask(question);
  await watch.shows(/Continue with deployment\?[\s\S]*To answer: type y or n, and press Enter[\s\S]*> /);
  watch.type('maybe\r');
  await watch.shows('This answer was not offered.');
  watch.type('\r');
  watch.type('y\r');
  await expect.poll(() => server.answers).toEqual([{ interactionId: '12', answer: 'y' }]);
  server.end('SUCCEEDED', 'exit status 0');
  const { status, output } = await watch.ended;
  expect(status).toBe(0);
  expect(output).toContain('Job 7 succeeded: exit status 0\r\n');
});

test('watch ends its prompt and says who answered when the question was answered elsewhere', async () => {
  await using server = await openApiStandIn();
  server.ask(question);
  const watch = terminal(server, 'watch 7');
  await watch.shows('> ');
  server.answer('y', 'bob');
  // The mark of our own row is inverse.
  await watch.shows('\x1b[7m-\x1b[0m bob answered “Yes” (y)');
  // What is typed now answers nothing.
  watch.type('n\r');
  server.end('SUCCEEDED', 'exit status 0');
  const { status, output } = await watch.ended;
  expect(status).toBe(0);
  expect(server.answers).toEqual([]);
  expect(output.trimEnd()).toMatch(/Job 7 succeeded: exit status 0$/);
});

test('watch says that another user was first when both answer', async () => {
  await using server = await openApiStandIn();
  server.ask(question);
  const watch = terminal(server, 'watch 7');
  await watch.shows('> ');
  server.answer('y', 'bob', { announce: false });
  watch.type('n\r');
  await watch.shows('bob was first.');
  server.end('SUCCEEDED', 'exit status 0');
  expect((await watch.ended).status).toBe(0);
  expect(server.answers).toEqual([]);
});

test('Ctrl-C at the prompt ends watching with status 130, and the job continues', async () => {
  await using server = await openApiStandIn();
  server.ask(question);
  const watch = terminal(server, 'watch 7');
  await watch.shows('> ');
  watch.type('\x03');
  const { status, output } = await watch.ended;
  expect(status).toBe(130);
  expect(output).toContain('no longer watching; the job continues');
});

test('NO_COLOR prints the log without colours, and --color always overrides it', async () => {
  await using server = await openApiStandIn();
  server.print('\x1b[32mgreen\x1b[0m');
  server.end('SUCCEEDED', '');
  const plain = await terminal(server, 'log 7', { NO_COLOR: '1' }).ended;
  expect(plain.output).toBe('green\r\n');
  const coloured = await terminal(server, 'log 7 --color always', { NO_COLOR: '1' }).ended;
  expect(coloured.output).toContain('\x1b[32mgreen');
});
