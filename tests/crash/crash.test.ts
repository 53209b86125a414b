// Tests a few rounds of the crash test on each database. `npm run nightly` runs hundreds, with other seeds.
import { expect, it } from 'vitest';
import { startPostgreSql } from '../support/postgresql/postgresql.ts';
import { failureText, hasFailed, type Report, reportText } from './report.ts';
import { crash } from './run.ts';

/** One wave: all rounds run at the same time, two in each of two lanes. */
const parallel = 4;
const options = {
  seed: 'short',
  rounds: Array.from({ length: parallel }, (_, index) => index + 1),
  parallel,
};

const textOf = (report: Report): string =>
  [...report.failures.map((failure) => failureText(report, failure)), reportText(report)].join('\n');

it('F3 jobs on SQLite lose and duplicate nothing while faults are injected', async () => {
  const report = await crash({ ...options, dialect: 'sqlite', postgresql: null });
  expect(hasFailed(report), textOf(report)).toBe(false);
});

it('F3 jobs on PostgreSQL lose and duplicate nothing while faults are injected', async () => {
  // Not the server that all tests share, because it is restarted.
  const postgresql = await startPostgreSql();
  try {
    const report = await crash({ ...options, dialect: 'postgresql', postgresql });
    expect(hasFailed(report), textOf(report)).toBe(false);
  } finally {
    await postgresql.stop();
  }
});
