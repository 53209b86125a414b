import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openConfigurationFile, parseConfigurationFile } from './configuration-file.ts';

let directory = '';
let file = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'spiderpig-file-'));
  file = join(directory, 'x.env');
  writeFileSync(file, 'SPIDERPIG_PORT=1\n');
});
afterAll(() => rmSync(directory, { recursive: true }));

it('the file of the option is preferred to that of the variable, and none is read when asked so', () => {
  const environment = { SPIDERPIG_CONFIG: '/nowhere/x.env' };
  expect(openConfigurationFile(file, environment, '/nowhere')).toMatchObject({
    path: file,
    variables: { SPIDERPIG_PORT: '1' },
  });
  expect(openConfigurationFile('none', environment, '/nowhere')).toBeNull();
  expect(openConfigurationFile(undefined, { SPIDERPIG_CONFIG: 'none' }, '/nowhere')).toBeNull();
});

it('no configuration file is read in a checkout unless one is named', () => {
  expect(openConfigurationFile(undefined, {}, join(import.meta.dirname, '..', '..', '..'))).toBeNull();
});

it('the error about a file that cannot be read names its option or variable', () => {
  const read = (option?: string) => openConfigurationFile(option, { SPIDERPIG_CONFIG: '/nowhere' }, '/x');
  expect(() => read()).toThrow('SPIDERPIG_CONFIG: /nowhere cannot be read (ENOENT)');
  expect(() => read(directory)).toThrow(`--config: ${directory} cannot be read (EISDIR)`);
});

it('the reader of configuration files understands comments, quotes and exports, and names every other line', () => {
  const content = '# c\n; c\n\nA=1\n export B="two words"\nC\nD = \'x\'\n9=1\n';
  const { variables, mistakes } = parseConfigurationFile('f', content);
  expect(variables).toMatchObject({ A: '1', B: 'two words', D: 'x' });
  expect(mistakes).toEqual(['f, line 6: is not NAME=VALUE', 'f, line 8: is not NAME=VALUE']);
});

it('the reader of configuration files counts further lines of a file of another kind', () => {
  const { mistakes } = parseConfigurationFile('f', 'x\n'.repeat(12));
  expect(mistakes).toHaveLength(11);
  expect(mistakes.at(-1)).toBe('f: 2 more lines are not NAME=VALUE');
});

it('the reader of configuration files understands the line ends of Windows', () => {
  const { variables, mistakes } = parseConfigurationFile('f', '\uFEFFA=1\r\n# c\r\nB=2\r\n');
  expect(variables).toEqual({ A: '1', B: '2' });
  expect(mistakes).toEqual([]);
});
