import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { passwordFindings } from './password.ts';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'spiderpig-password-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const url = 'postgresql://spiderpig:hun%2Fter2@db/spiderpig';

test.each<[string, string[]]>([
  ['a URL in an assignment', ['sudo', 'env', `SPIDERPIG_DATABASE_URL=${url}`, 'spiderpig', 'login']],
  ['a URL as an option', ['spiderpig', 'server', `--database=${url}`]],
  ['a shell command', ['sh', '-c', `psql '${url}' -c 'select 1'`]],
  ['a connection string', ['psql', 'host=db password=hun/ter2 dbname=spiderpig']],
  ['a variable of PostgreSQL', ['env', 'PGPASSWORD=hun%2Fter2', 'psql']],
])('S4 doctor finds the password of the database in %s', (_where, args) => {
  const findings = [...passwordFindings(url, null, [{ pid: 7, args }])];
  expect(findings.map(({ level }) => level)).toEqual(['FAIL']);
  expect(findings[0]?.what).toContain(`process 7 (${args[0]})`);
  expect(JSON.stringify(findings)).not.toContain('hun');
});

test.each<[string, string]>([
  ['without a password', 'postgresql://spiderpig@db/spiderpig'],
  ['of SQLite', 'sqlite:/x/spiderpig.sqlite'],
  ['with another password', 'postgresql://spiderpig:other@db/spiderpig'],
])('S4 doctor finds nothing in the arguments for a database URL %s', (_which, own) => {
  expect([...passwordFindings(own, null, [{ pid: 7, args: ['psql', url] }])]).toEqual([]);
});

test.each<[number, string, RegExp]>([
  [0o600, 'ok', /readable only for its owner and group/],
  [0o640, 'ok', /readable only for its owner and group/],
  [0o644, 'FAIL', /every user can read/],
  [0o660, 'FAIL', /other users can change/],
  [0o646, 'FAIL', /other users can change/],
])('S4 an configuration file of mode %o is %s', (mode, level, words) => {
  const file = join(directory, 'spiderpig.env');
  writeFileSync(file, 'SPIDERPIG_PORT=1\n');
  chmodSync(file, mode);
  const found = [...passwordFindings('sqlite:x', file, [])].find(({ what }) => what.includes(file));
  expect(found?.level).toBe(level);
  expect(found?.what).toMatch(words);
});
