// The package as users install it: packed, installed by another user into an empty directory, started, used and stopped. No checkout is involved.
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packageRoot, packageVersion } from '../../schema/process/files.ts';
import { writeDebianPackage } from '../../tools/debian.ts';
import { packPackage } from '../support/package/package.ts';

const execute = promisify(execFile);

/** The files of the package: nothing of the tests, no data, no environment. */
const packed =
  /^(?:(?:package\.json|LICENSE|(?:README|CHANGELOG|CONTRIBUTING|bench\/RESULTS)\.md|bin\/spiderpig\.js|schema\/graphql\/schema\.graphql)$|packaging\/(?:container\/)?[\w.@-]+$|(?:dist|docs|examples)\/)/;

const nobody = 65_534;
/** Who installs and runs it: not root, unless only root can run this Node, whose directory is then private. */
const other =
  process.getuid?.() === 0 && spawnSync(process.execPath, ['-v'], { uid: nobody, gid: nobody }).status === 0
    ? { uid: nobody, gid: nobody }
    : {};

let directory = '';
let home = '';
let environment: Record<string, string> = {};

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'spiderpig-package-'));
  chmodSync(directory, 0o755);
  home = join(directory, 'home');
  mkdirSync(home);
  if ('uid' in other) chownSync(home, nobody, nobody);
  environment = {
    PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
    HOME: home,
    SPIDERPIG_SIMULATOR_SPEED: '50',
  };
  const tarball = await packPackage(directory);
  // With the variables of the caller: a proxy or a registry may be set there.
  const npm = { ...process.env, ...environment, npm_config_cache: join(home, '.npm') };
  const options = { cwd: home, env: npm, ...other };
  await execute('npm', ['install', '--no-audit', '--no-fund', tarball], options);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function spiderpig(args: readonly string[], more: Record<string, string> = {}): ChildProcess {
  return spawn(join(home, 'node_modules', '.bin', 'spiderpig'), args, {
    cwd: home,
    env: { ...environment, ...more },
    stdio: ['ignore', 'pipe', 'inherit'],
    ...other,
  });
}

/** Calls `onText` with all output so far, whenever there is more. Resolves with the output and the exit status. */
async function outputOf(
  child: ChildProcess,
  onText: (text: string) => void = () => {},
): Promise<{ text: string; status: unknown }> {
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += chunk;
    onText(text);
  });
  const [status] = await once(child, 'close');
  return { text, status };
}

it('the package takes less than 75 MB and contains no development dependency', async () => {
  const { stdout } = await execute('du', ['-sm', join(home, 'node_modules')]);
  expect(Number.parseInt(stdout, 10)).toBeLessThan(75);
  expect(globSync('{vite,vitest,typescript,playwright-core}', { cwd: join(home, 'node_modules') })).toEqual(
    [],
  );
});

it('S6 the package contains no secret and no path of the tests or of the machine that built it', async () => {
  const installed = join(home, 'node_modules', 'spiderpig');
  const files = globSync('**/*', { cwd: installed, withFileTypes: true }).filter((each) => each.isFile());
  const names = files.map(({ parentPath, name }) => relative(installed, join(parentPath, name)));
  expect(names.length).toBeGreaterThan(100);
  expect(names.filter((name) => !packed.test(name))).toEqual([]);
  const secrets = [
    'a secret that only the tests know',
    'PRIVATE KEY-----',
    packageRoot,
    ...Object.entries(process.env)
      .filter(([name, value = '']) => /token|secret|passw|auth|_key/i.test(name) && value.length >= 8)
      .map(([, value = '']) => value),
  ];
  const found = names.flatMap((name) => {
    const content = readFileSync(join(installed, name));
    return secrets
      .filter((secret) => content.includes(secret))
      .map((secret) => `${name}: ${secret.slice(0, 5)}…`);
  });
  expect(found).toEqual([]);
});

