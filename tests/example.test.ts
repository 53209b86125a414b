// Runs each program of examples/ against a started product.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packageRoot } from '../schema/process/files.ts';
import { webhookMessage } from '../server/webhook/message.ts';
import { environmentWithCommand, writeCommand } from './support/package/command.ts';
import { installPackage } from './support/package/package.ts';
import { openWorld, type World } from './support/world.ts';

const webhookSecret = `whsec_${Buffer.from('a secret of the test').toString('base64')}`;
const done = new Set<string>();
const hasPython = spawnSync('python3', ['--version']).status === 0;
let world: World;
let token = '';
let directory = '';

beforeAll(async () => {
  world = await openWorld();
  token = await world.token('deploy', 'Ada');
  // An outsider's project, in which the packed package is installed.
  directory = join(world.directory, 'project');
  mkdirSync(directory);
  await installPackage(directory);
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
  symlinkSync(join(packageRoot, 'examples'), join(directory, 'examples'));
  writeCommand(directory);
});
afterAll(() => world[Symbol.asyncDispose]());

/** Starts an example. `output` is what it has printed so far. */
function start(
  name: string,
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
) {
  done.add(name.split('/')[0] ?? name);
  // --preserve-symlinks: the example imports the package of the project, not of this repository.
  const file = join(directory, 'examples', name);
  const child = spawn(
    command,
    [...args.filter((arg) => arg.startsWith('--')), file, ...args.filter((arg) => !arg.startsWith('--'))],
    {
      cwd: directory,
      env: {
        ...environmentWithCommand(directory),
        SPIDERPIG_URL: world.url,
        SPIDERPIG_TOKEN: token,
        SPIDERPIG_WEBHOOK_SECRET: webhookSecret,
        PORT: '0',
        // The directory of the examples is that of the checkout.
        PYTHONDONTWRITEBYTECODE: '1',
        ...environment,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (piece: string) => {
      output += piece;
    });
  return {
    type: (line: string) => child.stdin.write(`${line}\n`),
    closeInput: () => child.stdin.end(),
    shows: (text: string | RegExp) => expect.poll(() => output).toMatch(text),
    output: () => output,
    ended: once(child, 'close').then(([status]) => ({ status, output })),
  };
}

const preserved = ['--preserve-symlinks', '--preserve-symlinks-main'];
const node = (name: string, ...args: readonly string[]) =>
  start(name, process.execPath, [...preserved, ...args]);

/** Answers the open question of a job. */
async function answer(job: string, code: string): Promise<void> {
  const document = '{ system { activeJobs { id pendingInteraction { id } } } }';
  type Result = { system: { activeJobs: { id: string; pendingInteraction: { id: string } | null }[] } };
  const { system } = await world.run<Result>(token, document);
  const question = system.activeJobs.find(({ id }) => id === job)?.pendingInteraction?.id;
  const input = { interactionId: question, answer: code };
  await world.run(
    token,
    'mutation ($input: AnswerInteractionInput!) { answerInteraction(input: $input) { __typename } }',
    { input },
  );
}

it('deploy.ts deploys a change and exits with status 0; chat-bot.ts announces its questions and its end', async () => {
  const bot = node('chat-bot.ts');
  const deploy = node('deploy.ts', '1102340');
  const { status, output } = await deploy.ended;
  expect({ status, output }).toMatchObject({ status: 0 });
  expect(output).toContain('backport.confirm: AnswerInteractionSuccess');
  expect(output).toMatch(/^DEPLOYED: /m);
  await bot.shows(/Job 1 of Ada asks: [\s\S]* y \(/);
  await bot.shows('Job 1: Ada answered y');
  await bot.shows('Job 1 has ended: DEPLOYED');
  bot.type('1 y');
  await bot.shows('Job 1 asks nothing.');
  bot.closeInput();
  expect((await bot.ended).status).toBe(0);
});

it.skipIf(!hasPython)('chat-bot.ts passes on an answer; deploy.py waits for the end', async () => {
  const bot = node('chat-bot.ts');
  const deploy = start('python/deploy.py', 'python3', ['1102340']);
  await deploy.shows('Backport the changes?');
  await bot.shows('Job 2 of Ada asks:');
  bot.type('2 n');
  const { status, output } = await deploy.ended;
  expect({ status, output }).toMatchObject({ status: 1, output: expect.stringMatching(/^DECLINED/m) });
  bot.closeInput();
  expect((await bot.ended).status).toBe(0);
});

it.skipIf(!hasPython)('deploy.py follows its job over a restart of the server', async () => {
  const deploy = start('python/deploy.py', 'python3', ['1102340']);
  await deploy.shows('Backport the changes?');
  await world.kill(world.server);
  await world.startServer();
  await answer('3', 'n');
  const { status, output } = await deploy.ended;
  expect({ status, output }).toMatchObject({ status: 1, output: expect.stringMatching(/^DECLINED/m) });
});

it('until-question.sh ends when the job waits for an answer', async () => {
  const { output } = await start('until-question.sh', 'sh', ['1102340']).ended;
  expect(output).toContain('An answer is needed');
  await answer('4', 'n');
});

it('webhook.ts prints a message once, and refuses those that are not signed with its secret', async () => {
  const receiver = node('webhook.ts');
  await receiver.shows(/listening on port \d+/);
  const [, port] = /listening on port (\d+)/.exec(receiver.output()) ?? [];
  const event = {
    token: 'x',
    kind: 'released',
    at: 0,
    data: { by: 'Ada', job: null, question: null, hold: null },
  } as const;
  const send = async (secret: string, at = Date.now()): Promise<number> => {
    const { headers, body } = webhookMessage(event, { secret, format: 'json', template: null }, null, at);
    return (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body })).status;
  };
  expect(await send(webhookSecret)).toBe(204);
  expect(await send(webhookSecret)).toBe(204);
  expect(await send('whsec_AAAA')).toBe(401);
  expect(await send(webhookSecret, Date.now() - 10 * 60_000)).toBe(401);
  receiver.closeInput();
  const { output } = await receiver.ended;
  expect(output.match(/^released$/gm)).toHaveLength(1);
});

it.each([
  ['deploy.ts', { SPIDERPIG_TOKEN: '' }],
  ['deploy.ts', { SPIDERPIG_URL: 'nonsense' }],
  ['chat-bot.ts', { SPIDERPIG_TOKEN: '' }],
  ['chat-bot.ts', { SPIDERPIG_URL: 'nonsense' }],
  ['webhook.ts', { SPIDERPIG_WEBHOOK_SECRET: '' }],
  ['webhook.ts', { PORT: 'nonsense' }],
  ...(hasPython
    ? ([
        ['python/deploy.py', { SPIDERPIG_TOKEN: '' }],
        ['python/deploy.py', { SPIDERPIG_URL: 'nonsense' }],
        ['python/deploy.py', { SPIDERPIG_TOKEN: 'wrong' }],
      ] as const)
    : []),
] as const)('%s explains the environment %j without a stack trace', async (name, environment) => {
  const run = name.endsWith('.py')
    ? start(name, 'python3', ['1102340'], environment)
    : start(name, process.execPath, [...preserved, '1102340'], environment);
  const { status, output } = await run.ended;
  expect(status).not.toBe(0);
  expect(output.trim()).not.toBe('');
  expect(output).not.toMatch(/^\s+at |Traceback|node:internal/m);
});

it('examples/ has no example that is not run', () => {
  expect(
    readdirSync(join(packageRoot, 'examples'))
      .filter((name) => name !== 'README.md' && (hasPython || name !== 'python'))
      .sort(),
  ).toEqual([...done].sort());
});
