// @vitest-environment happy-dom
// Tests the jobs that a search of the history finds before they have ended.
import { cleanup, screen, waitFor } from '@testing-library/preact';
import { afterEach, expect, test } from 'vitest';
import { GraphqlStandIn, renderWith } from '../../../tests/component/graphql-stand-in.tsx';
import { jobSummary } from '../../../tests/component/job.ts';
import type { JobSummaryFragment } from '../../generated/graphql.ts';
import { everyJob } from './history-filter.ts';
import { UnendedMatches } from './unended-matches.tsx';

afterEach(cleanup);

const queued = (id: string) => ({ id, state: 'QUEUED', ended: false, outcome: null });
function search(text: string, latest: readonly JobSummaryFragment[] = []): GraphqlStandIn {
  const server = new GraphqlStandIn();
  server.answer('UnendedJobs', () => ({ jobs: { nodes: [queued('25'), queued('24')], totalCount: 3 } }));
  renderWith(
    server,
    <UnendedMatches
      filter={{ ...everyJob, text }}
      latest={new Map(latest.map((job) => [job.id, job] as const))}
    />,
  );
  return server;
}

test('a search names the queued jobs that it finds', async () => {
  const server = search(' 1102340');
  await waitFor(() => expect(screen.getAllByRole('link').map((link) => link.textContent)).toHaveLength(2));
  // The body can contain what another test has left.
  expect(document.body.textContent).toContain('Not ended yet: job 25 queued job 24 queued …and 1 more job.');
  expect(server.sent[0]?.variables['filter']).toMatchObject({ text: '1102340', outcomes: null });
});

test('a job that has ended since the search is not named', async () => {
  search('1102340', [jobSummary('25', { state: 'SUCCEEDED' })]);
  await waitFor(() =>
    expect(screen.getAllByRole('link').map((link) => link.textContent)).toEqual(['job 24']),
  );
});

test('without a text, jobs that have not ended are not searched', () => {
  expect(search('  ').sent).toEqual([]);
});
