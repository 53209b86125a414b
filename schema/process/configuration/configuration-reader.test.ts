import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArgumentError, ConfigurationError } from '../error.ts';
import { parseConfigurationFile } from './configuration-file.ts';
import { configurationEnvironment, parseCommandLine, readConfiguration } from './configuration-reader.ts';
import { optionNames, optionTable } from './option.ts';
import { oneOf, text, wholeNumber } from './option-value.ts';

describe('readConfiguration', () => {
  let directory = '';
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'spiderpig-bin-'));
    writeFileSync(join(directory, 'scap'), '#!/bin/sh\n');
    chmodSync(join(directory, 'scap'), 0o755);
    writeFileSync(join(directory, 'notes'), '');
    writeFileSync(join(directory, 'masks'), '# known\nhunter\\d+\n');
    writeFileSync(join(directory, 'wrong-masks'), 'hunter\\d+\n\n(\n');
    writeFileSync(join(directory, 'greedy-masks'), '.*\n');
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const read = (options: Record<string, string> = {}, environment: Record<string, string> = {}) =>
    readConfiguration({ options, environment: { HOME: '/home/x', ...environment }, root: '/nowhere' });

  it('the configuration has the defaults of the public contract', () => {
    expect(read()).toMatchObject({
      port: 8888,
      host: '127.0.0.1',
      scap: null,
      gerritUrl: null,
      lanes: ['default'],
      retention: { days: 400, jobs: 0 },
    });
    expect(read({}, { XDG_STATE_HOME: '/s' }).databaseUrl).toBe('sqlite:/s/spiderpig/spiderpig.sqlite');
  });

  it('the configuration reader prefers options to environment variables, and ignores empty variables', () => {
    expect(read({ port: '1' }, { SPIDERPIG_PORT: '2' }).port).toBe(1);
    expect(read({}, { SPIDERPIG_PORT: '2' }).port).toBe(2);
    expect(read({}, { SPIDERPIG_PORT: '' }).port).toBe(8888);
  });

  it('the configuration reader finds scap on PATH, and splits another command into argv', () => {
    expect(read({}, { PATH: `/nowhere:${directory}` }).scap).toEqual([join(directory, 'scap')]);
    expect(read({ scap: `scap --x  y` }, { PATH: directory }).scap).toEqual([
      join(directory, 'scap'),
      '--x',
      'y',
    ]);
  });

  it.each(['A B', '1A', 'A-B', '*', 'SPIDERPIG_DATABASE_URL', 'SPIDERPIG_*', 'SPIDER*', 'S*'])(
    'the configuration reader refuses to pass %j on to scap',
    (name) => {
      expect(() => read({ 'pass-env': name })).toThrow(/^--pass-env: /);
    },
  );

  it('a child process gets the same command where a word of it contains white space', () => {
    const place = join(directory, 'deploy tools');
    mkdirSync(place);
    copyFileSync(join(directory, 'scap'), join(place, 'scap'));
    const onPath = read({ 'lane-check': '["scap", "--may deploy"]' }, { PATH: place });
    expect(onPath).toMatchObject({
      scap: [join(place, 'scap')],
      laneCheck: [join(place, 'scap'), '--may deploy'],
    });
    expect(read({}, configurationEnvironment(onPath))).toMatchObject({
      scap: onPath.scap,
      laneCheck: onPath.laneCheck,
    });
  });

  it('a command whose program is called [ is not read as a JSON array', () => {
    copyFileSync(join(directory, 'scap'), join(directory, '['));
    expect(read({ 'lane-check': '[ -e /etc/primary ]' }, { PATH: directory }).laneCheck).toEqual([
      join(directory, '['),
      '-e',
      '/etc/primary',
      ']',
    ]);
  });

  it('the configuration reader reads the same configuration from the environment of a child process, for every option', () => {
    const options = {
      port: '0',
      host: 'localhost',
      'base-path': '/spiderpig',
      socket: '/run/spiderpig/web.sock',
      'socket-mode': '0660',
      'jobrunner-metrics': '9000',
      'ready-needs-jobrunner': 'on',
      data: '/srv/data',
      database: 'postgresql://u@h/d',
      scap: 'scap --x y',
      'account-check': 'on',
      'lane-check': 'scap --may-deploy',
      gerrit: 'http://127.0.0.1:1/r',
      lanes: 'a, b',
      'scap-arguments': '-D a:b',
      'train-pause': 'off',
      staging: '/srv/mediawiki-staging',
      'train-task-url': 'https://train.example/api.php',
      phorge: 'https://phorge.example',
      'conduit-token-file': '/etc/conduit',
      'logstash-url': 'https://logstash.example:9200/',
      'logstash-credentials-file': '/etc/logstash',
      'logstash-index': 'logs-*',
      'logstash-query': 'level:ERROR',
      'logstash-canaries': 'host:canary*',
      'logstash-testservers': 'host:test*',
      'logstash-dashboard': 'https://dashboard.example/app/dashboards#/view/errors',
      'watch-errors': '5',
      'pass-env': 'KUBECONFIG,GIT_*',
      'stop-grace': '7',
      'winding-down': '60',
      'keep-days': '0',
      'keep-jobs': '5',
      masks: join(directory, 'masks'),
      'allowed-hosts': 'x.example',
      'oidc-issuer': 'https://idp.example/x',
      'oidc-client-id': 'spiderpig',
      'oidc-client-secret-file': '/etc/secret',
      'oidc-user-claim': 'uid',
      'oidc-groups-claim': 'memberOf',
      'public-url': 'https://spiderpig.example',
      'viewer-groups': 'a,b',
      'deployer-groups': 'cn=ops,dc=example;',
      'admin-groups': 'c',
      'second-factor': 'off',
      'access-help': 'Ask on IRC',
      'webhook-networks': '10.0.0.0/8,fd00::/8',
      'escalate-after': '9',
    };
    const configuration = read(options, { PATH: directory, LOG_LEVEL: 'debug' });
    const environment = configurationEnvironment(configuration);
    expect(readConfiguration({ options: {}, environment, root: '/nowhere' })).toEqual(configuration);
    const defaults = configurationEnvironment(read());
    for (const name of optionNames.filter((each) => each !== 'config')) {
      const { variable } = optionTable[name];
      expect([variable, environment[variable]]).not.toEqual([variable, defaults[variable]]);
    }
  });

  it.each([
    ['ops, wikidev', ['ops', 'wikidev']],
    [
      'cn=ops,ou=groups,dc=example; cn=wikidev,ou=groups,dc=example',
      ['cn=ops,ou=groups,dc=example', 'cn=wikidev,ou=groups,dc=example'],
    ],
    ['cn=ops,ou=groups,dc=example;', ['cn=ops,ou=groups,dc=example']],
    [' ; ', []],
  ])('the configuration reader reads the group names %j, and passes them on unchanged', (value, groups) => {
    const configuration = read({ 'deployer-groups': value });
    expect(configuration.roleGroups.deployer).toEqual(groups);
    expect(read({}, configurationEnvironment(configuration)).roleGroups).toEqual(configuration.roleGroups);
  });

  it.each([
    [{ port: 'x' }, '--port: "x"'],
    [{ port: '70000' }, '--port: "70000"'],
    [{ port: '-1' }, '--port'],
    [{ host: 'a b' }, '--host'],
    [{ host: '127.0.0.1:8888' }, '--host: "127.0.0.1:8888" is not a host name'],
    [{ host: '[::1]' }, '--host: "[::1]" is not a host name'],
    [{ host: '300.1.1.1' }, '--host: "300.1.1.1" is not a host name'],
    [{ host: 'fe80::1%eth0' }, '--host'],
    [{ host: 'a..b' }, '--host'],
    [{ host: '' }, '--host'],
    [{ lanes: 'a b' }, '--lanes: "a b" is not the name of a lane: use at most 64 letters'],
    [{ lanes: 'eqiad;codfw' }, '--lanes: "eqiad;codfw" is not the name of a lane'],
    [{ lanes: ' , ' }, '--lanes: " , " names no lane'],
    [{ lanes: 'eqiad,codfw,eqiad' }, '--lanes: "eqiad" is named twice'],
    [{ lanes: 'a'.repeat(65) }, '--lanes'],
    [{ socket: '' }, '--socket: the value is empty: leave the option out instead'],
    [{ socket: 'unix:/run/x.sock' }, '--socket: "unix:/run/x.sock" is not a path: leave unix: out'],
    [{ socket: `/${'x'.repeat(107)}` }, 'is too long for a socket: 108 bytes of at most 107'],
    [{ data: '' }, '--data: the value is empty'],
    [{ data: '~/data' }, '--data: "~/data" begins with ~ or a variable, which are not replaced'],
    [{ staging: '$HOME/staging' }, '--staging: "$HOME/staging" begins with'],
    [{ masks: '' }, '--masks: the value is empty'],
    [{ 'conduit-token-file': '  ' }, '--conduit-token-file: the value is empty'],
    [{ database: 'sqlite:' }, '--database: "sqlite:" names no file'],
    [{ scap: ' ' }, '--scap: the command is empty'],
    [{ data: '/srv/d\uFFFD' }, '--data: "/srv/d\uFFFD" is not UTF-8'],
    [{ 'logstash-index': 'a b' }, '--logstash-index: "a b" is not the name of an index'],
    [{ 'logstash-query': '' }, '--logstash-query: the value is empty'],
    [{ 'oidc-client-id': '' }, '--oidc-client-id: the value is empty'],
    [{ 'oidc-user-claim': ' ' }, '--oidc-user-claim: the value is empty'],
    [{ 'access-help': 'a\nb' }, '--access-help: "a\\nb" contains a control character'],
    [{ 'base-path': 'spiderpig' }, '--base-path: "spiderpig" is not a path'],
    [{ 'base-path': '//evil.example' }, '--base-path'],
    [{ 'base-path': '/a/../b' }, '--base-path'],
    [{ database: 'mysql://x' }, '--database: "mysql://x"'],
    [{ database: 'postgresql://u:secret@x/d' }, '--database: a password in an argument'],
    [{ database: 'postgresql://x/d?password=secret' }, '--database: a password in an argument'],
    [{ gerrit: 'ftp://x' }, '--gerrit'],
    [{ gerrit: 'nonsense' }, '--gerrit'],
    [{ 'logstash-url': 'https://scap:secret@x.example/' }, '--logstash-url: the URL must have no user name'],
    [{ gerrit: 'https://scap:hunter2@x.example/r' }, '--gerrit: the URL must have no user name or password'],
    [{ gerrit: 'https://:hunter2@x.example/r' }, '--gerrit: the URL must have no user name or password'],
    [{ phorge: 'https://:hunter2@x.example' }, '--phorge: the URL must have no user name or password'],
    [{ 'logstash-dashboard': 'https://:hunter2@x.example/' }, '--logstash-dashboard: the URL must have no'],
    [{ 'logstash-url': 'ftp://x.example' }, '--logstash-url'],
    [{ 'logstash-dashboard': 'javascript:alert(1)' }, '--logstash-dashboard'],
    [{ 'watch-errors': '241' }, '--watch-errors'],
    [{ scap: 'no-such-program-here' }, 'no-such-program-here'],
    [{ 'stop-grace': '1.5' }, '--stop-grace'],
    [{ 'keep-days': '36501' }, '--keep-days'],
    [{ 'keep-jobs': '-1' }, '--keep-jobs'],
    [
      { 'allowed-hosts': 'x.example, https://y.example' },
      '--allowed-hosts: "https://y.example" is not a host',
    ],
    [{ 'allowed-hosts': 'y.example/spiderpig' }, '--allowed-hosts: "y.example/spiderpig" is not a host name'],
    [{ 'allowed-hosts': '*.example' }, '--allowed-hosts: "*.example" is not a host name'],
    [{ 'allowed-hosts': 'y.example:99999' }, '--allowed-hosts: "y.example:99999" is not a host name'],
    [{ 'allowed-hosts': '1.2.3.4.5' }, '--allowed-hosts: "1.2.3.4.5" is not a host name'],
    [{ 'allowed-hosts': '[y.example]' }, '--allowed-hosts'],
    [{ 'webhook-networks': 'fe80::1%eth0/64' }, '--webhook-networks'],
    [{ 'webhook-networks': '10.0.0.0/08' }, '--webhook-networks'],
    [{ 'webhook-networks': '10.0.0.0' }, '--webhook-networks: "10.0.0.0" is not a network'],
    [{ 'second-factor': 'maybe' }, '--second-factor: "maybe" is neither on nor off'],
    [{ 'oidc-issuer': 'http://idp.example' }, '--oidc-issuer: "http://idp.example" must be https'],
    [
      { phorge: 'https://x.example/?a=1' },
      '--phorge: "https://x.example/?a=1" must have no query or fragment',
    ],
    [{ 'public-url': 'https://x.example/path' }, '--public-url: "https://x.example/path" must have no path'],
    [
      { 'oidc-issuer': 'https://idp.example' },
      '--oidc-client-id (SPIDERPIG_OIDC_CLIENT_ID) is required with --oidc-issuer',
    ],
  ])('the configuration reader refuses %j with an error that names the option', (options, message) => {
    expect(() => read(options)).toThrow(message);
    expect(() => read(options)).toThrow(ConfigurationError);
  });

  it('the configuration reader accepts host names and addresses, with and without a port', () => {
    const names = ['x.example', 'y.example:8443', '127.0.0.1', '::1', '[::1]:8080'];
    expect(read({ 'allowed-hosts': names.join(', ') }).allowedHosts).toEqual(names);
  });

  it.each([
    [{ SPIDERPIG_PORT: 'x' }, 'SPIDERPIG_PORT: "x"'],
    [{ SPIDERPIG_SCAP: import.meta.filename }, 'is not an executable program'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL: "loud" is not one of silent,'],
  ])(
    'the configuration reader refuses the environment %j with an error that names the variable',
    (environment, message) => {
      expect(() => read({}, environment)).toThrow(message);
    },
  );

  it('the configuration reader takes values from the file where neither an option nor a variable is given, and names it in a mistake', () => {
    const file = parseConfigurationFile(
      '/etc/x.env',
      'SPIDERPIG_PORT=1\nSPIDERPIG_HOST=::1\nPATH=/nowhere\n',
    );
    const all = {
      options: {},
      environment: { SPIDERPIG_PORT: '2', SPIDERPIG_HOST: '' },
      root: '/nowhere',
      file,
    };
    expect(readConfiguration(all)).toMatchObject({ port: 2, host: '::1' });
    expect(readConfiguration({ ...all, options: { port: '3' } }).port).toBe(3);
    const wrong = parseConfigurationFile('/etc/x.env', 'SPIDERPIG_HOST=a b');
    expect(() => readConfiguration({ ...all, file: wrong })).toThrow('/etc/x.env: SPIDERPIG_HOST: "a b"');
  });

  it('the configuration reader reports every mistake together, each with its place', () => {
    const file = parseConfigurationFile(
      '/etc/x.env',
      '# a comment\nSPIDERPIG_PORT 1\nSPIDERPIG_STOP_GRACE=-1\n',
    );
    const environment = { SPIDERPIG_HOST: 'a b', SPIDERPIG_OIDC_ISSUER: 'https://idp.example' };
    const sources = { options: { 'keep-days': 'x' }, environment, root: '/nowhere', file };
    try {
      readConfiguration(sources);
      expect.unreachable();
    } catch (error) {
      expect(error instanceof ConfigurationError && error.mistakes).toEqual([
        '/etc/x.env, line 2: is not NAME=VALUE',
        expect.stringMatching(/^SPIDERPIG_HOST: /),
        expect.stringMatching(/^\/etc\/x.env: SPIDERPIG_STOP_GRACE: /),
        expect.stringMatching(/^--keep-days: /),
        expect.stringMatching(/^--oidc-client-id \(SPIDERPIG_OIDC_CLIENT_ID\) is required/),
        expect.stringMatching(/^--public-url/),
      ]);
    }
  });

  it('the configuration reader reads a file of masks, and names the file and the line of a wrong mask', () => {
    expect(read().masks).toBeNull();
    const file = join(directory, 'masks');
    expect(read({}, { SPIDERPIG_MASKS: file }).masks).toEqual({ file, patterns: ['hunter\\d+'] });
    expect(() => read({ masks: join(directory, 'wrong-masks') })).toThrow(
      `--masks: ${join(directory, 'wrong-masks')}, line 3: `,
    );
    expect(() => read({ masks: join(directory, 'greedy-masks') })).toThrow('line 1: “.*” matches empty text');
    expect(() => read({}, { SPIDERPIG_MASKS: '/nowhere/masks' })).toThrow(
      'SPIDERPIG_MASKS: /nowhere/masks cannot be read (ENOENT)',
    );
  });
});

