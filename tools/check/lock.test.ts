import { expect, test } from 'vitest';
import { lockProblems } from './lock.ts';

const integrity = `sha512-${'A'.repeat(86)}==`;
const root = { '': {}, 'tools/node': { version: '1.0.0' } };

test('a lock file whose packages come from the configured registry has no problem', () => {
  const packages = {
    ...root,
    'node_modules/a': { version: '1.2.3', integrity },
    'node_modules/a/node_modules/@s/b': { version: '1.0.0-beta.17', integrity },
    'node_modules/node-for-tools': { resolved: 'tools/node', link: true },
  };
  expect(lockProblems(packages)).toEqual([]);
});

test.each<[string, object, RegExp]>([
  [
    'another registry',
    { version: '1.0.0', integrity, resolved: 'https://evil.example/a.tgz' },
    /names an address/,
  ],
  ['a repository', { version: '1.0.0', resolved: 'git+ssh://git@host/a.git#abc' }, /names an address/],
  ['a file', { version: '1.0.0', integrity, resolved: 'file:../a.tgz' }, /names an address/],
  ['another name', { version: '1.0.0', integrity, name: 'evil' }, /“evil” under another name/],
  ['no hash', { version: '1.0.0' }, /SHA-512/],
  ['a weak hash', { version: '1.0.0', integrity: 'sha1-x' }, /SHA-512/],
  ['several hashes', { version: '1.0.0', integrity: `${integrity} sha1-x` }, /SHA-512/],
  ['no exact version', { version: '^1.0.0', integrity }, /exact version/],
  ['a link to another folder', { link: true, resolved: '../elsewhere' }, /workspace/],
])('a package with %s is a problem', (_what, entry, words) => {
  const problems = lockProblems({ ...root, 'node_modules/a': entry });
  expect(problems[0]?.where).toBe('node_modules/a');
  expect(problems.map(({ message }) => message).join()).toMatch(words);
});
