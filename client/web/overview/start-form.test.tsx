// @vitest-environment happy-dom
// Tests the start form: what can be submitted, and what the server's refusals look like.
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/preact';
import { useState } from 'preact/hooks';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { GraphqlStandIn, renderWith } from '../../../tests/component/graphql-stand-in.tsx';
import { lateResult } from '../connection/mutation.ts';
import { Held } from '../parts/hold.tsx';
import type { ChangeOrder } from './change/change-order.ts';
import type { FoundChange } from './change/change-search.ts';
import { type StartDraft, useStartDraft } from './start-draft.ts';
import { StartForm } from './start-form.tsx';

let server: GraphqlStandIn;

beforeEach(() => {
  server = new GraphqlStandIn();
  history.replaceState(null, '', '/');
  sessionStorage.clear();
});
afterEach(() => {
  cleanup();
  lateResult.value = null;
});

function Form({
  mayStart = true,
  lanes = [],
  busyJob = null,
  isQueueCut = false,
}: {
  mayStart?: boolean | null;
  lanes?: readonly string[];
  busyJob?: string | null;
  isQueueCut?: boolean;
}) {
  const [draft, setDraft] = useState<StartDraft>({ changes: [], revert: false, lane: null });
  return (
    <StartForm
      draft={draft}
      onDraft={setDraft}
      lanes={lanes}
      lane={draft.lane}
      busyJob={busyJob}
      isQueueCut={isQueueCut}
      gerritUrl="https://gerrit.example.org/r/"
      mayStart={mayStart}
    />
  );
}
const field = () => screen.getByLabelText<HTMLInputElement>('Changes');
const start = (name = 'Start') => screen.getByRole<HTMLButtonElement>('button', { name });
const refuse = (refusal: object): void => server.answer('StartBackport', () => ({ startBackport: refusal }));
/** The requests that start a job. */
const started = () => server.sent.filter(({ name }) => name === 'StartBackport');
const success = { startBackport: { __typename: 'StartBackportSuccess', job: { id: '7' } } };

test('the start form submits typed changes and leads to the new job', async () => {
  server.answer('StartBackport', () => success);
  const user = renderWith(server, <Form />);
  expect(start().disabled).toBe(true);
  await user.type(field(), '1102340,1102341');
  expect(screen.getByRole('button', { name: 'Remove 1102340' })).toBeTruthy();
  await user.click(screen.getByRole('checkbox', { name: 'Revert these changes' }));
  await user.click(start());
  await waitFor(() => expect(location.pathname).toBe('/jobs/7'));
  expect(started()[0]?.variables['input']).toMatchObject({
    changes: ['1102340', '1102341'],
    revert: true,
    acceptUnverified: false,
    lane: null,
  });
  expect(field().value).toBe('');
});

test('Enter adds a change and does not submit the start form', async () => {
  const user = renderWith(server, <Form />);
  await user.type(field(), '1102340{Enter}{Enter}');
  expect(screen.getByRole('button', { name: 'Remove 1102340' })).toBeTruthy();
  expect(started()).toEqual([]);
});

test('Backspace in the empty field turns the last chip back into text', async () => {
  const user = renderWith(server, <Form />);
  await user.type(field(), '1102340 ');
  await user.type(field(), '{Backspace}');
  expect(field().value).toBe('1102340');
  expect(screen.queryByRole('button', { name: 'Remove 1102340' })).toBeNull();
});

test('an invalid change has a problem, and the start form cannot be submitted until it is removed', async () => {
  const user = renderWith(server, <Form />);
  await user.type(field(), '1102340 ab{Enter}');
  expect(screen.getByText('ab: not a change number or a Gerrit URL.')).toBeTruthy();
  expect(start().disabled).toBe(true);
  expect(start().title).toBe('Fix or remove the changes in red.');
  await user.click(screen.getByRole('button', { name: 'Remove ab' }));
  expect(start().disabled).toBe(false);
});

