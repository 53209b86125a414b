// The terminal client as a real process, against a server whose connections break.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempDisposableSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { openApiStandIn } from '../../tests/support/api-stand-in.ts';
import { compileCacheDirectory, entryUnderTest } from '../../tests/support/package/build.ts';

const program = entryUnderTest('spiderpig');

/** Starts the client; `onOutput` is called for each piece of output, with all output so far. */
function startSpiderpig(
  server: { readonly url: string; readonly token: string },
  args: readonly string[],
  onOutput: (output: string, child: { kill(signal: 'SIGINT'): boolean }) => void = () => {},
) {
  const child = spawn(process.execPath, [program, ...args], {
    env: {
      HOME: '/nonexistent',
      NODE_COMPILE_CACHE: compileCacheDirectory,
      SPIDERPIG_URL: server.url,
      SPIDERPIG_TOKEN: server.token,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    output += piece;
    onOutput(output, child);
  });
  const ended = Promise.all([once(child, 'close'), text(child.stderr)]).then(([[status], stderr]) => ({
    status,
    output,
    stderr,
  }));
  return { child, ended };
}

/** Runs the client to its end. */
const spiderpig = (...args: Parameters<typeof startSpiderpig>) => startSpiderpig(...args).ended;

describe('spiderpig start', () => {
  test('start follows the log over a broken connection and exits as the job does', async () => {
    await using server = await openApiStandIn();
    server.print('\x1b[32mfirst\x1b[0m\x1b[2J', null);
    let cut = false;
    const { status, output, stderr } = await spiderpig(server, ['start', '--revert', '1102340'], (so) => {
      if (so.includes('(a hidden line)') && !cut) {
        cut = true;
        server.cut();
        server.print('after the cut');
      } else if (so.includes('after the cut')) server.end('SUCCEEDED', 'exit status 0');
    });
    expect(output).toBe(
      `Job 7: ${server.url}/jobs/7\nfirst\n(a hidden line)\nafter the cut\nJob 7 succeeded: exit status 0\n`,
    );
    expect(stderr).toBe('spiderpig: connection lost, reconnecting…\nspiderpig: reconnected\n');
    expect(status).toBe(0);
    expect(server.started).toMatchObject([{ changes: ['1102340'], revert: true }]);
  });

  test('start follows the log through a Unix socket, over a broken connection', async () => {
    using directory = mkdtempDisposableSync(join(tmpdir(), 'spiderpig-socket-'));
    await using server = await openApiStandIn(join(directory.path, 'web.sock'));
    server.print('first');
    let cut = false;
    const { status, output, stderr } = await spiderpig(server, ['start', '1102340'], (so) => {
      if (so.includes('first') && !cut) {
        cut = true;
        server.cut();
        server.print('after the cut');
      } else if (so.includes('after the cut')) server.end('SUCCEEDED', 'exit status 0');
    });
    expect(output).toBe('Job 7\nfirst\nafter the cut\nJob 7 succeeded: exit status 0\n');
    expect(stderr).toBe('spiderpig: connection lost, reconnecting…\nspiderpig: reconnected\n');
    expect(status).toBe(0);
  });

  test('a Unix socket that nobody listens on is named, with exit status 3', async () => {
    const place = { url: 'unix:/nonexistent/web.sock', token: 'x' };
    const { status, stderr } = await spiderpig(place, ['jobs']);
    expect([status, stderr]).toEqual([3, 'spiderpig: unix:/nonexistent/web.sock cannot be reached\n']);
    const opened = await spiderpig(place, ['open', '7']);
    expect([opened.status, opened.stderr]).toEqual([2, expect.stringContaining('ssh -L')]);
    for (const url of ['unix:web.sock', 'unix:', 'unix:/a b', 'unix:/a:b', 'ftp://x'])
      expect((await spiderpig({ url, token: 'x' }, ['jobs'])).status).toBe(2);
  });

  test('the error for a server without TLS says that it uses none', async () => {
    await using server = await openApiStandIn();
    const url = server.url.replace('http:', 'https:');
    const { stderr } = await spiderpig({ url, token: 'x' }, ['jobs']);
    expect(stderr).toBe(`spiderpig: ${url} cannot be reached: it does not use TLS\n`);
  });

  test('start names the wrong change and exits with status 1', async () => {
    await using server = await openApiStandIn();
    const { status, output, stderr } = await spiderpig(server, ['start', '1102340', 'x']);
    expect({ status, output }).toEqual({ status: 1, output: '' });
    expect(stderr).toBe('spiderpig: “x” is not a change number.\n');
    expect((await spiderpig(server, ['start', 'x', 'y'])).stderr).toBe(
      'spiderpig: Some changes cannot be deployed.\n  x: “x” is not a change number.\n  y: “y” is not a change number.\n',
    );
  });
});

test('spiderpig start prints who holds deployments, until when and why, and exits with status 1', async () => {
  await using server = await openApiStandIn();
  const message =
    'Deployments are held by ada since 2026-11-20 12:03 UTC, until 2026-11-20 13:00 UTC: “switchover\u202e”';
  server.hold(message);
  const { status, output, stderr } = await spiderpig(server, ['start', '1102340']);
  expect({ status, output }).toEqual({ status: 1, output: '' });
  const shown = message.replace('\u202e', '‹U+202E›');
  expect(stderr).toBe(`spiderpig: ${shown} (try again when the hold has ended; an admin can release it)\n`);
});

describe('spiderpig watch', () => {
  test('watch warns once that recording is behind, and continues after a database failure', async () => {
    await using server = await openApiStandIn();
    server.fallBehind();
    server.print('first');
    let failed = false;
    const { status, stderr } = await spiderpig(server, ['watch', '7'], (so) => {
      if (so.includes('first') && !failed) {
        failed = true;
        server.fail(2);
        server.print('last');
      } else if (so.includes('last')) server.end('SUCCEEDED', 'exit status 0');
    });
    expect(status).toBe(0);
    expect(stderr).toContain('connection lost');
    expect(stderr.match(/recording is behind since 2026-11-20T12:03:04.567Z/g)).toHaveLength(1);
  });

  test('watch prints a question with the command to answer it, and exits with status 1 when the job failed', async () => {
    await using server = await openApiStandIn();
    server.ask({
      id: '12',
      kind: 'CHOICES',
      prompt: 'Synced.\n\nContinue?',
      choices: [{ label: 'Yes, \x1b[31mcontinue', code: 'y' }],
    });
    const { status, output } = await spiderpig(server, ['watch', '7'], (so) => {
      if (so.includes('To answer')) server.end('FAILED', 'exit status 1');
    });
    expect(output).toContain(
      '? Synced.\n? \n? [y] Yes, continue\n? Continue?:\n? To answer: spiderpig answer 7 CODE\n',
    );
    expect(output).toContain('Job 7 failed: exit status 1\n');
    expect(status).toBe(1);
  });

  test('watch says that a job was declined, and exits with status 1 although it succeeded', async () => {
    await using server = await openApiStandIn();
    server.print('here');
    const { status, output } = await spiderpig(server, ['watch', '7'], (so) => {
      if (so.endsWith('here\n')) server.end('SUCCEEDED', 'nothing was deployed', 'DECLINED');
    });
    expect(output).toContain('Job 7 declined: nothing was deployed\n');
    expect(status).toBe(1);
  });

  test('watch says after SIGINT that the job continues', async () => {
    await using server = await openApiStandIn();
    server.print('here');
    const { status, stderr } = await spiderpig(server, ['watch', '7'], (_, child) => child.kill('SIGINT'));
    expect(status).toBe(130);
    expect(stderr).toContain('the job continues');
  });
});

describe('the other commands', () => {
  test('answer sends the answer, and prints why it was too late', async () => {
    await using server = await openApiStandIn();
    server.ask({ id: '12', kind: 'CHOICES', prompt: 'Go on?', choices: [{ label: 'Yes', code: 'y' }] });
    expect(await spiderpig(server, ['answer', '12', 'y'])).toEqual({
      status: 0,
      output: 'Answered "y"\n',
      stderr: '',
    });
    expect(server.answers).toEqual([{ interactionId: '12', answer: 'y' }]);
    expect(await spiderpig(server, ['answer', '12', 'n'])).toMatchObject({
      status: 1,
      stderr: 'spiderpig: amina was first.\n',
    });
    expect(await spiderpig(server, ['answer', '7', 'n'])).toMatchObject({
      status: 1,
      stderr:
        'spiderpig: Job 7 does not wait for an answer; its last question was answered “Yes” (y) by amina at null\n',
    });
  });

  test('log prints all lines, jobs a table, stop the requested mode', async () => {
    await using server = await openApiStandIn();
    const lines = Array.from({ length: 1234 }, (_, index) => `line ${index + 1}`);
    server.print(...lines);
    const log = await spiderpig(server, ['log', '7']);
    expect(log).toEqual({ status: 0, output: `${lines.join('\n')}\n`, stderr: '' });
    const jobs = await spiderpig(server, ['jobs']);
    expect(jobs.output).toMatch(/^JOB {2}STATE {4}QUEUED \(UTC\) +OWNER {2}TITLE\n7 {4}running /);
    expect(await spiderpig(server, ['stop', '7'])).toMatchObject({ status: 0 });
    expect(await spiderpig(server, ['stop', '8'])).toMatchObject({
      status: 1,
      stderr: 'spiderpig: There is no job 8. `spiderpig jobs --text CHANGE` lists the jobs of a change.\n',
    });
  });

  test('answer takes the number of the job that waits, and refuses a number that could be a job or a question', async () => {
    await using server = await openApiStandIn();
    server.ask({ id: '7', kind: 'CHOICES', prompt: 'Go on?', choices: [{ label: 'Yes', code: 'y' }] });
    expect(await spiderpig(server, ['answer', '7', 'y'])).toMatchObject({ status: 0 });
    server.ask({ id: '13', kind: 'CHOICES', prompt: 'Go on?', choices: [{ label: 'Yes', code: 'y' }] });
    expect(await spiderpig(server, ['answer', '7', 'y'])).toMatchObject({ status: 0 });
    expect(server.answers).toEqual([
      { interactionId: '7', answer: 'y' },
      { interactionId: '13', answer: 'y' },
    ]);
  });

  test('wrong usage has exit status 2, an unreachable server 3, a refused or missing token 4', async () => {
    const server = await openApiStandIn();
    expect(await spiderpig(server, ['dance'])).toEqual({
      status: 2,
      output: '',
      stderr: 'spiderpig: Unknown command "dance"; see spiderpig help\n',
    });
    const refused = await spiderpig({ url: server.url, token: 'wrong' }, ['jobs']);
    expect(refused).toEqual({ status: 4, output: '', stderr: 'spiderpig: Who are you?\n' });
    const without = await spiderpig({ url: server.url, token: '' }, ['jobs']);
    expect(without).toMatchObject({
      status: 4,
      stderr: expect.stringContaining('You are not signed in'),
    });
    await server[Symbol.asyncDispose]();
    const gone = await spiderpig(server, ['start', '1']);
    expect(gone).toEqual({ status: 3, output: '', stderr: `spiderpig: ${server.url} cannot be reached\n` });
  });

  test('log begins after a line, with the last lines or since a time, and says how many lines there are beyond the end', async () => {
    await using server = await openApiStandIn();
    server.print('one', 'two', 'three');
    expect((await spiderpig(server, ['log', '7', '--tail', '2'])).output).toBe('two\nthree\n');
    expect((await spiderpig(server, ['log', '7', '--after', '2'])).output).toBe('three\n');
    expect((await spiderpig(server, ['log', '7', '--after', '3'])).output).toBe('');
    expect((await spiderpig(server, ['log', '7', '--since', '2026-11-20T12:03:04Z'])).output).toMatch(/^one/);
    expect((await spiderpig(server, ['log', '7', '--since', '2026-11-20T12:03:05Z'])).output).toBe('');
    expect(await spiderpig(server, ['log', '7', '--after', '4'])).toEqual({
      status: 2,
      output: '',
      stderr: 'spiderpig: job 7 has 3 lines so far: use --after 3 or less\n',
    });
  });
});

/** The objects that a command printed, one a line. */
const objects = (output: string): unknown[] =>
  output
    .split('\n')
    .slice(0, -1)
    .map((line): unknown => JSON.parse(line));

describe('with --json', () => {
  test('watch --json prints lines, questions and the end as one object per line', async () => {
    await using server = await openApiStandIn();
    server.print('one');
    server.ask({ id: '12', kind: 'CHOICES', prompt: 'Go on?', choices: [{ label: 'Yes', code: 'y' }] });
    let ended = false;
    const { status, output } = await spiderpig(server, ['watch', '7', '--json'], (so) => {
      if (ended || !so.includes('"question"') || !so.includes('"line"')) return;
      ended = true;
      server.end('FAILED', 'exit status 1');
    });
    expect(status).toBe(1);
    const printed = objects(output);
    expect(printed).toContainEqual(
      expect.objectContaining({ type: 'line', job: '7', number: 1, text: 'one' }),
    );
    expect(printed).toContainEqual(
      expect.objectContaining({ type: 'question', job: '7', command: 'spiderpig answer 7 CODE' }),
    );
    expect(printed.at(-1)).toMatchObject({ type: 'end', job: { id: '7', state: 'FAILED' } });
  });

  test.each([
    [['jobs'], { type: 'job', job: { id: '7' } }],
    [['queue'], { type: 'job', job: { id: '7' }, queue: null }],
    [['whoami'], { type: 'viewer', user: { name: 'amina' }, role: 'DEPLOYER' }],
    [['stop', '7'], { type: 'stop', mode: 'INTERRUPT', job: { id: '7' } }],
    [['start', '1', '--no-watch'], { type: 'started', job: { id: '7' } }],
    [['answer', '7', 'y'], { type: 'error', kind: 'refused' }],
    [['log', '8'], { type: 'error', kind: 'refused', job: '8' }],
    [['stop', '8'], { type: 'error', kind: 'refused', refusal: 'JobNotFound', code: 'JOB_NOT_FOUND' }],
    [['start', 'x'], { type: 'error', code: 'INVALID_CHANGES' }],
  ])('%j --json prints an object', async (args, object) => {
    await using server = await openApiStandIn();
    const { output } = await spiderpig(server, [...args, '--json']);
    expect(objects(output)).toMatchObject([object]);
  });
});

describe('spiderpig sign-in', () => {
  /** Runs a command whose home is this directory, with the input. */
  async function atHome(home: string, url: string, args: readonly string[], input = '') {
    const child = spawn(process.execPath, [program, ...args], {
      env: { HOME: home, NODE_COMPILE_CACHE: compileCacheDirectory, SPIDERPIG_URL: url },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.end(input);
    const [[status], output, stderr] = await Promise.all([
      once(child, 'close'),
      text(child.stdout),
      text(child.stderr),
    ]);
    return { status, output, stderr };
  }

  test('sign-in stores a token that only its user can read, and sign-out forgets it', async () => {
    await using server = await openApiStandIn();
    using home = mkdtempDisposableSync(join(tmpdir(), 'spiderpig-home-'));
    const file = join(home.path, '.config/spiderpig/tokens.json');
    const signedIn = await atHome(home.path, server.url, ['sign-in'], `${server.token}\n`);
    expect(signedIn).toMatchObject({
      status: 0,
      output: expect.stringContaining('as amina, who may deploy'),
    });
    expect(signedIn.output + signedIn.stderr).not.toContain(server.token);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
    expect(await atHome(home.path, `${server.url}/`, ['whoami'])).toMatchObject({ status: 0 });

    chmodSync(file, 0o644);
    const open = await atHome(home.path, server.url, ['whoami']);
    expect(open).toMatchObject({ status: 4, stderr: expect.stringContaining('can be read by other users') });
    chmodSync(file, 0o600);

    expect(await atHome(home.path, server.url, ['sign-out'])).toMatchObject({ status: 0 });
    expect(server.revoked).toBe(true);
    expect(await atHome(home.path, server.url, ['whoami'])).toMatchObject({ status: 4 });
  });

  test('sign-in stores nothing that the server refuses', async () => {
    await using server = await openApiStandIn();
    using home = mkdtempDisposableSync(join(tmpdir(), 'spiderpig-home-'));
    const refused = await atHome(home.path, server.url, ['sign-in'], 'wrong\n');
    expect(refused).toMatchObject({ status: 4, stderr: 'spiderpig: Who are you?\n' });
    expect(await atHome(home.path, server.url, ['sign-in'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('`spiderpig sign-in --browser` shows a code'),
    });
    expect(existsSync(join(home.path, '.config'))).toBe(false);
  });
});

describe('a lost reply', () => {
  test('start sends the same key again when the reply was lost, and reports the job', async () => {
    await using server = await openApiStandIn();
    server.loseReplies(2);
    const { status, output } = await spiderpig(server, ['start', '1102340', '--no-watch']);
    expect({ status, output }).toEqual({ status: 0, output: `Job 7: ${server.url}/jobs/7\n` });
    expect(server.started).toHaveLength(3);
    expect(new Set(server.started.map((input) => Reflect.get(input, 'idempotencyKey'))).size).toBe(1);
  });

  test('answer succeeds when its lost answer was accepted, and stop does not stop twice', async () => {
    await using server = await openApiStandIn();
    server.ask({ id: '12', kind: 'CHOICES', prompt: 'Go on?', choices: [{ label: 'Yes', code: 'y' }] });
    server.loseReplies(1);
    expect(await spiderpig(server, ['answer', '--question', '12', 'y'])).toMatchObject({ status: 0 });
    expect(server.answers).toHaveLength(1);
    server.loseReplies(1);
    expect(await spiderpig(server, ['stop', '7'])).toMatchObject({ status: 0 });
    expect(server.stops).toBe(1);
  });

  test('Ctrl-C while starting does not claim that a job continues, and names the key', async () => {
    await using server = await openApiStandIn();
    server.loseReplies(1000);
    const running = startSpiderpig(server, ['start', '--key', 'intent-1', '1102340']);
    await expect.poll(() => server.started.length).toBeGreaterThan(0);
    running.child.kill('SIGINT');
    const { status, stderr } = await running.ended;
    expect(status).toBe(130);
    expect(stderr).toContain('it is not known whether a job was queued');
    expect(stderr).toContain('--key intent-1');
    expect(stderr).not.toContain('continues');
  });
});

test('start says which place in the queue the job has and what is before it', async () => {
  await using server = await openApiStandIn();
  server.queue();
  let moved = false;
  const { status, output } = await spiderpig(server, ['start', '1102340'], (so) => {
    if (moved || !so.includes('is queued')) return;
    moved = true;
    server.startQueued();
    server.end('SUCCEEDED', 'exit status 0');
  });
  expect(status).toBe(0);
  expect(output).toContain('- Job 7 is queued: position 1 in the lane default; job 6 of bob is running\n');
});

test('watch --until-question ends with status 5 when the job waits for an answer', async () => {
  await using server = await openApiStandIn();
  server.ask({ id: '12', kind: 'CHOICES', prompt: 'Go on?', choices: [{ label: 'Yes', code: 'y' }] });
  const { status, output } = await spiderpig(server, ['watch', '7', '--until-question']);
  expect(status).toBe(5);
  expect(output).toContain('Job 7 waits for an answer\n');
});