describe('parseCommandLine', () => {
  const mistakesOf = (parse: () => unknown): readonly string[] => {
    try {
      parse();
      return [];
    } catch (error) {
      if (error instanceof ArgumentError) return error.mistakes;
      throw error;
    }
  };

  it('the command-line parser separates configuration options from the options of one command', () => {
    const syntax = { own: { user: text, count: wholeNumber(1, 9) }, switches: ['json'], operands: true };
    expect(parseCommandLine(['create', '--user=ada', '--port', '1', '--count', '2'], syntax)).toEqual({
      options: { port: '1' },
      own: { user: 'ada', count: 2 },
      operands: ['create'],
      switches: new Set(),
    });
  });

  it.each([[['--nonsense']], [['--log-level', 'debug']], [['--user', 'ada']], [['up']]])(
    'the command-line parser refuses %j, which no option or command accepts',
    (args) => {
      expect(() => parseCommandLine(args)).toThrow(args[0]);
    },
  );

  it('the command-line parser reports every mistake together: in options, in values, in the environment, and those of the command', () => {
    const args = ['--prot', '1', '--lanes', 'a b', '--role', 'king', '--config', '/nowhere/x.env', 'x'];
    const parse = () =>
      parseCommandLine(args, {
        own: { role: oneOf(['viewer']), user: text },
        check: (_line, given) => (given.has('user') ? [] : ['--user is needed']),
      });
    process.env['SPIDERPIG_KEEP_JOBS'] = '-1';
    try {
      expect(mistakesOf(parse)).toEqual([
        '--config: /nowhere/x.env cannot be read (ENOENT)',
        expect.stringMatching(/^--lanes: "a b" is not the name of a lane/),
        expect.stringMatching(/^SPIDERPIG_KEEP_JOBS: "-1" is not a whole number/),
        'Unknown option "--prot" (did you mean --port?)',
        '--role: "king" is not one of viewer',
        'Unexpected argument "x"',
        '--user is needed',
      ]);
    } finally {
      delete process.env['SPIDERPIG_KEEP_JOBS'];
    }
  });
});