/** Answers searches with the changes whose number or subject the text contains. */
function knowChanges(...changes: readonly Partial<FoundChange>[]): void {
  const known = changes.map((change) => ({ ...found, ...change }));
  server.answer('Changes', ({ search }) => ({
    changes: {
      nodes: known.filter(
        ({ number, subject }) => String(search).includes(number) || subject?.includes(String(search)),
      ),
      hasMore: false,
      askedAt: '2026-11-29T14:03:00Z',
      unavailable: null,
    },
  }));
}

/** Answers what changes depend on: nothing, in the given order, unless the test says otherwise. */
function knowOrder(order: Partial<ChangeOrder> = {}): void {
  server.answer('ChangeOrder', ({ changes }) => ({
    changeOrder: { ...noOrder, order: changes, missingCount: order.missing?.length ?? 0, ...order },
  }));
}
const noOrder: Omit<ChangeOrder, 'order'> = {
  missing: [],
  missingCount: 0,
  unknown: [],
  cycle: [],
  complete: true,
  unavailable: null,
};
const found: FoundChange = {
  number: '1102340',
  url: null,
  subject: 'Fix thumbnails',
  project: 'mediawiki/core',
  branch: 'wmf/1.46.0-wmf.3',
  owner: 'Jonas',
  status: 'NEW',
  problem: null,
  warnings: [],
};

test('a search is cancelled when a newer text is sent, and a late result of it is not shown', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const answers: (() => void)[] = [];
  server.answer('Changes', ({ search }) => {
    const { promise, resolve } = Promise.withResolvers<Record<string, unknown>>();
    const nodes = [{ ...found, subject: `Found by ${search}` }];
    answers.push(() => resolve({ changes: { nodes, hasMore: false, askedAt: '', unavailable: null } }));
    return promise;
  });
  renderWith(server, <Form />);
  field().focus();
  for (const typed of ['Fix', 'Fix thumb', 'Fix thumbnails']) {
    fireEvent.input(field(), { target: { value: typed } });
    await act(() => void vi.advanceTimersByTime(1_000));
  }
  expect(server.sent.map(({ variables }) => variables['search'])).toEqual([
    'Fix',
    'Fix thumb',
    'Fix thumbnails',
  ]);
  expect(server.cancelled.map(({ variables }) => variables['search'])).toEqual(['Fix', 'Fix thumb']);
  vi.useRealTimers();
  answers[2]?.();
  answers[0]?.();
  expect((await screen.findByRole('option')).textContent).toContain('Found by Fix thumbnails');
});

test('words of a subject are searched, and the keyboard chooses among the results', async () => {
  knowChanges({}, { number: '1102341', subject: 'Fix thumbnails in search' });
  const user = renderWith(server, <Form />);
  await user.type(field(), 'Fix thumbnails');
  const options = await screen.findAllByRole('option');
  // Words are a search, and no wrong change.
  expect(screen.queryByText(/not a change number/)).toBeNull();
  expect(start().title).toBe('Choose a change from the list.');
  expect(options.map(({ textContent }) => textContent)).toEqual([
    '1102340 Fix thumbnailsmediawiki/core · wmf/1.46.0-wmf.3 · Jonas · open',
    expect.stringMatching(/^1102341/),
  ]);
  expect(field().getAttribute('aria-activedescendant')).toBe(options[0]?.id);
  await user.keyboard('{ArrowDown}');
  expect(field().getAttribute('aria-activedescendant')).toBe(options[1]?.id);
  await user.keyboard('{Enter}');
  expect(screen.getByRole('button', { name: 'Remove 1102341' })).toBeTruthy();
  expect(field().value).toBe('');
  expect(screen.queryByRole('listbox')).toBeNull();
  expect(started()).toEqual([]);
});

test('Escape closes the list of results and keeps the text', async () => {
  knowChanges({});
  const user = renderWith(server, <Form />);
  await user.type(field(), 'Fix');
  await screen.findByRole('option');
  await user.keyboard('{Escape}');
  expect(screen.queryByRole('listbox')).toBeNull();
  expect(field().value).toBe('Fix');
  expect(field().getAttribute('aria-expanded')).toBe('false');
});

