import { expect, test } from 'vitest';
import { passwordFindings } from './password.ts';

const url = 'postgresql://spiderpig:hun%2Fter2@db/spiderpig';

test.each<[string, string[]]>([
  ['a URL in an assignment', ['sudo', 'env', `SPIDERPIG_DATABASE_URL=${url}`, 'spiderpig', 'login']],
  ['a URL as an option', ['spiderpig', 'server', `--database=${url}`]],
  ['a shell command', ['sh', '-c', `psql '${url}' -c 'select 1'`]],
  ['a connection string', ['psql', 'host=db password=hun/ter2 dbname=spiderpig']],
  ['a variable of PostgreSQL', ['env', 'PGPASSWORD=hun%2Fter2', 'psql']],
])('S4 doctor finds the password of the database in %s', (_where, args) => {
  const findings = [...passwordFindings(url, [{ pid: 7, args }])];
  expect(findings.map(({ level }) => level)).toEqual(['FAIL']);
  expect(findings[0]?.what).toContain(`process 7 (${args[0]})`);
  expect(JSON.stringify(findings)).not.toContain('hun');
});

test.each<[string, string]>([
  ['without a password', 'postgresql://spiderpig@db/spiderpig'],
  ['of SQLite', 'sqlite:/x/spiderpig.sqlite'],
  ['with another password', 'postgresql://spiderpig:other@db/spiderpig'],
])('S4 doctor finds nothing in the arguments for a database URL %s', (_which, own) => {
  expect([...passwordFindings(own, [{ pid: 7, args: ['psql', url] }])]).toEqual([]);
});
