// @vitest-environment happy-dom
// Tests the page that confirms the sign-in of a terminal.
import { cleanup, render, screen } from '@testing-library/preact';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { DevicePage } from './device-page.tsx';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const terminal = {
  client: 'spiderpig (terminal client)',
  host: 'deploy1\u202e',
  address: '192.0.2.9',
  scope: 'deploy',
  expiresAt: '2026-11-20T12:10:00.000Z',
};

/** Answers the requests in this order, and returns what was sent. */
function answer(...answers: readonly (readonly [status: number, body: object])[]) {
  const left = [...answers];
  const sent: unknown[] = [];
  vi.stubGlobal('fetch', async (path: string, { body }: { body: string }) => {
    sent.push([path, JSON.parse(body)]);
    const next = left.shift();
    if (next === undefined) throw new TypeError('no connection');
    return new Response(JSON.stringify(next[1]), { status: next[0] });
  });
  return sent;
}

async function enter(code: string) {
  const user = userEvent.setup();
  render(<DevicePage />);
  await user.type(screen.getByLabelText('Code'), `${code}{Enter}`);
  return user;
}

test('the page shows what asks and a warning, and confirms only with a click', async () => {
  const sent = answer([200, terminal], [200, { decision: 'allowed' }]);
  const user = await enter('bcdf-ghjk');
  expect((await screen.findByText(/Only confirm if you started this yourself/)).textContent).toBeTruthy();
  const facts = screen.getByText('192.0.2.9').closest('dl')?.textContent;
  expect(facts).toContain('spiderpig (terminal client)');
  expect(facts).not.toContain('\u202e');
  await user.keyboard('{Enter}');
  expect(sent).toHaveLength(1);
  await user.click(screen.getByRole('button', { name: 'Confirm' }));
  expect(await screen.findByText(/^Confirmed\./)).toBeTruthy();
  expect(sent).toEqual([
    ['/device/request', { code: 'bcdf-ghjk' }],
    ['/device/decision', { code: 'bcdf-ghjk', allow: true }],
  ]);
});

test('a denied request says so, and another code can be entered', async () => {
  const sent = answer([200, { ...terminal, address: null }], [200, { decision: 'denied' }]);
  const user = await enter('BCDFGHJK');
  expect(await screen.findByText('a Unix socket on the server')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Deny' }));
  await user.click(await screen.findByRole('button', { name: 'Enter another code' }));
  expect(screen.getByLabelText('Code')).toHaveProperty('value', '');
  expect(sent[1]).toEqual(['/device/decision', { code: 'BCDFGHJK', allow: false }]);
});

test('a wrong code shows the sentence of the server, and a lost connection another one', async () => {
  answer([404, { message: 'No terminal waits with this code.' }]);
  const user = await enter('WRNGWRNG');
  expect(await screen.findByText('No terminal waits with this code.')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Continue' }));
  expect(await screen.findByText('The server could not be reached. Try again.')).toBeTruthy();
});

test('a refused confirmation keeps the request and says why', async () => {
  answer([200, terminal], [403, { message: 'Your role is “viewer”.' }]);
  const user = await enter('BCDFGHJK');
  await user.click(await screen.findByRole('button', { name: 'Confirm' }));
  expect(await screen.findByText('Your role is “viewer”.')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Deny' })).toBeTruthy();
});