test('a chosen change shows subject, warnings and votes before the start', async () => {
  knowChanges(
    { warnings: ['WORK_IN_PROGRESS', 'NOT_APPROVED'] },
    { number: '1102341', warnings: ['VETOED'] },
  );
  const user = renderWith(server, <Form />);
  await user.type(field(), '1102340 1102341 ');
  const list = within(await screen.findByRole('list', { name: 'Chosen changes' }));
  // The first change is described before the second one is typed.
  await waitFor(() => expect(list.getAllByText('Fix thumbnails')).toHaveLength(2));
  expect(list.getByText(/^Work in progress: scap refuses it/)).toBeTruthy();
  expect(list.getByText(/open · no Code-Review \+2 yet$/).querySelector('svg')).toBeNull();
  expect(list.getByText(/^Code-Review −2: scap does not merge it/)).toBeTruthy();
  // scap judges these itself.
  expect(start().disabled).toBe(false);
});

const missing = (number: string, more: Partial<ChangeOrder['missing'][number]> = {}) => ({
  change: { ...found, number, subject: `Subject of ${number}` },
  neededBy: ['1102345'],
  outdated: false,
  addable: true,
  ...more,
});

test('missing dependencies are listed in the order of deployment, and one click adds them', async () => {
  knowChanges({ number: '1102345' }, { number: '1102343' }, { number: '1102344' });
  knowOrder({
    order: ['1102343', '1102344', '1102345'],
    missing: [missing('1102343', { neededBy: ['1102344'] }), missing('1102344')],
  });
  const user = renderWith(server, <Form />);
  await user.type(field(), '1102345 ');
  const list = within(await screen.findByRole('list', { name: /^2 changes are missing/ }));
  expect(list.getAllByRole('listitem').map(({ textContent }) => textContent?.slice(0, 24))).toEqual([
    '1102343 Subject of 11023',
    '1102344 Subject of 11023',
  ]);
  expect(list.getByText('needed by 1102344')).toBeTruthy();
  server.answer('StartBackport', () => success);
  knowOrder();
  await user.click(screen.getByRole('button', { name: 'Add 2 changes it depends on' }));
  expect(
    screen.getAllByRole('button', { name: /^Remove/ }).map((each) => each.getAttribute('aria-label')),
  ).toEqual(['Remove 1102343', 'Remove 1102344', 'Remove 1102345']);
  expect(document.activeElement).toBe(field());
  expect(screen.getByText('2 changes were added, in the order of deployment.')).toBeTruthy();
  await user.click(start());
  await waitFor(() => expect(started()).toHaveLength(1));
  expect(started()[0]?.variables['input']).toMatchObject({ changes: ['1102343', '1102344', '1102345'] });
});

test('chosen changes are put into the order of deployment, and keep what the user entered', async () => {
  knowChanges();
  knowOrder({ order: ['1102344', '1102345', '7'] });
  const user = renderWith(server, <Form />);
  const url = 'https://gerrit.example.org/r/c/mediawiki/core/+/1102344';
  await user.click(field());
  await user.paste(`1102345 7 ${url}`);
  const chips = () =>
    screen.getAllByRole('button', { name: /^Remove/ }).map((each) => each.getAttribute('aria-label'));
  await waitFor(() => expect(chips()).toEqual(['Remove 1102344', 'Remove 1102345', 'Remove 7']));
  expect(screen.getByTitle(url)).toBeTruthy();
});

test('a chip that changes its place keeps the focus', async () => {
  knowChanges();
  const { promise, resolve } = Promise.withResolvers<void>();
  server.answer('ChangeOrder', async () => {
    await promise;
    return { changeOrder: { ...noOrder, order: ['1102344', '1102345'] } };
  });
  const user = renderWith(server, <Form />);
  await user.type(field(), '1102345 1102344 ');
  const removal = screen.getByRole('button', { name: 'Remove 1102345' });
  removal.focus();
  await waitFor(() => expect(server.sent.map(({ name }) => name)).toContain('ChangeOrder'));
  resolve();
  await waitFor(() =>
    expect(
      screen
        .getAllByRole('button', { name: /^Remove/ })
        .at(-1)
        ?.getAttribute('aria-label'),
    ).toBe('Remove 1102345'),
  );
  expect(document.activeElement).toBe(removal);
});

