// @vitest-environment happy-dom
// Tests what the administration page says about the jobrunners.
import { signal } from '@preact/signals';
import { cleanup, screen } from '@testing-library/preact';
import { afterEach, expect, test } from 'vitest';
import { GraphqlStandIn, renderWith } from '../../../tests/component/graphql-stand-in.tsx';
import type { System, Viewer } from '../system.ts';
import { AdminPage } from './admin-page.tsx';

afterEach(cleanup);

const runner: System['runners'][number] = {
  id: 'deploy1/default/1',
  host: 'deploy1',
  lanes: ['default'],
  online: true,
  laneProblem: null,
  cleanUpProblem: null,
  scap: 'scap',
  simulated: false,
};

const system = (runners: System['runners']): System => ({
  version: '1',
  simulated: false,
  gerritUrl: '',
  hasTrain: false,
  database: { since: null, message: null },
  lanes: ['default'],
  hold: null,
  runners,
  activeJobs: [],
  queuedJobs: [],
  queuedCount: 0,
  retention: { days: 90, jobs: null },
  sampleChanges: [],
});
const viewer: Viewer = { user: { id: '1', name: 'ada' }, role: 'ADMIN', canDeploy: true };

test('B4 the page says which jobrunner does not trust its clock, without direction marks', () => {
  const cleanUpProblem = 'the clock says \u202e2027';
  const runners = [runner, { ...runner, id: 'deploy2/default/1', host: 'deploy2', cleanUpProblem }];
  renderWith(
    new GraphqlStandIn(),
    <AdminPage system={system(runners)} viewer={viewer} connections={signal(0)} />,
  );
  const text = screen.getByText(/removes no jobs/).closest('.message')?.textContent;
  expect(text).toContain('The jobrunner on deploy2 removes no jobs or sessions');
  expect(text).toContain('the clock says ');
  expect(text).not.toContain('\u202e');
  expect(screen.queryByText(/deploy1/)).toBeNull();
});