it('each relative link of a document in the package leads to a file in the package', () => {
  const installed = join(home, 'node_modules', 'spiderpig');
  const documents = globSync('**/*.md', { cwd: installed });
  expect(documents).toEqual(
    expect.arrayContaining(['README.md', 'docs/operations.md', 'docs/api.md', 'docs/deployer.md']),
  );
  const links = documents.flatMap((document) =>
    [
      ...readFileSync(join(installed, document), 'utf8').matchAll(
        /\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g,
      ),
    ]
      .map(([, link, source]) => link ?? source ?? '')
      .filter((link) => !/^(?:[a-z]+:|#)/.test(link))
      .map((link) => join(dirname(document), link.replace(/#.*/, ''))),
  );
  expect(links).toEqual(
    expect.arrayContaining(['docs/operations.md', 'docs/monitoring/alerts.yml', 'docs/images/job.png']),
  );
  expect(links.filter((link) => !existsSync(join(installed, link)))).toEqual([]);
});

it('the package serves the page and deploys a change with its terminal client', async () => {
  const up = spiderpig(['up', '--port', '0', '--watch-errors', '240']);
  const ready = Promise.withResolvers<string>();
  const ended = outputOf(up, (text) => {
    const [, url] = /^ready (http:\S+)$/m.exec(text) ?? [];
    if (url !== undefined) ready.resolve(url);
  });
  void ended.then(() => ready.reject(new Error('SpiderPig ended before it was ready')));
  try {
    const url = await ready.promise;
    const page = await (await fetch(url)).text();
    const [, script = ''] = /<script[^>]* src="([^"]+)"/.exec(page) ?? [];
    expect((await fetch(new URL(script, `${url}/`))).headers.get('content-type')).toMatch('javascript');
    const token = await outputOf(spiderpig(['token', 'create', '--name', 'ci', '--scope', 'deploy']));
    const client = { SPIDERPIG_URL: url, SPIDERPIG_TOKEN: token.text.trim() };
    let answered = 0;
    const deployment = await outputOf(spiderpig(['start', '1102340'], client), (text) => {
      const questions = [...text.matchAll(/spiderpig answer (\d+) CODE/g)];
      for (const [, question = ''] of questions.slice(answered)) spiderpig(['answer', question, 'y'], client);
      answered = questions.length;
    });
    expect(deployment.status).toBe(0);
    expect(answered).toBe(2);
    // The simulated error log, with the options of the command line.
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${client.SPIDERPIG_TOKEN}` },
      body: JSON.stringify({ query: '{ job(id: 1) { finishedAt errorWatch { until } } }' }),
    });
    const { job } = (await response.json()).data;
    expect(Date.parse(job.errorWatch.until) - Date.parse(job.finishedAt)).toBe(240 * 60_000);
  } finally {
    up.kill('SIGTERM');
    await ended;
  }
});

it.skipIf(!('uid' in other))('a user without a name and a home deploys, if told where', async () => {
  const options = { cwd: home, uid: 4242, gid: 4242 };
  const command = join(home, 'node_modules', '.bin', 'spiderpig');
  const env = { PATH: environment['PATH'], SPIDERPIG_SIMULATOR_SPEED: '50' };
  const run = (...args: string[]) => spawnSync(command, args, { ...options, env, encoding: 'utf8' });
  expect(run('config').stderr).toBe(
    'spiderpig config: --data (SPIDERPIG_DATA) is required: this user has no home directory\n',
  );
  expect(run('jobs').stderr).toBe('spiderpig: You have no home directory: set HOME, or SPIDERPIG_TOKEN\n');
  const data = mkdtempSync(join(directory, 'data-'));
  chownSync(data, 4242, 4242);
  Object.assign(env, { SPIDERPIG_DATA: data });
  const up = spawn(command, ['up', '--port', '0'], { ...options, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = outputOf(up, (text) => {
    const [, url] = /^ready (http:\S+)$/m.exec(text) ?? [];
    if (url === undefined || 'SPIDERPIG_URL' in env) return;
    Object.assign(env, { SPIDERPIG_URL: url });
    Object.assign(env, {
      SPIDERPIG_TOKEN: run('token', 'create', '--name', 'ci', '--scope', 'deploy').stdout.trim(),
    });
    // The exit status of a job that waits for an answer.
    const started = spawn(command, ['start', '1102340', '--until-question'], {
      ...options,
      env,
      stdio: 'ignore',
    });
    started.on('exit', (status) => {
      expect.soft(status).toBe(5);
      run('stop', '1');
      up.kill('SIGTERM');
    });
  });
  expect((await ended).text).toContain('sign in as uid4242');
});

it('the Debian package runs from where it was unpacked, with its own Node', async ({ skip }) => {
  if (spawnSync('dpkg-deb', ['--version']).status !== 0) skip('dpkg-deb is not installed');
  const file = writeDebianPackage({ modules: join(home, 'node_modules'), directory, compression: 'none' });
  const root = join(directory, 'unpacked');
  await execute('dpkg-deb', ['-x', file, root]);
  const control = join(directory, 'control');
  await execute('dpkg-deb', ['-e', file, control]);
  for (const script of ['postinst', 'prerm', 'postrm']) await execute('sh', ['-n', join(control, script)]);
  expect(globSync('**/*.node', { cwd: root })).toEqual([
    `usr/lib/spiderpig/node_modules/better-sqlite3/prebuilds/linux-${process.arch}.node`,
  ]);
  const units = globSync('*.{service,socket}', { cwd: join(packageRoot, 'packaging') });
  expect(units).toContain('spiderpig-jobrunner.service');
  expect(globSync('*', { cwd: join(root, 'usr', 'lib', 'systemd', 'system') }).sort()).toEqual(units.sort());
  expect(globSync('*', { cwd: join(root, 'usr', 'share', 'man', 'man1') })).toEqual(['spiderpig.1.gz']);
  for (const name of ['README.md', 'docs/operations.md', 'docs/monitoring/alerts.yml'])
    expect([name, existsSync(join(root, 'usr', 'share', 'doc', 'spiderpig', name))]).toEqual([name, true]);
  const command = join(root, 'usr', 'bin', 'spiderpig');
  const options = { cwd: home, env: { HOME: home, PATH: '/usr/bin:/bin' }, ...other };
  expect((await execute(command, ['--version'], options)).stdout).toBe(`spiderpig ${packageVersion()}\n`);
  const up = spawn(command, ['up', '--port', '0', '--data', join(home, 'unpacked-data')], {
    ...options,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { text } = await outputOf(up, (so) => {
    if (/^sign in as/m.test(so)) up.kill('SIGTERM');
  });
  expect(text).toMatch(/^ready http:/m);
});

it('the client package can be imported, and TypeScript finds its types', async () => {
  const code = `
    import { readFileSync } from 'node:fs';
    import * as client from 'spiderpig/client';
    const schema = readFileSync(new URL(import.meta.resolve('spiderpig/schema.graphql')), 'utf8');
    console.log(Object.keys(client).join(), schema.includes('type Mutation'));
  `;
  const imported = await execute(process.execPath, ['--input-type=module', '-e', code], {
    cwd: home,
    ...other,
  });
  expect(imported.stdout).toMatch(/create\w*Client\b.* true/);
  writeFileSync(
    join(directory, 'use.ts'),
    "import { type Job, SpiderPigError } from 'spiderpig/client';\nexport const titleOf = (job: Job): string => job.title;\nexport const failure = new SpiderPigError('failed', 'x');\n",
  );
  const settings = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--moduleResolution',
    'nodenext',
    '--lib',
    'esnext,dom',
  ];
  const modules = join(home, 'node_modules', 'spiderpig', 'dist', 'client.d.ts');
  writeFileSync(
    join(directory, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: { paths: { 'spiderpig/client': [modules] }, types: [] },
      files: ['use.ts'],
    }),
  );
  const tsc = join(packageRoot, 'node_modules', '.bin', 'tsc');
  await expect(execute(tsc, ['-p', directory, ...settings])).resolves.toMatchObject({ stdout: '' });
});