test('a missing change that cannot be added has the reason, and does not prevent the start', async () => {
  knowChanges({ number: '1102345' });
  knowOrder({
    missing: [
      missing('1', { addable: false, change: { ...found, number: '1', status: 'ABANDONED' } }),
      missing('2', { addable: false, outdated: true }),
    ],
    unknown: [`I${'0'.repeat(40)}`],
    cycle: ['1102345', '3'],
    complete: false,
  });
  const user = renderWith(server, <Form />);
  await user.type(field(), '1102345 ');
  expect(await screen.findByText(/^Abandoned: scap refuses what depends on it/)).toBeTruthy();
  expect(screen.getByText(/^Its branch is not deployed with the chosen change/)).toBeTruthy();
  expect(screen.getByText('1102345 depends on an earlier patch set of it. Rebase first.')).toBeTruthy();
  expect(screen.getByText(/^Depends on I000000000…, which Gerrit does not show: the footer is/)).toBeTruthy();
  expect(screen.getByText(/^1102345, 3 depend on each other/)).toBeTruthy();
  expect(screen.getByText(/^Not everything that these changes depend on/)).toBeTruthy();
  expect(screen.queryByRole('button', { name: /^Add/ })).toBeNull();
  expect(start().disabled).toBe(false);
});

test('more changes than one job can deploy are counted and not added', async () => {
  knowChanges();
  knowOrder({ missing: [missing('1102343')], missingCount: 499 });
  const user = renderWith(server, <Form />);
  await user.type(field(), '1102345 ');
  expect(await screen.findByText(/^Depends on 499 changes that are not merged/)).toBeTruthy();
  expect(screen.queryByRole('button', { name: /^Add/ })).toBeNull();
});

test('a revert is not asked for dependencies', async () => {
  knowChanges({});
  const user = renderWith(server, <Form />);
  await user.click(screen.getByRole('checkbox', { name: 'Revert these changes' }));
  await user.type(field(), '1102340 ');
  await screen.findByRole('list', { name: 'Chosen changes' });
  expect(server.sent.map(({ name }) => name)).not.toContain('ChangeOrder');
});

test('an earlier answer of Gerrit is marked at the chips and in the results, and prevents nothing', async () => {
  const kept = { ...found, problem: 'Change 1102340 was abandoned.', status: 'ABANDONED' };
  server.answer('Changes', ({ search }) => ({
    changes: {
      nodes: String(search).includes('1102341') ? [kept] : [found],
      hasMore: false,
      askedAt: '2026-11-29T14:03:00Z',
      unavailable: 'Gerrit did not answer.',
    },
  }));
  const user = renderWith(server, <Form />);
  await user.type(field(), '1102340 1102341 ');
  const sentence =
    /^Gerrit has not responded since (?:29 Nov, )?14:03 UTC\. These results are from before\.$/;
  const matches = (_text: string, element: Element | null): boolean =>
    element?.tagName === 'SPAN' && sentence.test(element.textContent ?? '');
  expect(await screen.findAllByText(matches)).toHaveLength(2);
  expect(screen.getByTitle(sentence).textContent).toContain('1102340');
  expect(screen.getByTitle('Not checked yet: Gerrit does not respond.').textContent).toContain('1102341');
  expect(screen.getByText(/^Gerrit does not respond, so not all of these changes/)).toBeTruthy();
  expect(start().disabled).toBe(false);
  await user.type(field(), 'Fix');
  const status = await screen.findByRole('listbox');
  await waitFor(() => expect(status.parentElement?.textContent).toMatch(/Gerrit has not responded since/));
});

