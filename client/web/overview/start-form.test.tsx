// @vitest-environment happy-dom
// Tests the start form: what can be submitted, and what the server's refusals look like.
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/preact';
import { useState } from 'preact/hooks';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { GraphqlStandIn, renderWith } from '../../../tests/component/graphql-stand-in.tsx';
import { Held } from '../parts/hold.tsx';
import type { FoundChange } from './change-search.ts';
import type { StartDraft } from './start-draft.ts';
import { StartForm } from './start-form.tsx';

let server: GraphqlStandIn;

beforeEach(() => {
  server = new GraphqlStandIn();
  history.replaceState(null, '', '/');
});
afterEach(cleanup);

function Form({
  mayStart = true,
  lanes = [],
  busyJob = null,
}: {
  mayStart?: boolean | null;
  lanes?: readonly string[];
  busyJob?: string | null;
}) {
  const [draft, setDraft] = useState<StartDraft>({ changes: [], revert: false, lane: null });
  return (
    <StartForm
      draft={draft}
      onDraft={setDraft}
      lanes={lanes}
      lane={draft.lane}
      busyJob={busyJob}
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
  await user.type(field(), '1102340 abc{Enter}');
  expect(screen.getByText('abc: not a change number or a Gerrit URL.')).toBeTruthy();
  expect(start().disabled).toBe(true);
  expect(start().title).toBe('Fix or remove the changes in red.');
  await user.click(screen.getByRole('button', { name: 'Remove abc' }));
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
      unavailable: null,
    },
  }));
}
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
  commitMessage: null,
};

test('while one search is in flight, only the newest text waits for the next one', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const answers: (() => void)[] = [];
  server.answer('Changes', ({ search }) => {
    const { promise, resolve } = Promise.withResolvers<Record<string, unknown>>();
    const nodes = [{ ...found, subject: `Found by ${search}` }];
    answers.push(() => resolve({ changes: { nodes, hasMore: false, unavailable: null } }));
    return promise;
  });
  renderWith(server, <Form />);
  field().focus();
  for (const typed of ['Fix', 'Fix thumb', 'Fix thumbnails']) {
    fireEvent.input(field(), { target: { value: typed } });
    await act(() => void vi.advanceTimersByTime(1_000));
  }
  const searched = () =>
    server.sent.filter(({ name }) => name === 'Changes').map(({ variables }) => variables['search']);
  expect(searched()).toEqual(['Fix']);
  vi.useRealTimers();
  answers[0]?.();
  await waitFor(() => expect(searched()).toEqual(['Fix', 'Fix thumbnails']));
  expect(screen.queryAllByRole('option')).toEqual([]);
  answers[1]?.();
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

test('a chosen change shows subject, warnings and a missing dependency before the start', async () => {
  const dependency = `I${'0'.repeat(39)}a`;
  knowChanges({
    warnings: ['WORK_IN_PROGRESS'],
    commitMessage: `Fix\n\nDepends-On: ${dependency}\nChange-Id: I${'1'.repeat(40)}\n`,
  });
  const user = renderWith(server, <Form />);
  await user.type(field(), '1102340 ');
  const list = within(await screen.findByRole('list', { name: 'Chosen changes' }));
  expect(list.getByText('Fix thumbnails')).toBeTruthy();
  expect(list.getByText('Marked as work in progress.')).toBeTruthy();
  await user.click(list.getByRole('button', { name: 'Find it' }));
  expect(field().value).toBe(dependency);
  expect(start().disabled).toBe(true);
});

test('an abandoned change cannot be started, and an unknown one is named', async () => {
  knowChanges({ problem: 'Change 1102340 was abandoned. Restore it in Gerrit first.', status: 'ABANDONED' });
  const user = renderWith(server, <Form />);
  await user.type(field(), '1102340 1102399 ');
  expect(
    await screen.findByText('1102340: Change 1102340 was abandoned. Restore it in Gerrit first.'),
  ).toBeTruthy();
  expect(
    screen.getByText('Gerrit shows no change 1102399: the number is wrong, or the change is private.'),
  ).toBeTruthy();
  expect(start().disabled).toBe(true);
  await user.click(screen.getByRole('button', { name: 'Remove 1102340' }));
  expect(start().disabled).toBe(false);
});

test('a change that Gerrit does not show can be started without checking', async () => {
  refuse({
    __typename: 'InvalidChanges',
    message: 'Gerrit shows no change 1102340: the number is wrong, or the change is private.',
    problems: [{ input: '1102340', message: 'Gerrit shows no change 1102340.', unverifiable: true }],
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
  expect(await screen.findByText('1102340: Change 1102340 is abandoned.')).toBeTruthy();
  expect(screen.queryByRole('alert')).toBeNull();
  expect(start().disabled).toBe(true);
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

test('the start form of a viewer who may not start is disabled and says why', () => {
  renderWith(server, <Form mayStart={false} />);
  expect(field().disabled).toBe(true);
  expect(start().disabled).toBe(true);
  expect(
    screen.getByText('You can watch deployments. You need the deployer role to start one.'),
  ).toBeTruthy();
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
