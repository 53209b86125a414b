// Tests the report of a job for tickets and channels, also with hostile text.
import { expect, test } from 'vitest';
import { changeDetail, jobDetail, question } from '../../../../tests/component/job.ts';
import type { Stage } from '../stage/stage.ts';
import { jobReport, logEntry } from './job-report.ts';

const url = 'https://spiderpig.example.org/jobs/7';
const stages: readonly Stage[] = [
  { name: 'merge', state: 'passed', from: 0, to: 192_000, line: 4 },
  { name: 'canaries', state: 'open', from: null, to: null, line: null },
];
const job = jobDetail('7', {
  title: 'Fix [[thumbnails]]',
  interactions: [
    question('1', {
      prompt: 'Backport the changes?',
      answer: 'y',
      answeredBy: { id: '2', name: 'Jonas' },
      lineNumber: 12,
    }),
  ],
  lastError: { number: 33, text: 'ERROR: `x` </nowiki>' },
});

test('the Markdown report names outcome, changes, stages, answers and the last error, with links to lines', () => {
  expect(jobReport(job, stages, url, 'markdown').trimEnd().split('\n')).toEqual([
    '[Job 7](https://spiderpig.example.org/jobs/7) **Fix \\[\\[thumbnails\\]\\]**',
    '- Backport by Amina · deployed · 2026-11-20 12:00 UTC, 9 min 0 s',
    '- Done. scap reported no errors.',
    '- [1102340](https://gerrit.example.org/c/mediawiki/core/+/1102340) Fix thumbnails 1102340',
    '- Merge: 3 min 12 s ([line 4](https://spiderpig.example.org/jobs/7#L4))',
    '- Backport the changes? “Yes” (y) (Jonas) ([line 12](https://spiderpig.example.org/jobs/7#L12))',
    '- `` ERROR: `x` </nowiki> `` ([line 33](https://spiderpig.example.org/jobs/7#L33))',
  ]);
});

test('the lines around the error end the report, as a block that they cannot end', () => {
  const lines = ['before', '```', '</nowiki>'].map((text, index) => ({
    number: 32 + index,
    at: '2026-11-20T12:00:00.000Z',
    kind: 'OUTPUT' as const,
    text,
    sensitive: false,
    continues: false,
  }));
  expect(jobReport(job, stages, url, 'markdown', lines)).toMatch(
    /\n\n````\nbefore\n```\n<\/nowiki>\n````\n$/,
  );
  expect(jobReport(job, stages, url, 'wiki', lines)).toMatch(
    /\n\n<pre><nowiki>before\n```\n&lt;\/nowiki><\/nowiki><\/pre>\n$/,
  );
});

test('the wiki report keeps foreign text from becoming markup', () => {
  const lines = jobReport(job, stages, url, 'wiki').split('\n');
  expect(lines[0]).toBe(`[${url} Job 7] '''<nowiki>Fix [[thumbnails]]</nowiki>'''`);
  expect(lines).toContain(`* <code><nowiki>ERROR: \`x\` &lt;/nowiki></nowiki></code> ([${url}#L33 line 33])`);
});

test('a line break in a subject adds no line to the report', () => {
  const hostile = jobDetail('7', { changes: [changeDetail('11', { subject: 'a\n!log b' })] });
  expect(
    jobReport(hostile, [], url, 'markdown')
      .split('\n')
      .some((line) => line.startsWith('!log')),
  ).toBe(false);
});

test('L1 a subject in a report notifies nobody, and an address does not end its link', () => {
  const change = changeDetail('11', { subject: '@everyone {{delete}} ~~~~', url: "https://g/c/a)b''c/+/11" });
  const hostile = jobDetail('7', { changes: [change] });
  const lineIn = (format: 'markdown' | 'wiki') => jobReport(hostile, [], url, format).split('\n').at(-2);
  expect(lineIn('markdown')).toBe(
    '- [11](https://g/c/a%29b%27%27c/+/11) @\u200Beveryone \\{\\{delete\\}\\} \\~\\~\\~\\~',
  );
  expect(lineIn('wiki')).toBe(
    '* [https://g/c/a%29b%27%27c/+/11 11] <nowiki>@everyone {{delete}} ~~~~</nowiki>',
  );
});

test('the line for the server admin log names user, changes, outcome and duration', () => {
  expect(logEntry(job)).toBe('!log Amina: backport 1102340: deployed in 9 min 0 s');
});
