// @vitest-environment happy-dom
// Tests the page of the train: where it is, the preview, the exclusions, the confirmation and what the server refuses.
import { cleanup, screen, waitFor, within } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GraphqlStandIn, renderWith } from '../../../tests/component/graphql-stand-in.tsx';
import { jobSummary } from '../../../tests/component/job.ts';
import { Held } from '../parts/hold.tsx';
import type { System } from '../system.ts';
import { TrainPage } from './train-page.tsx';
import type { TrainStatus } from './train-state.ts';

const [v15, v16, v17] = ['1.47.0-wmf.15', '1.47.0-wmf.16', '1.47.0-wmf.17'] as const;
const names = (count: number, prefix: string): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(3, '0')}wiki`);

let server: GraphqlStandIn;
beforeEach(() => {
  server = new GraphqlStandIn();
  server.answer('LastTrains', () => ({ jobs: { nodes: [] } }));
});
afterEach(cleanup);

const group = (name: string, wikis: string[], version: string) => ({
  name,
  wikiCount: wikis.length,
  versions: [{ version, wikis }],
});

/** A train at group0 on a site of 1,100 wikis, but for `changes`. */
const status = (changes: Partial<TrainStatus> = {}): TrainStatus => ({
  state: 'state-1',
  version: v16,
  oldVersion: v15,
  isCheckedOut: true,
  station: 'group0',
  exceptionCount: 0,
  exceptions: [],
  warnings: [],
  task: {
    id: 'T430835',
    url: 'https://phabricator.example/T430835',
    version: v16,
    status: 'open',
    date: null,
  },
  blockers: [],
  sources: [{ name: 'STAGING', readAt: '2026-08-19T08:00:00.000Z', problem: null }],
  groups: [
    group('testwikis', names(3, 'test'), v16),
    group('group0', names(173, 'zero'), v16),
    group('group1', names(550, 'one'), v15),
    group('group2', names(374, 'two'), v15),
  ],
  next: null,
  ...changes,
});

const system = (changes: Partial<System> = {}): System => ({
  version: '1',
  simulated: false,
  gerritUrl: '',
  hasTrain: true,
  lanes: ['default'],
  queuedCount: 0,
  database: { since: null, message: null },
  hold: null,
  runners: [],
  activeJobs: [],
  queuedJobs: [],
  retention: { days: 0, jobs: 0 },
  sampleChanges: [],
  ...changes,
});

async function openPage(train: TrainStatus, changes: Partial<System> = {}, mayAct = true) {
  const user = renderWith(server, <TrainPage system={system(changes)} mayAct={mayAct} />);
  server.push('TrainUpdates', { trainUpdates: train });
  await screen.findByRole('radio', { name: /^group1/ });
  return user;
}

const radio = (name: string) => screen.getByRole<HTMLInputElement>('radio', { name: new RegExp(`^${name}`) });
const button = (name: RegExp) => screen.getByRole<HTMLButtonElement>('button', { name });

test('the train stands at its station, and one excluded wiki is an exception', async () => {
  await openPage(
    status({ exceptionCount: 1, exceptions: [{ wiki: 'zero001wiki', version: v15, expected: v16 }] }),
  );
  expect(radio('group0').checked).toBe(true);
  expect(screen.getByText(/One wiki runs another version \(zero001wiki wmf\.15\)/)).toBeTruthy();
  expect(screen.getAllByText('wmf.15: 550 wikis')).toHaveLength(1);
  expect(screen.queryByRole('button', { name: /^Promote/ })).toBeNull();
});

test('choosing a station previews the moves, wikis can be left out, and the start carries what was seen', async () => {
  server.answer('StartTrain', () => ({ startTrain: { __typename: 'StartTrainSuccess', job: { id: '7' } } }));
  const user = await openPage(
    status({ blockers: [{ id: 'T1', title: 'Broken', url: 'https://p.example/T1' }] }),
  );
  await user.click(radio('group1'));
  expect(screen.getByText(`550 wikis: ${v15} → ${v16}`)).toBeTruthy();
  await user.click(screen.getByText('Choose among 550 wikis'));
  await user.type(screen.getByRole('searchbox', { name: 'Find a wiki' }), 'one042');
  await user.click(screen.getByRole('checkbox', { name: /one042wiki/ }));
  expect(screen.getByText(`549 wikis: ${v15} → ${v16}`)).toBeTruthy();
  expect(screen.getByText('After that: wmf.16 on 725 wikis, wmf.15 on 375 wikis.')).toBeTruthy();
  await user.click(button(/^Include them/));
  expect(screen.getByText('After that: wmf.16 on 726 wikis, wmf.15 on 374 wikis.')).toBeTruthy();
  await user.click(screen.getByRole('checkbox', { name: /one042wiki/ }));
  await user.click(button(/^Promote to group1/));
  const dialog = within(await screen.findByRole('dialog', { name: `Promote group1 to ${v16}?` }));
  expect(dialog.getByText('The task of the train has 1 open blocker.')).toBeTruthy();
  expect(dialog.getByText('1 wiki is left out: one042wiki.')).toBeTruthy();
  expect(server.sent.some(({ name }) => name === 'StartTrain')).toBe(false);
  await user.click(dialog.getByRole('button', { name: /^Promote to group1/ }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(server.sent.find(({ name }) => name === 'StartTrain')?.variables).toMatchObject({
    input: {
      group: 'group1',
      version: v16,
      seen: 'state-1',
      excludedWikis: ['one042wiki'],
      acceptSkippedGroups: false,
    },
  });
});

test('the train can be moved with the keyboard alone', async () => {
  server.answer('StartTrain', () => ({ startTrain: { __typename: 'StartTrainSuccess', job: { id: '7' } } }));
  const user = await openPage(status());
  await user.tab();
  expect(document.activeElement).toBe(radio('group0'));
  await user.keyboard('{ArrowDown}');
  expect(document.activeElement).toBe(radio('group1'));
  expect(screen.getByText(`550 wikis: ${v15} → ${v16}`)).toBeTruthy();
  const tabTo = async (wanted: () => Element): Promise<void> => {
    // The closed list of wikis can have the focus here; in a browser it cannot.
    for (let presses = 0; presses < 100 && document.activeElement !== wanted(); presses++) await user.tab();
    expect(document.activeElement).toBe(wanted());
  };
  await tabTo(() => button(/^Promote to group1/));
  await user.keyboard('{Enter}');
  const first = within(await screen.findByRole('dialog'));
  await tabTo(() => first.getByRole('button', { name: 'Cancel' }));
  await user.keyboard('{Enter}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(server.sent.some(({ name }) => name === 'StartTrain')).toBe(false);
  await tabTo(() => button(/^Promote to group1/));
  await user.keyboard('{Enter}');
  const dialog = within(await screen.findByRole('dialog'));
  await tabTo(() => dialog.getByRole('button', { name: /^Promote to group1/ }));
  await user.keyboard('{Enter}');
  await waitFor(() => expect(server.sent.some(({ name }) => name === 'StartTrain')).toBe(true));
});

test('a task of a week that has not begun says when its version arrives', async () => {
  const task = { id: 'T1', url: 'https://p.example/T1', version: v17, status: 'open', date: '2999-01-01' };
  await openPage(status({ task }));
  expect(screen.getByText(`(${v17} arrives on Tuesday, January 1)`, { exact: false })).toBeTruthy();
});

test('a roll-back and a skipped group are named as such', async () => {
  const user = await openPage(status());
  await user.click(radio('Start'));
  expect(screen.getByText(`176 wikis: ${v16} → ${v15}`)).toBeTruthy();
  expect(button(/^Roll back to start/).className).toContain('destructive');
  await user.click(radio('group2'));
  await user.click(button(/^Promote to group2/));
  const dialog = within(await screen.findByRole('dialog'));
  expect(dialog.getByText('The train would skip group1.')).toBeTruthy();
});

test('a state that has changed meanwhile is refused with the difference, and the dialog stays', async () => {
  const message =
    'The train has changed since you looked at it, so nothing was started. 3 wikis run wmf.16 now.';
  server.answer('StartTrain', () => ({ startTrain: { __typename: 'TrainChanged', message } }));
  const user = await openPage(status());
  await user.click(radio('group1'));
  await user.click(button(/^Promote to group1/));
  const dialog = within(await screen.findByRole('dialog'));
  await user.click(dialog.getByRole('button', { name: /^Promote to group1/ }));
  expect((await dialog.findByRole('alert')).textContent).toContain('3 wikis run wmf.16 now.');
});

test.each([
  ['a missing role', {}, false, null, /deployer role/],
  [
    'a running backport',
    { activeJobs: [jobSummary('9', { state: 'RUNNING' })] },
    true,
    null,
    /Job 9 is running/,
  ],
  ['a hold', {}, true, 'Deployments are on hold', /on hold/],
] as const)('%s disables the start, with the reason', async (_what, changes, mayAct, held, reason) => {
  const user = renderWith(
    server,
    <Held.Provider value={held}>
      <TrainPage
        system={system({ ...changes, activeJobs: [...('activeJobs' in changes ? changes.activeJobs : [])] })}
        mayAct={mayAct}
      />
    </Held.Provider>,
  );
  server.push('TrainUpdates', { trainUpdates: status() });
  await user.click(await screen.findByRole('radio', { name: /^group1/ }));
  expect(button(/^Promote to group1/).disabled).toBe(true);
  expect(screen.getByText(reason)).toBeTruthy();
});

test('while a train runs, everyone sees its job and what ran before', async () => {
  server.answer('LastTrains', () => ({
    jobs: {
      nodes: [
        {
          ...jobSummary('9', { kind: 'TRAIN', state: 'RUNNING', title: 'Train' }),
          parameters: {
            __typename: 'TrainParameters',
            group: 'group1',
            from: 'group0',
            before: [{ name: 'group1', versions: [{ version: v15, wikiCount: 550 }] }],
          },
        },
      ],
    },
  }));
  const moved = status({
    groups: status().groups.map((each) => ({ ...each, versions: [{ version: v16, wikis: ['x'] }] })),
  });
  const running = jobSummary('9', { kind: 'TRAIN', state: 'RUNNING', title: 'Train: group1 to wmf.16' });
  await openPage(moved, { activeJobs: [running] });
  expect(screen.getByRole('link', { name: /Train: group1/ })).toBeTruthy();
  await screen.findByText('wmf.15: 550 wikis');
  expect(radio('group2').disabled).toBe(true);
});

test('the next train can be chosen while its version is not checked out', async () => {
  const next = {
    ...status(),
    version: v17,
    oldVersion: v16,
    isCheckedOut: false,
    station: 'start',
    state: 'state-1',
  };
  const user = await openPage(status({ station: 'group2', next }));
  await user.click(button(/^Next train/));
  expect(radio('Start').checked).toBe(true);
  await user.click(radio('group0'));
  expect(button(/^Promote to group0/).disabled).toBe(true);
  expect(screen.getByText(/deploy it to testwikis first/)).toBeTruthy();
});

test('a last train that never started causes no warning', async () => {
  server.answer('LastTrains', () => ({
    jobs: {
      nodes: [
        {
          ...jobSummary('8', { kind: 'TRAIN', state: 'FAILED', outcome: 'FAILED', title: 'Train: group1' }),
          parameters: null,
        },
      ],
    },
  }));
  await openPage(status());
  await waitFor(() => expect(server.sent.some(({ name }) => name === 'LastTrains')).toBe(true));
  expect(screen.queryByText(/The last train did not end as deployed/)).toBeNull();
});

test('the page warns of a last train that did not arrive and of a failing source', async () => {
  server.answer('LastTrains', () => ({
    jobs: {
      nodes: [
        {
          ...jobSummary('8', { kind: 'TRAIN', state: 'FAILED', outcome: 'FAILED', title: 'Train: group1' }),
          startedAt: '2026-11-24T08:00:00Z',
          parameters: null,
        },
      ],
    },
  }));
  await openPage(
    status({
      blockers: null,
      sources: [{ name: 'TASK', readAt: null, problem: 'it answered with status 503' }],
    }),
  );
  await screen.findByText(/The last train did not end as deployed/);
  const recent = within(screen.getByRole('region', { name: 'Recent moves' }));
  expect(recent.getByRole('link', { name: 'Open job 8' }).getAttribute('href')).toBe('/jobs/8');
  expect(recent.getByRole('link', { name: 'All trains in the history' }).getAttribute('href')).toBe(
    '/?kind=train',
  );
  expect(screen.getByText('Failed since then: it answered with status 503')).toBeTruthy();
  expect(screen.getByRole('link', { name: /See the subtasks/ })).toBeTruthy();
});
