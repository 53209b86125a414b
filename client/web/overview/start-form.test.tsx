// @vitest-environment happy-dom
// Tests the start form: what can be submitted, and what the server's refusals look like.
import { cleanup, screen, waitFor } from '@testing-library/preact';
import { useState } from 'preact/hooks';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GraphqlStandIn, renderWith } from '../../../tests/component/graphql-stand-in.tsx';
import { Held } from '../parts/hold.tsx';
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
  expect(server.sent[0]?.variables['input']).toMatchObject({
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
  expect(server.sent).toEqual([]);
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
  await user.type(field(), '1102340 abc ');
  expect(screen.getByText('abc: not a change number or a Gerrit URL.')).toBeTruthy();
  expect(start().disabled).toBe(true);
  expect(start().title).toBe('Fix or remove the changes in red.');
  await user.click(screen.getByRole('button', { name: 'Remove abc' }));
  expect(start().disabled).toBe(false);
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
    problems: [{ input: '1102340', message: 'Change 1102340 is abandoned.' }],
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
  expect(server.sent[1]?.variables['input']).toMatchObject({ acceptUnverified: true });
});

test('a request that fails is reported, and repeated with the same idempotency key', async () => {
  server.answer('StartBackport', () => new Error('connection refused'));
  const user = renderWith(server, <Form />);
  await user.type(field(), '1102340 ');
  await user.click(start());
  expect((await screen.findByRole('alert')).textContent).toContain('The job was not started');
  await user.click(start());
  await waitFor(() => expect(server.sent).toHaveLength(2));
  expect(server.sent[1]).toEqual(server.sent[0]);
});

test('the start form needs a lane if there are several', async () => {
  server.answer('StartBackport', () => success);
  const user = renderWith(server, <Form lanes={['codfw', 'eqiad']} />);
  await user.type(field(), '1102340 ');
  expect(start().title).toBe('Choose a lane.');
  await user.selectOptions(screen.getByRole('combobox', { name: 'Lane' }), 'eqiad');
  await user.click(start());
  await waitFor(() => expect(server.sent).toHaveLength(1));
  expect(server.sent[0]?.variables['input']).toMatchObject({ lane: 'eqiad' });
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
