// A short storm on each database: nothing is lost and nothing happens twice, whatever is killed. `npm run crash` makes long ones, with other seeds.
import { expect, it } from 'vitest';
import { startPostgreSql } from '../support/postgresql.ts';
import { failureText, hasFailed, type Report, reportText } from './report.ts';
import { crash } from './run.ts';

/** A busy machine takes several times as long as a free one. */
const timeout = 480_000;
const storm = {
  seed: 'short',
  rounds: Array.from({ length: 20 }, (_, index) => index + 1),
  parallel: 8,
};

const textOf = (report: Report): string =>
  [...report.failures.map((failure) => failureText(report, failure)), reportText(report)].join('\n');

it('F3 twenty jobs on sqlite come through a storm', { timeout }, async () => {
  const report = await crash({ ...storm, dialect: 'sqlite', postgresql: null });
  expect(hasFailed(report), textOf(report)).toBe(false);
});

it('F3 twenty jobs on postgresql come through a storm', { timeout }, async () => {
  // A server of its own: it is crashed too.
  const postgresql = await startPostgreSql();
  try {
    const report = await crash({ ...storm, dialect: 'postgresql', postgresql });
    expect(hasFailed(report), textOf(report)).toBe(false);
  } finally {
    await postgresql.stop();
  }
});
