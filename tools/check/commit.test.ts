import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkCommit, readCommits } from './commit.ts';

const messagesOf = (subject: string, { body = 'Because.', files = ['server/job.ts'] } = {}): string[] =>
  checkCommit({ hash: 'abc1234', subject, body, files }).map(({ message }) => message);

test.each([
  'Add a check of commit messages',
  'Pass the clock to the session',
  'Embed the hash in each document',
  'Address review comments',
  'Throttle live delivery to 20 batches a second during floods',
  'Record the start and the end of a job',
])('the commit check accepts the subject "%s"', (subject) => {
  expect(messagesOf(subject)).toEqual([]);
});

test.each([
  ['Added a check', 'imperative'],
  ['Adds a check', 'imperative'],
  ['Adding a check', 'imperative'],
  ['A hold that ends is noticed', 'imperative'],
  ['What nothing uses is gone', 'imperative'],
  ['add a check', 'capital letter'],
  ['bench: measure once', 'capital letter'],
  ['Add a check; remove a test', 'two changes'],
  ['Add a check and remove a test', 'two changes'],
  ['Add a check.', 'full stop'],
  [`Add ${'x'.repeat(69)}`, 'has 73 characters'],
])('the commit check rejects the subject "%s": %s', (subject, message) => {
  expect(messagesOf(subject)).toEqual([expect.stringContaining(message)]);
});

test('the commit check accepts a subject of exactly 72 characters', () => {
  expect(messagesOf(`Add ${'x'.repeat(68)}`)).toEqual([]);
});

test('the commit check requires a body, except for documentation', () => {
  expect(messagesOf('Fix a race', { body: '\n' })).toEqual([expect.stringContaining('needs a body')]);
  expect(messagesOf('Fix a link', { body: '', files: ['README.md', 'docs/api.md'] })).toEqual([]);
});

test('the commit check reads subject, body and files of new commits, without merges', () => {
  const root = mkdtempSync(join(tmpdir(), 'spiderpig-commits-'));
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args], {
      cwd: root,
      encoding: 'utf8',
    });
  try {
    git('init', '--quiet', '--initial-branch=main');
    git('commit', '--quiet', '--allow-empty', '--message=base');
    const base = git('rev-parse', 'HEAD').trim();
    writeFileSync(join(root, 'a.md'), '');
    writeFileSync(join(root, 'b.ts'), '');
    git('add', '.');
    git('commit', '--quiet', '--message=Add two files', '--message=First line.\nSecond line.');
    git('checkout', '--quiet', '-b', 'side', base);
    git('commit', '--quiet', '--allow-empty', '--message=Change nothing');
    git('checkout', '--quiet', 'main');
    git('merge', '--quiet', '--no-ff', '--message=Merge side', 'side');
    const commits = readCommits(root, base);
    expect(commits.map(({ subject }) => subject).toSorted()).toEqual(['Add two files', 'Change nothing']);
    expect(commits).toContainEqual({
      hash: expect.any(String),
      subject: 'Add two files',
      body: 'First line.\nSecond line.\n',
      files: ['a.md', 'b.ts'],
    });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
