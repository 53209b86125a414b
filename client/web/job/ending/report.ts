// Owns making the report of a job on demand: its code and the lines around its error are loaded then. Owns no wording (job-report.ts).
import type { Client } from '@urql/core';
import type { JobDetailFragment } from '../../../generated/graphql.ts';
import type { LogLine } from '../../log/line/line.ts';
import { LogRangeQuery } from '../../log/log.graphql.ts';
import { jobPath } from '../../route.ts';
import type { Stage } from '../stage/stage.ts';

/** `markdown`: for Phabricator and most other trackers. `wiki`: for MediaWiki pages. `log`: one line for a server admin log. */
export type ReportKind = 'markdown' | 'wiki' | 'log';

/** How many lines before the error and after it the report quotes. */
const around = 5;

/** Rejects if the lines around the error do not arrive. */
export async function reportOf(
  kind: ReportKind,
  job: JobDetailFragment,
  stages: readonly Stage[],
  client: Pick<Client, 'query'>,
): Promise<string> {
  const { jobReport, logEntry } = await import('./job-report.ts');
  if (kind === 'log') return logEntry(job);
  const url = new URL(jobPath(job.id), location.href).href;
  return jobReport(job, stages, url, kind, await linesAround(job, client));
}

/** The lines around the error of a job that went wrong; empty for others. */
async function linesAround(
  { id, outcome, lastError }: JobDetailFragment,
  client: Pick<Client, 'query'>,
): Promise<readonly LogLine[]> {
  if (lastError === null || outcome === 'DEPLOYED') return [];
  const after = Math.max(0, lastError.number - around - 1);
  const { data, error } = await client.query(LogRangeQuery, { jobId: id, after, first: 2 * around + 1 });
  const lines = data?.job?.log.lines;
  if (lines === undefined) throw error ?? new Error('no lines');
  return lines;
}
