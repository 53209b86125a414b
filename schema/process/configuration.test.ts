import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configurationEnvironment, readConfiguration, withoutPassword } from './configuration.ts';

describe('the configuration', () => {
  let bin = '';
  beforeAll(() => {
    bin = mkdtempSync(join(tmpdir(), 'spiderpig-bin-'));
    writeFileSync(join(bin, 'scap'), '#!/bin/sh\n');
    chmodSync(join(bin, 'scap'), 0o755);
    writeFileSync(join(bin, 'notes'), '');
    writeFileSync(join(bin, 'masks'), '# known\nhunter\\d+\n');
    writeFileSync(join(bin, 'wrong-masks'), 'hunter\\d+\n\n(\n');
    writeFileSync(join(bin, 'greedy-masks'), '.*\n');
  });
  afterAll(() => rmSync(bin, { recursive: true }));

  const read = (options: Record<string, string> = {}, environment: Record<string, string> = {}) =>
    readConfiguration({ options, environment: { HOME: '/home/x', ...environment }, root: '/nowhere' });

  it('has the defaults that the contract names', () => {
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

  it('takes options before variables, and an empty variable for none', () => {
    expect(read({ port: '1' }, { SPIDERPIG_PORT: '2' }).port).toBe(1);
    expect(read({}, { SPIDERPIG_PORT: '2' }).port).toBe(2);
    expect(read({}, { SPIDERPIG_PORT: '' }).port).toBe(8888);
  });

  it('finds scap on PATH, and takes another command as argv', () => {
    expect(read({}, { PATH: `/nowhere:${bin}` }).scap).toEqual([join(bin, 'scap')]);
    expect(read({ scap: `scap --x  y` }, { PATH: bin }).scap).toEqual([join(bin, 'scap'), '--x', 'y']);
  });

  it('survives being handed on as environment variables', () => {
    const configuration = read(
      {
        port: '0',
        gerrit: 'http://127.0.0.1:1/r',
        lanes: 'a, b',
        'allowed-hosts': 'x.example',
        'keep-days': '0',
        'keep-jobs': '5',
        masks: join(bin, 'masks'),
      },
      { PATH: bin },
    );
    expect(
      readConfiguration({
        options: {},
        environment: configurationEnvironment(configuration),
        root: '/nowhere',
      }),
    ).toEqual(configuration);
  });

  it.each([
    ['ops, wikidev', ['ops', 'wikidev']],
    [
      'cn=ops,ou=groups,dc=example; cn=wikidev,ou=groups,dc=example',
      ['cn=ops,ou=groups,dc=example', 'cn=wikidev,ou=groups,dc=example'],
    ],
    ['cn=ops,ou=groups,dc=example;', ['cn=ops,ou=groups,dc=example']],
    [' ; ', []],
  ])('reads the groups %j, and hands them on', (value, groups) => {
    const configuration = read({ 'deployer-groups': value });
    expect(configuration.roleGroups.deployer).toEqual(groups);
    expect(read({}, configurationEnvironment(configuration)).roleGroups).toEqual(configuration.roleGroups);
  });

  it.each([
    [{ port: 'x' }, '--port: “x”'],
    [{ port: '70000' }, '--port: “70000”'],
    [{ port: '-1' }, '--port'],
    [{ host: 'a b' }, '--host'],
    [{ database: 'mysql://x' }, '--database: “mysql://x”'],
    [{ database: 'mysql://u:secret@x' }, 'u:…@x'],
    [{ gerrit: 'ftp://x' }, '--gerrit'],
    [{ gerrit: 'nonsense' }, '--gerrit'],
    [{ scap: 'no-such-program-here' }, 'no-such-program-here'],
    [{ 'stop-grace': '1.5' }, '--stop-grace'],
    [{ 'keep-days': '36501' }, '--keep-days'],
    [{ 'keep-jobs': '-1' }, '--keep-jobs'],
  ])('names what is wrong in %j', (options, words) => {
    expect(() => read(options)).toThrow(words);
  });

  it('names the variable when it is the variable that is wrong', () => {
    expect(() => read({}, { SPIDERPIG_PORT: 'x' })).toThrow('SPIDERPIG_PORT: “x”');
    expect(() => read({}, { SPIDERPIG_SCAP: join(bin, 'notes') })).toThrow('SPIDERPIG_SCAP');
  });

  it('reads the file of masks, and names the file and the line that is wrong', () => {
    expect(read().masks).toBeNull();
    const file = join(bin, 'masks');
    expect(read({}, { SPIDERPIG_MASKS: file }).masks).toEqual({ file, patterns: ['hunter\\d+'] });
    expect(() => read({ masks: join(bin, 'wrong-masks') })).toThrow(
      `--masks: ${join(bin, 'wrong-masks')}, line 3: “(” is not a regular expression`,
    );
    expect(() => read({ masks: join(bin, 'greedy-masks') })).toThrow('line 1: “.*” matches empty text');
    expect(() => read({}, { SPIDERPIG_MASKS: '/nowhere/masks' })).toThrow(
      'SPIDERPIG_MASKS: /nowhere/masks cannot be read (ENOENT)',
    );
  });

  it('shows a database URL without its password', () => {
    expect(withoutPassword('postgresql://u:p%40:x@h/d')).toBe('postgresql://u:…@h/d');
  });
});
