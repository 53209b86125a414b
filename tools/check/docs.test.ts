import { describe, expect, test } from 'vitest';
import { checkComments, checkDocs } from './docs.ts';
import { formatProblem } from './report.ts';

const repository = {
  paths: ['README.md', 'docs/api.md', 'server/job.ts', 'schema/model/job/job.ts'],
  code: "const port = process.env['SPIDERPIG_PORT']; function openWorld() {} type Job = { ended: boolean }; const options = { 'base-path': 1 };",
  scripts: ['build', 'test:unit'],
  commands: ['up'],
};

const problemsOf = (text: string, path = 'README.md'): string[] =>
  checkDocs(new Map([[path, text]]), repository).map(formatProblem);

describe('names in documents', () => {
  test.each([
    '`openWorld()`',
    '`Job.ended`',
    '`SPIDERPIG_PORT`',
    '`--base-path /PATH`',
    '`server/job.ts`',
    '`job.ts`',
    '`schema/model/job/NOUN.ts`',
    '`**/job*`',
    '`schema/model`',
    '`npm run build`',
    '`npm ci`',
    '`npx spiderpig up`',
    'plain openCastle()',
    '```\n`openCastle`\n```',
  ])('the documentation check accepts %s', (text) => {
    expect(problemsOf(text)).toEqual([]);
  });

  test.each([
    ['`openCastle()`', 'the code has no "openCastle"'],
    ['`Job.begun`', 'the code has no "Job.begun"'],
    ['`SPIDERPIG_DOOR`', 'the code has no "SPIDERPIG_DOOR"'],
    ['`--door`', 'the code has no option "--door"'],
    ['`spiderpig up --door`', 'the code has no option "--door"'],
    ['`server/door.ts`', 'there is no file "server/door.ts"'],
    ['`door.ts`', 'there is no file "door.ts"'],
    ['`npm run doors`', 'package.json has no script "doors"'],
    ['`spiderpig fly`', 'spiderpig has no command "fly"'],
  ])('the documentation check reports %s', (text, message) => {
    expect(problemsOf(`First line\n\n${text}`)).toEqual([`README.md:3: ${text}: ${message}`]);
  });
});

describe('links in documents', () => {
  test('the documentation check accepts links to files, folders, headings and other sites', () => {
    const text = '[a](docs/api.md#b) [b](#c) [c](https://example.org/x.md) [d](server)';
    expect(problemsOf(text)).toEqual([]);
    expect(problemsOf('[a](../README.md)', 'docs/api.md')).toEqual([]);
  });

  test('the documentation check reports a link to a missing file', () => {
    expect(problemsOf('[a](docs/door.md)')).toEqual([
      'README.md:1: links to "docs/door.md", which does not exist',
    ]);
  });

  test('the documentation check reports a missing file in a decision record, which may name code that is gone', () => {
    expect(problemsOf('`openCastle()` [a](door.md)', 'docs/decisions/0001-a.md')).toHaveLength(1);
  });
});

test('the documentation check reports a comment that names a missing file, and accepts one that names a file', () => {
  const comment =
    '// Owns jobs. Not questions (job/question.ts), not routes (job.ts).\nconst path = "gone.ts";';
  const problems = checkComments(new Map([['server/job.ts', comment]]), repository.paths);
  expect(problems.map(formatProblem)).toEqual([
    expect.stringContaining('there is no file "job/question.ts"'),
  ]);
});
