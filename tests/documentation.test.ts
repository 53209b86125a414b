// Tests that the examples of the documentation work: each code block of docs/api.md and each shell block of docs/operations.md is run against a started product, and configuration names only known options.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditActions } from '../schema/model/account/audit.ts';
import { optionTable } from '../schema/process/configuration/option.ts';
import { packageRoot } from '../schema/process/files.ts';
import { webhookMessage } from '../server/webhook/message.ts';
import { environmentWithCommand, writeCommand } from './support/package/command.ts';
import { openWorld, type World } from './support/world.ts';

/** A fenced code block of a page. */
interface Example {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  readonly code: string;
}

/** The fenced code blocks of a page, in its order. */
function examplesOf(page: string): Example[] {
  const text = readFileSync(join(packageRoot, page), 'utf8');
  return [...text.matchAll(/^```(\S*)\n([\s\S]*?)^```$/gm)].map((found) => ({
    page,
    line: text.slice(0, found.index).split('\n').length,
    language: found[1] ?? '',
    code: found[2] ?? '',
  }));
}

const pages = [
  'README.md',
  ...readdirSync(join(packageRoot, 'docs')).filter((name) => name.endsWith('.md')),
].map((name) => (name === 'README.md' ? name : `docs/${name}`));

it('each example of nginx that forwards a path refuses the metrics below it', () => {
  const files = [...pages, 'packaging/container/nginx.conf'];
  const text = files.map((name) => readFileSync(join(packageRoot, name), 'utf8')).join('\n');
  const forwarded = [...text.matchAll(/^ *location (\/\S*) \{\s*proxy_pass/gm)].map(([, path = '']) => path);
  expect(new Set(forwarded)).toEqual(new Set(['/', '/spiderpig/']));
  for (const path of forwarded) expect(text).toContain(`location = ${path}metrics { return 404; }`);
});

describe('environment variables in the documentation', () => {
  const known = new Set<string>([
    ...Object.values(optionTable).map(({ variable }) => variable),
    ...['SPIDERPIG_URL', 'SPIDERPIG_TOKEN'], // of the terminal client
    ...['SPIDERPIG_IO_KEY', 'SPIDERPIG_JOB', 'SPIDERPIG_REAL_USER'], // that scap receives
    ...['SPIDERPIG_SIMULATOR_SPEED', 'SPIDERPIG_SIMULATOR_STAGING'], // of the simulated scap
    'SPIDERPIG_LANE', // an example of a misspelt variable
  ]);
  it.each(pages)('%s names only variables that SpiderPig reads', (page) => {
    const text = readFileSync(join(packageRoot, page), 'utf8');
    const named = new Set([...text.matchAll(/\bSPIDERPIG_[A-Z_]+\b/g)].map(([name]) => name));
    expect([...named].filter((name) => !known.has(name))).toEqual([]);
  });
});

it('docs/operations.md lists every action of the audit log', () => {
  const text = readFileSync(join(packageRoot, 'docs/operations.md'), 'utf8');
  const [, table = ''] = /^\| `action` \| when \|.*\n((?:\|.*\n)+)/m.exec(text) ?? [];
  const rows = table.split('\n').map((row) => row.split('|')[1] ?? '');
  const listed = rows.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, action = '']) => action));
  expect(listed.sort()).toEqual([...auditActions].sort());
});

/** What a shell runs before a command of docs/operations.md: stand-ins for what needs root, systemd or the registry. */
const hostStandIns = `set -e
sudo() { shift 2; "$@"; }
useradd() { :; }
systemctl() { echo "systemctl $*"; }
npm() { if [ "$*" = "root -g" ]; then echo "$HOME/modules"; fi; }
hostname() { echo deploy1.example; }
install() { command install "\${@:1:$#-1}" "$HOME/host\${!#}"; }
`;

