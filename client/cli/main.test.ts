// The terminal client as a real process, against a server whose connections break.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openApiStandIn } from '../../tests/support/api-stand-in.ts';

const program = fileURLToPath(new URL('./main.ts', import.meta.url));

/** Runs the client; `onOutput` is called for each piece of output, with all output so far. */
function spiderpig(
  server: { readonly url: string; readonly token: string },
  args: readonly string[],
  onOutput: (output: string, child: { kill(signal: 'SIGINT'): boolean }) => void = () => {},
) {
  const child = spawn(process.execPath, [program, ...args], {
    env: { SPIDERPIG_URL: server.url, SPIDERPIG_TOKEN: server.token },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    output += piece;
    onOutput(output, child);
  });
  return Promise.all([once(child, 'close'), text(child.stderr)]).then(([[status], stderr]) => ({
    status,
    output,
    stderr,
  }));
}

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
    expect(stderr).toContain('connection lost');
    expect(status).toBe(0);
    expect(server.started).toMatchObject([{ changes: ['1102340'], revert: true }]);
  });

  test('start names the wrong change and exits with status 1', async () => {
    await using server = await openApiStandIn();
    const { status, output, stderr } = await spiderpig(server, ['start', '1102340', 'x']);
    expect({ status, output }).toEqual({ status: 1, output: '' });
    expect(stderr).toBe('spiderpig: Some changes cannot be deployed.\n  x: This is no change number.\n');
  });
});

test('spiderpig start prints who holds deployments, until when and why, and exits with status 1', async () => {
  await using server = await openApiStandIn();
  const message =
    'Deployments are held by ada since 2026-11-20 12:03 UTC, until 2026-11-20 13:00 UTC: “switchover\u202e”';
  server.hold(message);
  const { status, output, stderr } = await spiderpig(server, ['start', '1102340']);
  expect({ status, output }).toEqual({ status: 1, output: '' });
  expect(stderr).toBe(`spiderpig: ${message.replace('\u202e', '‹U+202E›')}\n`);
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
      '? Synced.\n? \n? [y] Yes, continue\n? Continue?:\n? To answer: spiderpig answer 12 CODE\n',
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
    const late = await spiderpig(server, ['answer', '12', 'n']);
    expect(late).toMatchObject({
      status: 1,
      stderr: 'spiderpig: Nobody waits for an answer to this any more.\n',
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
      stderr: 'spiderpig: There is no job 8.\n',
    });
  });

  test('wrong usage prints one line with status 2; a refused token or an unreachable server one line with status 1', async () => {
    const server = await openApiStandIn();
    expect(await spiderpig(server, ['dance'])).toEqual({
      status: 2,
      output: '',
      stderr: 'spiderpig: Unknown command "dance"\n',
    });
    const refused = await spiderpig({ ...server, token: 'wrong' }, ['jobs']);
    expect(refused).toEqual({ status: 1, output: '', stderr: 'spiderpig: Who are you?\n' });
    await server[Symbol.asyncDispose]();
    const gone = await spiderpig(server, ['jobs']);
    expect(gone).toEqual({ status: 1, output: '', stderr: `spiderpig: ${server.url} cannot be reached\n` });
  });
});