test('a merged change leads to the job that deployed it', async () => {
  knowChanges({ status: 'MERGED', warnings: ['ALREADY_MERGED'] }, { number: '1102341' });
  const job = { id: '28', kind: 'BACKPORT', finishedAt: '2020-11-29T14:03:00Z' };
  server.answer('LastDeployment', () => ({ jobs: { nodes: [job] } }));
  const user = renderWith(server, <Form />);
  await user.type(field(), '1102340 1102341 ');
  const link = await screen.findByRole('link', { name: 'job 28' });
  expect(link.getAttribute('href')).toBe('/jobs/28');
  expect(link.parentElement?.textContent).toBe('Deployed by job 28 (29 Nov 2020, 14:03 UTC).');
  const asked = server.sent.filter(({ name }) => name === 'LastDeployment');
  expect(new Set(asked.map(({ variables }) => variables['change']))).toEqual(new Set(['1102340']));
});

test('a merged change whose revert was deployed leads to that job', async () => {
  knowChanges({ status: 'MERGED', warnings: ['ALREADY_MERGED'] });
  const job = { id: '29', kind: 'REVERT', finishedAt: '2020-11-29T14:03:00Z' };
  server.answer('LastDeployment', () => ({ jobs: { nodes: [job] } }));
  const user = renderWith(server, <Form />);
  await user.type(field(), '1102340 ');
  const link = await screen.findByRole('link', { name: 'job 29' });
  expect(link.parentElement?.textContent).toMatch(/^Reverted by job 29/);
});

test('an abandoned change cannot be started, and an unknown one is named', async () => {
  knowChanges({ problem: 'Change 1102340 was abandoned. Restore it in Gerrit first.', status: 'ABANDONED' });
  const user = renderWith(server, <Form />);
  await user.type(field(), '1102340 1102399 ');
  expect(await screen.findByText('Change 1102340 was abandoned. Restore it in Gerrit first.')).toBeTruthy();
  expect(
    screen.getByText('Gerrit does not show change 1102399: the number is wrong, or the change is private.'),
  ).toBeTruthy();
  expect(start().disabled).toBe(true);
  await user.click(screen.getByRole('button', { name: 'Remove 1102340' }));
  expect(start().disabled).toBe(false);
});

test('a change that Gerrit does not show can be started without checking', async () => {
  refuse({
    __typename: 'InvalidChanges',
    message: 'Gerrit does not show change 1102340: the number is wrong, or the change is private.',
    problems: [{ input: '1102340', message: 'Gerrit does not show change 1102340.', unverifiable: true }],
  });
  const user = renderWith(server, <Form />);
  await user.type(field(), '1102340 ');
  await user.click(start());
  await screen.findByText(/^A private change can be started without checking/);
  server.answer('StartBackport', () => success);
  await user.click(screen.getByRole('button', { name: 'Start without checking' }));
  await waitFor(() => expect(location.pathname).toBe('/jobs/7'));
  expect(started()[1]?.variables['input']).toMatchObject({ acceptUnverified: true });
});

test('a chosen change is listed immediately, with what Gerrit says once that has arrived', async () => {
  let answer = (_: Readonly<Record<string, unknown>>): void => {};
  server.answer('Changes', () => new Promise((resolve) => (answer = resolve)));
  const user = renderWith(server, <Form />);
  await user.type(field(), '1102340 ');
  const chosen = screen.getByRole('list', { name: 'Chosen changes' });
  expect(chosen.textContent).toContain('Looking it up in Gerrit…');
  await waitFor(() => expect(server.sent.map(({ name }) => name)).toContain('Changes'));
  answer({ changes: { nodes: [found], hasMore: false, unavailable: null, askedAt: '' } });
  await waitFor(() => expect(chosen.textContent).toContain('Fix thumbnails'));
  expect(chosen.textContent).not.toContain('Looking it up');
});

test('a pasted list becomes chips', async () => {
  const user = renderWith(server, <Form />);
  await user.click(field());
  await user.paste('1102340\n1102341');
  expect(screen.getAllByRole('button', { name: /^Remove/ })).toHaveLength(2);
});