describe('the examples of docs/api.md and docs/operations.md', () => {
  const tools = examplesOf('docs/api.md');
  const operators = examplesOf('docs/operations.md').filter(({ language }) => language === 'sh');
  const done = new Set<Example>();
  let world: World;
  let token = '';
  let directory = '';

  beforeAll(async () => {
    world = await openWorld();
    token = await world.token('deploy', 'Ada');
    directory = mkdtempSync(join(tmpdir(), 'spiderpig-documentation-'));
    symlinkSync(join(packageRoot, 'node_modules'), join(directory, 'node_modules'));
    writeCommand(directory);
  });
  afterAll(async () => {
    rmSync(directory, { recursive: true, force: true });
    await world[Symbol.asyncDispose]();
  });

  /** The only example of a language that contains a text. `examples`: default: those of docs/api.md. */
  function example(language: string, text: string, examples = tools): Example {
    const found = examples.filter((each) => each.language === language && each.code.includes(text));
    expect(found).toHaveLength(1);
    const [only] = found;
    if (only === undefined) throw new Error(`no example has ${text}`);
    done.add(only);
    return only;
  }

  /** Runs a shell command as a reader would, with the address of the world. `until`: end it once its output matches. */
  async function shell(
    command: string,
    { until, input = '' }: { readonly until?: RegExp; readonly input?: string } = {},
  ): Promise<{ status: number | null; output: string }> {
    const child = spawn('bash', ['-c', command.replaceAll('http://127.0.0.1:8888', world.url)], {
      cwd: directory,
      detached: true,
      env: {
        ...environmentWithCommand(directory),
        SPIDERPIG_DATA: world.directory,
        SPIDERPIG_DATABASE_URL: world.databaseUrl,
        SPIDERPIG_URL: world.url,
        SPIDERPIG_TOKEN: token,
      },
    });
    // A command that ends without reading its input closes the pipe.
    child.stdin.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
    child.stdin.end(input);
    let output = '';
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      // The process group: the shell and what it started.
      if (until?.test(output) && child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    const [status] = await once(child, 'close');
    return { status: typeof status === 'number' ? status : null, output };
  }

  /** Waits until a job asks, and returns the id of the question. */
  async function questionOf(job: string): Promise<string> {
    const updates = 'subscription ($id: ID) { jobUpdates(id: $id) { pendingInteraction { id } } }';
    type Update = { jobUpdates: { pendingInteraction: { id: string } | null } };
    for await (const { jobUpdates } of world.subscribe<Update>(token, updates, { id: job }))
      if (jobUpdates.pendingInteraction !== null) return jobUpdates.pendingInteraction.id;
    throw new Error(`job ${job} ended without a question`);
  }

  const terminal = (command: string): string => {
    const { code } = example('sh', 'spiderpig start 1102340');
    const line = code
      .split('\n')
      .find((each) => each.split(/ +/)[1] === command && each.startsWith('spiderpig '));
    if (line === undefined) throw new Error(`docs/api.md has no line "spiderpig ${command}"`);
    return line;
  };

  it('the example prints a token that the API accepts', async () => {
    const { status, output } = await shell(example('sh', 'token create').code);
    expect(status).toBe(0);
    const made = output.split(/\s/).find((word) => word.startsWith('spiderpig_')) ?? output.trim();
    expect((await world.graphql(made, '{ jobs(first: 1) { __typename } }')).status).toBe(200);
  });

  it('the example starts a job with curl', async () => {
    const { output } = await shell(example('sh', 'idempotencyKey').code);
    expect(output).toContain('{"startBackport":{"__typename":"StartBackportSuccess","job":{"id":"1"');
  });

  it('the example follows jobs as server-sent events with curl', async () => {
    const { output } = await shell(example('sh', 'text/event-stream').code, { until: /"prompt"/ });
    expect(output).toMatch(/^event: next$/m);
    expect(output).toContain('"pendingInteraction":{"id":');
  });

  it('the example answers the open question of a job in the terminal', async () => {
    await questionOf('1');
    const { status, output } = await shell(terminal('answer').replace(/\d+/, '1'));
    expect({ status, output }).toMatchObject({ status: 0 });
  });

  it('the example stops a job in the terminal', async () => {
    await questionOf('1');
    const { status, output } = await shell(terminal('stop').replace(/\d+/, '1'));
    expect({ status, output }).toMatchObject({ status: 0 });
  });

  it('the example follows the log of a job with graphql-ws', async () => {
    const { code } = example('ts', 'graphql-ws');
    writeFileSync(join(directory, 'follow.ts'), code);
    const url = `${world.url.replace('http', 'ws')}/graphql`;
    const { status, output } = await shell(`'${process.execPath}' follow.ts 1 '${url}'`);
    expect(status).toBe(0);
    expect(output).toMatch(/^1 /);
    expect(output).toMatch(/Ada stops the job/);
  });

  it('the examples of the terminal client watch, print and list jobs', async () => {
    expect((await shell(terminal('watch').replace(/\d+/, '1'))).output).toContain('Ada stops the job');
    const log = await shell(terminal('log').replace('7', '1').replace('100', '1'));
    expect(log.output).toContain('Ada stops the job');
    expect((await shell(terminal('sign-in'), { input: `${token}\n` })).output).toContain('as Ada');
    expect((await shell(terminal('queue'))).output).toContain('No job is running or queued.');
    expect((await shell(terminal('whoami'))).output).toContain('Ada at http');
    const jobs = await shell(terminal('jobs').replace('failed', 'stopped'));
    expect(jobs.output).toMatch(/^1 +stopped .* Ada /m);
  });

  it('the example starts a job in the terminal and asks its questions there', async () => {
    const { output } = await shell(terminal('start'), { until: /To answer|\[y\/N\]|Backport the changes\?/ });
    expect(output).toContain('Backport the changes?');
    await shell(terminal('stop').replace(/\d+/, '2'));
    expect((await shell(terminal('watch').replace(/\d+/, '2'))).output).toContain('Ada stops the job');
  });

  it('the example deploys with the client package and stops at a question that the program does not know', async () => {
    const { code } = example('ts', 'spiderpig/client');
    const source = join(packageRoot, 'client/sdk/client.ts');
    writeFileSync(join(directory, 'deploy.ts'), code.replace('spiderpig/client', source));
    const { status, output } = await shell(`'${process.execPath}' deploy.ts`);
    expect({ status, output }).toMatchObject({ status: 0 });
    // The question is loaded after the state of the job: while it is stored, the two can be of different moments.
    expect(output).toMatch(/^(?:WAITING|RUNNING|STARTING) .*backport\.confirm$/m);
    expect(output).toMatch(/^STOPPED /m);
  });

  it('the example asks for production errors since a job began, which are null without an error log', async () => {
    const result = await world.run(token, example('graphql', 'errorWatch').code.replace('28', '1'));
    expect(result).toEqual({ job: { health: null, errorWatch: null } });
  });

  it('the example asks to move the train, which is refused without a staging directory', async () => {
    const result = await world.run(token, example('graphql', 'startTrain').code);
    expect(result).toMatchObject({ startTrain: { code: 'TRAIN_UNAVAILABLE' } });
  });

  it('the example searches a log and reveals its sensitive lines', async () => {
    const search = example('graphql', 'jobLogSearch').code;
    for await (const event of world.subscribe<object>(token, search, { jobId: '1' })) {
      expect(event).toMatchObject({ jobLogSearch: { lineNumbers: expect.any(Array) } });
      break;
    }
    const reveal = example('graphql', 'revealLines').code;
    const seven = await world.run(token, reveal);
    expect(seven).toMatchObject({ revealLines: { message: expect.stringContaining('7') } });
    const one = await world.run(token, reveal.replace('"7"', '"1"'));
    expect(one).toMatchObject({ revealLines: { lines: expect.any(Array) } });
  });

  it('the example shows the message of a webhook as it is sent', () => {
    const message = JSON.parse(example('json', '"type": "question"').code);
    const { url, ...data } = message.data;
    const event = { token: 'x', kind: message.type, at: Date.parse(message.timestamp), data };
    const webhook = { secret: 'whsec_AAAA', format: 'json', template: null } as const;
    const { body } = webhookMessage(event, webhook, new URL(url).origin, 0);
    expect(JSON.parse(body)).toEqual(message);
  });

  /** Runs a shell block for operators as root would, after the replacements. */
  const onHost = (text: string, replacements: Readonly<Record<string, string>> = {}) => {
    const { code } = example('sh', text, operators);
    const replaced = Object.entries(replacements).reduce((before, [from, to]) => {
      expect(before).toContain(from);
      return before.replaceAll(from, to);
    }, code);
    return shell(hostStandIns + replaced);
  };

  it('the example installs the configuration and the units that it enables', async () => {
    mkdirSync(join(directory, 'modules'));
    symlinkSync(packageRoot, join(directory, 'modules/spiderpig'));
    const units = join(directory, 'host/etc/systemd/system');
    mkdirSync(units, { recursive: true });
    const services = await onHost('useradd', { ' -g spiderpig': '' });
    expect(services).toMatchObject({ status: 0 });
    expect(statSync(join(directory, 'host/etc/spiderpig.env')).mode & 0o777).toBe(0o640);
    const sockets = await onHost('spiderpig-otp.socket', {
      'install -m': `cd '${join(packageRoot, 'packaging')}'\ninstall -m`,
    });
    expect(sockets).toMatchObject({ status: 0 });
    const enabled = [...`${services.output}${sockets.output}`.matchAll(/enable --now (.*)/g)]
      .flatMap(([, names = '']) => names.split(' '))
      .map((name) => (name.includes('.') ? name : `${name}.service`));
    expect(enabled).toEqual([
      'spiderpig-server.service',
      'spiderpig-jobrunner.service',
      'spiderpig-otp.socket',
    ]);
    expect(readdirSync(units)).toEqual(expect.arrayContaining(enabled));
  });

  it('the example of a lane check allows deployments on the host that it finds in its file', async () => {
    const file = join(directory, 'active');
    const check = () => onHost('may-deploy', { '/etc/dsh/active': file });
    writeFileSync(file, 'deployment_server: deploy2.example\n');
    expect(await check()).toMatchObject({
      status: 1,
      output: expect.stringMatching(/^deploy1\.example is not/),
    });
    writeFileSync(file, 'deployment_server: deploy1.example\n');
    expect(await check()).toEqual({ status: 0, output: '' });
  });

  it('the example prints a sign-in link and a token on the host', async () => {
    const { status, output } = await onHost('spiderpig login --user ada');
    expect(status).toBe(0);
    expect(output).toMatch(/\/sign-in#code=[\w-]+$/m);
    expect(output).toMatch(/^spiderpig_/m);
  });

  it('the example downloads the audit log with the session of an admin', async () => {
    const response = await fetch(`${world.url}/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: world.url },
      body: JSON.stringify({ code: (await world.link('Ada', 'admin')).split('code=')[1] }),
    });
    const [cookie = ''] = response.headers.get('set-cookie')?.split(';') ?? [];
    const { pageKey } = JSON.parse(await response.text());
    const { status } = await onHost('audit.jsonl', {
      'spiderpig=…': cookie,
      'page-key: …': `page-key: ${pageKey}`,
      '2026-11-20': '2020-01-01',
      'user=ada': 'user=Ada',
    });
    expect(status).toBe(0);
    const lines = readFileSync(join(directory, 'audit.jsonl'), 'utf8').trimEnd().split('\n');
    const actions = lines.map((line) => JSON.parse(line).action);
    expect([...new Set(actions)].sort()).toEqual(['answer', 'stop']);
  });

  it('the example opens the socket of the server after the server has stopped, and then starts it', async () => {
    const { status, output } = await onHost('systemctl stop spiderpig-server');
    expect({ status, output: output.trim().split('\n') }).toEqual({
      status: 0,
      output: [
        'systemctl stop spiderpig-server',
        'systemctl enable --now spiderpig-server.socket',
        'systemctl start spiderpig-server',
      ],
    });
  });

  it('the example refuses to lose a job that does not exist', async () => {
    const { status, output } = await onHost('spiderpig lose 123');
    expect({ status, output }).toEqual({ status: 1, output: 'spiderpig lose: There is no job 123.\n' });
  });

  it('the example backs the database up while it is used, and restores it elsewhere', async () => {
    const restored = join(directory, 'restored');
    const { status, output } = await onHost('spiderpig backup', {
      '/srv/backup': directory,
      'spiderpig restore': `SPIDERPIG_DATA='${restored}' SPIDERPIG_DATABASE_URL= spiderpig restore`,
    });
    expect({ status, output }).toMatchObject({ status: 0 });
    expect(existsSync(join(restored, 'spiderpig.sqlite'))).toBe(true);
  });

  it('the documentation has no example that is not run', () => {
    const left = [...tools, ...operators].filter((each) => !done.has(each));
    expect(left.map(({ page, line, language }) => `${page}:${line}: ${language}`)).toEqual([]);
  });
});
