// @vitest-environment happy-dom
// Tests the form that holds and releases deployments, and the end time that it computes.
import { cleanup, render, screen, waitFor, within } from '@testing-library/preact';
import { Provider } from '@urql/preact';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GraphqlStandIn, renderWith } from '../../../tests/component/graphql-stand-in.tsx';
import type { Hold } from '../parts/hold.tsx';
import { learnServerTime } from '../state/server-clock.ts';
import { endOf, HoldForm } from './hold-form.tsx';

const now = Date.UTC(2026, 10, 20, 12);
const hold: Hold = {
  id: '3',
  reason: 'switchover',
  by: { name: 'Ada' },
  since: '2026-11-20T12:00:00.000Z',
  endsAt: null,
};

let server: GraphqlStandIn;
beforeEach(() => {
  server = new GraphqlStandIn();
});
afterEach(() => {
  cleanup();
  learnServerTime(new Date().toUTCString(), Date.now());
});

test('a hold ends when it is released, after minutes, or at a time in UTC', () => {
  expect(endOf('open', 'x', 'x', now)).toBeNull();
  expect(endOf('minutes', '90', '', now)).toBe('2026-11-20T13:30:00.000Z');
  expect(endOf('moment', '', '2026-11-20T12:01', now)).toBe('2026-11-20T12:01:00.000Z');
});

test('a hold end that is not a time in the future is refused', () => {
  for (const minutes of ['', '0', '-5', 'x', 'Infinity'])
    expect(endOf('minutes', minutes, '', now), minutes).toBeUndefined();
  for (const moment of ['', 'x', '2026-11-20T12:00', '2020-01-01T00:00'])
    expect(endOf('moment', '', moment, now), moment).toBeUndefined();
});

test('the section of the hold stays when the hold begins or ends, so that the focus has a place', () => {
  const form = (current: Hold | null) => (
    <Provider value={server.client}>
      <HoldForm hold={current} />
    </Provider>
  );
  const { rerender } = render(form(null));
  const section = screen.getByRole('region', { name: 'Hold deployments' });
  rerender(form(hold));
  expect(screen.getByRole('region', { name: 'Hold deployments' })).toBe(section);
  rerender(form(null));
  expect(screen.getByRole('region', { name: 'Hold deployments' })).toBe(section);
});

test('a hold without a reason is not sent', async () => {
  const user = renderWith(server, <HoldForm hold={null} />);
  await user.click(screen.getByRole('button', { name: 'Hold deployments' }));
  expect(screen.getByRole('alert')).toBeTruthy();
  expect(server.sent).toEqual([]);
});

test('a hold without an end is sent with its reason', async () => {
  server.answer('HoldDeployments', () => ({ holdDeployments: { __typename: 'HoldDeploymentsSuccess' } }));
  const user = renderWith(server, <HoldForm hold={null} />);
  await user.type(screen.getByLabelText('Reason (visible to everyone)'), 'switchover');
  await user.click(screen.getByRole('button', { name: 'Hold deployments' }));
  await waitFor(() =>
    expect(server.sent).toEqual([
      { name: 'HoldDeployments', variables: { input: { reason: 'switchover', endsAt: null } } },
    ]),
  );
  expect(screen.queryByRole('alert')).toBeNull();
});

test('a hold of some minutes ends by the clock of the server, when that of the browser is wrong', async () => {
  const away = 600_000;
  learnServerTime(new Date(Date.now() + away).toUTCString(), Date.now());
  try {
    server.answer('HoldDeployments', () => ({ holdDeployments: { __typename: 'HoldDeploymentsSuccess' } }));
    const user = renderWith(server, <HoldForm hold={null} />);
    await user.type(screen.getByLabelText('Reason (visible to everyone)'), 'switchover');
    await user.click(screen.getByRole('radio', { name: 'after a number of minutes' }));
    await user.click(screen.getByRole('button', { name: 'Hold deployments' }));
    await waitFor(() => expect(server.sent).toHaveLength(1));
    const { endsAt } = Object(server.sent[0]?.variables['input']);
    // The form proposes 60 minutes.
    const wrong = Date.parse(endsAt) - (Date.now() + away + 60 * 60_000);
    expect(Math.abs(wrong)).toBeLessThan(away / 2);
  } finally {
    learnServerTime(new Date().toUTCString(), Date.now());
  }
});

test('a hold whose minutes are not a number is not sent', async () => {
  const user = renderWith(server, <HoldForm hold={null} />);
  await user.type(screen.getByLabelText('Reason (visible to everyone)'), 'switchover');
  await user.click(screen.getByRole('radio', { name: 'after a number of minutes' }));
  await user.clear(screen.getByLabelText('Minutes until the hold ends'));
  await user.click(screen.getByRole('button', { name: 'Hold deployments' }));
  expect(screen.getByText('The end must be in the future.')).toBeTruthy();
  expect(server.sent).toEqual([]);
});

test('a refused hold shows the message of the server and keeps the reason', async () => {
  server.answer('HoldDeployments', () => ({
    holdDeployments: { __typename: 'DeploymentsHeld', message: 'Deployments are already held.' },
  }));
  const user = renderWith(server, <HoldForm hold={null} />);
  const reason = screen.getByLabelText('Reason (visible to everyone)');
  await user.type(reason, 'switchover');
  await user.click(screen.getByRole('button', { name: 'Hold deployments' }));
  expect(await screen.findByText('Deployments are already held.')).toBeTruthy();
  expect(reason).toHaveProperty('value', 'switchover');
});

test('an active hold is released after a confirmation', async () => {
  server.answer('ReleaseDeployments', () => ({
    releaseDeployments: { __typename: 'ReleaseDeploymentsSuccess' },
  }));
  const user = renderWith(server, <HoldForm hold={hold} />);
  expect(screen.getByText(/Ada.*switchover/)).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Release deployments' }));
  expect(server.sent).toEqual([]);
  const dialog = within(await screen.findByRole('dialog', { name: 'Release deployments?' }));
  await user.click(dialog.getByRole('button', { name: 'Release deployments' }));
  await waitFor(() =>
    expect(server.sent).toEqual([{ name: 'ReleaseDeployments', variables: { input: { holdId: '3' } } }]),
  );
});