test('a change that the server rejects has the message of the server, once', async () => {
  refuse({
    __typename: 'InvalidChanges',
    message: 'Change 1102340 is abandoned.',
    problems: [{ input: '1102340', message: 'Change 1102340 is abandoned.', unverifiable: false }],
  });
  const user = renderWith(server, <Form />);
  await user.type(field(), '1102340 ');
  await user.click(start());
  expect(await screen.findByText('Change 1102340 is abandoned.')).toBeTruthy();
  expect(screen.queryByRole('alert')).toBeNull();
  expect(start().getAttribute('aria-disabled')).toBe('true');
});

test('changes can be started without checking if Gerrit is unavailable', async () => {
  refuse({ __typename: 'GerritUnavailable', message: 'Gerrit did not respond.' });
  const user = renderWith(server, <Form />);
  await user.type(field(), '1102340 ');
  await user.click(start());
  const unverified = await screen.findByRole('button', { name: 'Start without checking' });
  server.answer('StartBackport', () => success);
  await user.click(unverified);
  await waitFor(() => expect(location.pathname).toBe('/jobs/7'));
  expect(started()[1]?.variables['input']).toMatchObject({ acceptUnverified: true });
});

test('a request that fails is reported, and repeated with the same idempotency key', async () => {
  server.answer('StartBackport', () => new Error('connection refused'));
  const user = renderWith(server, <Form />);
  await user.type(field(), '1102340 ');
  await user.click(start());
  expect((await screen.findByRole('alert')).textContent).toContain('The job was not started');
  await user.click(start());
  await waitFor(() => expect(started()).toHaveLength(2));
  expect(started()[1]).toEqual(started()[0]);
});

test('a start that fails offers to try again, with the same idempotency key', async () => {
  server.answer('StartBackport', () => new Error('connection refused'));
  const user = renderWith(server, <Form />);
  await user.type(field(), '1102340 ');
  await user.click(start());
  const again = await screen.findByRole('button', { name: 'Try again' });
  server.answer('StartBackport', () => success);
  await user.click(again);
  await waitFor(() => expect(location.pathname).toBe('/jobs/7'));
  expect(started()[1]).toEqual(started()[0]);
});

test('a refusal that would come again does not offer to try again', async () => {
  refuse({ __typename: 'UnknownLane', message: 'There is no lane “x”.' });
  const user = renderWith(server, <Form />);
  await user.type(field(), '1102340 ');
  await user.click(start());
  await screen.findByRole('alert');
  expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
});

/** The form with the draft of the page, as the overview has it. */
function FormOfPage() {
  const [draft, changeDraft] = useStartDraft([]);
  return (
    <StartForm
      draft={draft}
      onDraft={changeDraft}
      lanes={[]}
      lane={null}
      busyJob={null}
      gerritUrl={null}
      mayStart={true}
    />
  );
}

test('a form that was left before its job was queued opens no page, and the next form keeps only what is new', async () => {
  const response = Promise.withResolvers<object>();
  server.answer('StartBackport', async () => ({ startBackport: await response.promise }));
  const user = renderWith(server, <FormOfPage />);
  await user.type(field(), '1102340 ');
  await user.click(start());
  cleanup();
  const later = renderWith(server, <FormOfPage />);
  await later.type(field(), '1102341 ');
  response.resolve(success.startBackport);
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Remove 1102340' })).toBeNull());
  expect(screen.getByRole('button', { name: 'Remove 1102341' })).toBeTruthy();
  expect(location.pathname).toBe('/');
  expect(lateResult.value).toEqual({ tone: 'success', words: 'Job 7 was queued.', jobId: '7' });
});

test('after a reload, the same changes are sent with the same idempotency key', async () => {
  const user = renderWith(server, <Form />);
  await user.type(field(), '1102340 ');
  await user.click(start());
  await waitFor(() => expect(started()).toHaveLength(1));
  cleanup();
  const again = renderWith(server, <Form />);
  await again.type(field(), '1102340 ');
  await again.click(start());
  await waitFor(() => expect(started()).toHaveLength(2));
  expect(started()[1]).toEqual(started()[0]);
});

