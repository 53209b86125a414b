// @vitest-environment happy-dom
// Tests the header: connection, jobrunner, menu.
import { cleanup, render, screen } from '@testing-library/preact';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import type { System, Viewer } from '../system.ts';
import { Header } from './header.tsx';
import { reach } from './notification.ts';
import { theme } from './theme.ts';

afterEach(() => {
  cleanup();
  theme.value = 'auto';
});

const viewer: Viewer = { user: { id: '1', name: 'Ada' }, role: 'ADMIN', canDeploy: true };
const runner: System['runners'][number] = {
  id: '1',
  host: 'deploy1',
  lanes: ['main'],
  online: true,
  laneProblem: null,
  cleanUpProblem: null,
  scap: 'scap',
  simulated: false,
};
const system = (changes: Partial<System> = {}): System => ({
  version: '1.2.3',
  simulated: false,
  gerritUrl: 'https://gerrit.example',
  hasTrain: false,
  database: { since: null, message: null },
  lanes: ['main'],
  hold: null,
  runners: [runner],
  activeJobs: [],
  queuedJobs: [],
  queuedCount: 0,
  retention: { days: null, jobs: null },
  sampleChanges: [],
  ...changes,
});

function show(
  changes: { system?: System | null; viewer?: Viewer | null; onSignOut?: () => void } = {},
): void {
  render(
    <Header
      connection={{ state: 'live', over: 'websocket' }}
      system={system()}
      viewer={viewer}
      onSignOut={() => {}}
      {...changes}
    />,
  );
}

test('the header shows that the connection is live', () => {
  show();
  expect(screen.getByRole('status').textContent).toBe('live');
});

test('the header shows that a jobrunner is ready', () => {
  show();
  expect(screen.getByText('ready')).toBeTruthy();
});

test('the header says what to do when no jobrunner is online', () => {
  show({ system: system({ runners: [{ ...runner, online: false }] }) });
  expect(screen.getByText('no jobrunner').title).toContain('spiderpig jobrunner');
});

test('the menu opens, and Escape closes it and returns the focus to its button', async () => {
  const user = userEvent.setup();
  show();
  const button = screen.getByRole('button', { name: 'Menu of Ada' });
  expect(button.getAttribute('aria-expanded')).toBe('false');
  await user.click(button);
  expect(screen.getByRole('link', { name: 'Your account' })).toBeTruthy();
  expect(screen.getByText('SpiderPig 1.2.3')).toBeTruthy();
  await user.keyboard('{Escape}');
  expect(screen.queryByRole('link', { name: 'Your account' })).toBeNull();
  expect(document.activeElement).toBe(button);
});

test('a press outside closes the menu', async () => {
  const user = userEvent.setup();
  show();
  await user.click(screen.getByRole('button', { name: 'Menu of Ada' }));
  await user.click(document.body);
  expect(screen.queryByRole('link', { name: 'Your account' })).toBeNull();
});

test('only admins have a link to the administration page', async () => {
  const user = userEvent.setup();
  show({ viewer: { ...viewer, role: 'DEPLOYER' } });
  await user.click(screen.getByRole('button', { name: 'Menu of Ada' }));
  expect(screen.queryByRole('link', { name: 'Administration' })).toBeNull();
  cleanup();
  show();
  await user.click(screen.getByRole('button', { name: 'Menu of Ada' }));
  expect(screen.getByRole('link', { name: 'Administration' })).toBeTruthy();
});

test('the theme is chosen in the menu', async () => {
  const user = userEvent.setup();
  show();
  await user.click(screen.getByRole('button', { name: 'Menu of Ada' }));
  await user.click(screen.getByRole('radio', { name: 'Dark' }));
  expect(theme.value).toBe('dark');
});

test('notifications that the browser no longer allows are shown as off, with the reason', async () => {
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('Notification', { permission: 'default' });
  reach.value = 'own';
  try {
    const user = userEvent.setup();
    show();
    await user.click(screen.getByRole('button', { name: 'Menu of Ada' }));
    expect(screen.getByRole<HTMLInputElement>('radio', { name: 'None' }).checked).toBe(true);
    expect(screen.getByText(/^The browser no longer allows notifications/)).toBeTruthy();
  } finally {
    reach.value = 'none';
    vi.unstubAllGlobals();
  }
});

test('the menu signs the user out', async () => {
  const user = userEvent.setup();
  let calls = 0;
  show({ onSignOut: () => calls++ });
  await user.click(screen.getByRole('button', { name: 'Menu of Ada' }));
  await user.click(screen.getByRole('button', { name: 'Sign out' }));
  expect(calls).toBe(1);
});