test('the start form needs a lane if there are several', async () => {
  server.answer('StartBackport', () => success);
  const user = renderWith(server, <Form lanes={['codfw', 'eqiad']} />);
  await user.type(field(), '1102340 ');
  expect(start().title).toBe('Choose a lane.');
  await user.selectOptions(screen.getByRole('combobox', { name: 'Lane' }), 'eqiad');
  await user.click(start());
  await waitFor(() => expect(started()).toHaveLength(1));
  expect(started()[0]?.variables['input']).toMatchObject({ lane: 'eqiad' });
});

test('the start form says behind which job the new one would queue', () => {
  renderWith(server, <Form busyJob="4" />);
  expect(start('Queue behind job 4')).toBeTruthy();
});

test('the start form names no job when the queue is longer than the page knows', () => {
  renderWith(server, <Form busyJob="22" isQueueCut />);
  expect(start('Queue at the end')).toBeTruthy();
});

test('the start form of a viewer who may not start is disabled and says why', () => {
  renderWith(server, <Form mayStart={false} />);
  expect(field().disabled).toBe(true);
  expect(start().disabled).toBe(true);
  expect(
    screen.getByText('You can watch deployments. You need the deployer role to start one.').className,
  ).toBe('hint');
  cleanup();
  // On a phone, the style sheet hides only this.
  renderWith(server, <Form />);
  expect(screen.getByText(/^Change numbers, Gerrit links/).className).toBe('hint start-form__help');
});

test('the start form is disabled while deployments are on hold', async () => {
  const user = renderWith(
    server,
    <Held.Provider value="Deployments are on hold">
      <Form />
    </Held.Provider>,
  );
  await user.type(field(), '1102340 ');
  expect(start().disabled).toBe(true);
  expect(start().title).toBe('Deployments are on hold');
});

test('the button for the open changes says immediately that they are being searched', async () => {
  let answer = (_: Readonly<Record<string, unknown>>): void => {};
  server.answer('Changes', () => new Promise((resolve) => (answer = resolve)));
  const user = renderWith(server, <Form />);
  await user.click(screen.getByRole('button', { name: 'Show open changes' }));
  // On the page, and for screen readers.
  expect(screen.getAllByText('Searching Gerrit…')).toHaveLength(2);
  await waitFor(() => expect(server.sent.map(({ name }) => name)).toContain('Changes'));
  answer({ changes: { nodes: [], hasMore: false, unavailable: null, askedAt: '2026-11-20T12:00:00.000Z' } });
  expect(await screen.findAllByText('No matching changes.')).toHaveLength(2);
  expect(screen.queryByText('Searching Gerrit…')).toBeNull();
});

test('Enter after words makes no chips of them while Gerrit is slow, and the page says that it searches', async () => {
  let answer = (_: Readonly<Record<string, unknown>>): void => {};
  server.answer('Changes', () => new Promise((resolve) => (answer = resolve)));
  const user = renderWith(server, <Form />);
  await user.type(field(), 'Fix thumbnails{Enter}');
  expect(field().value).toBe('Fix thumbnails');
  expect(screen.queryByRole('button', { name: /^Remove/ })).toBeNull();
  expect(screen.getAllByText('Searching Gerrit…')).toHaveLength(2);
  await waitFor(() => expect(server.sent).toHaveLength(1));
  answer({ changes: { nodes: [found], hasMore: false, unavailable: null, askedAt: '' } });
  await screen.findByRole('option');
  await user.keyboard('{Enter}');
  expect(screen.getByRole('button', { name: 'Remove 1102340' })).toBeTruthy();
});

test('the number of found changes is announced by a region that was there before', async () => {
  knowChanges({}, { number: '1102341', subject: 'Fix thumbnails in search' });
  const user = renderWith(server, <Form />);
  await user.click(field());
  const regions = screen.getAllByRole('status');
  await user.type(field(), 'Fix');
  const words = await screen.findByText('2 changes found.');
  expect(regions).toContain(words);
});
