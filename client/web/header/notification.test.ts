// @vitest-environment happy-dom
// Tests what is worth a notification.
import { signal } from '@preact/signals';
import { cleanup } from '@testing-library/preact';
import { h } from 'preact';
import { afterEach, expect, test, vi } from 'vitest';
import { GraphqlStandIn, renderWith } from '../../../tests/component/graphql-stand-in.tsx';
import { jobSummary, question } from '../../../tests/component/job.ts';
import type { JobSummaryFragment } from '../../generated/graphql.ts';
import { occasionsBetween, reach, remindersOf, useNotifications } from './notification.ts';

afterEach(() => {
  cleanup();
  reach.value = 'none';
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const running = jobSummary('7', { state: 'RUNNING' });
const asks = jobSummary('7', { state: 'WAITING', pendingInteraction: question('1') });
const kinds = (...states: Parameters<typeof occasionsBetween>) =>
  occasionsBetween(...states).map(({ kind, job }) => `${kind} ${job.id}`);

test('a new question and the end of a job are worth a notification, once', () => {
  expect(kinds([running], [asks], 'own', 'Amina')).toEqual(['question 7']);
  expect(kinds([asks], [asks], 'own', 'Amina')).toEqual([]);
  expect(kinds([asks], [], 'own', 'Amina')).toEqual(['end 7']);
});

test('jobs of others are worth a notification only to those who chose all jobs', () => {
  expect(kinds([running], [asks], 'own', 'Jonas')).toEqual([]);
  expect(kinds([running], [asks], 'all', 'Jonas')).toEqual(['question 7']);
  expect(kinds([running], [asks], 'none', 'Amina')).toEqual([]);
});

test('a job that was handed over concerns the responsible deployer, not its owner', () => {
  const handed = { ...asks, responsible: { id: '2', name: 'Jonas' } };
  expect(kinds([running], [handed], 'own', 'Jonas')).toEqual(['handover 7', 'question 7']);
  expect(kinds([asks], [handed], 'all', 'Jonas')).toEqual(['handover 7']);
  expect(kinds([handed], [handed], 'own', 'Jonas')).toEqual([]);
  expect(kinds([asks], [handed], 'none', 'Jonas')).toEqual([]);
  // A job that Jonas has not seen before was handed over to him earlier.
  expect(kinds([], [handed], 'own', 'Jonas')).toEqual(['question 7']);
  expect(kinds([running], [handed], 'own', 'Amina')).toEqual([]);
});

test('a question is repeated until a user claims it', () => {
  const claimed = { ...question('1'), claimedBy: { __typename: 'User' as const, id: '2', name: 'Jonas' } };
  const handled = jobSummary('8', { state: 'WAITING', pendingInteraction: claimed });
  expect(remindersOf([asks, handled, running], 'all', 'Jonas').map(({ id }) => id)).toEqual(['7']);
  expect(remindersOf([asks], 'own', 'Jonas')).toEqual([]);
});

test.each([
  ['QUIET', 'Quiet since the end.', 'Job 7: quiet since the end', running.title],
  ['ROSE', 'Errors rose after the deployment: 3.4× the usual rate.', 'Errors rose after job 7', null],
] as const)(
  'the watch over errors after a job ends with a notification: %s',
  async (state, text, title, body) => {
    const shown: { title: string; body: string | undefined }[] = [];
    class Shown {
      static readonly permission = 'granted';
      constructor(name: string, options: NotificationOptions) {
        shown.push({ title: name, body: options.body });
      }
    }
    vi.stubGlobal('Notification', Shown);
    vi.stubGlobal('isSecureContext', true);
    vi.spyOn(document, 'hasFocus').mockReturnValue(false);
    reach.value = 'own';
    const server = new GraphqlStandIn();
    server.answer('EndedJob', () => ({ job: { id: '7', outcome: 'DEPLOYED', reason: 'Done.' } }));
    const active = signal<readonly JobSummaryFragment[]>([running]);
    function Page() {
      useNotifications(active.value, 'Amina');
      return null;
    }
    renderWith(server, h(Page, null));
    active.value = [];
    const push = (watch: object) => server.push('JobWatch', { jobHealthUpdates: { watch } });
    await vi.waitFor(() => push({ state: 'WATCHING', text: 'Errors are being watched.' }));
    await vi.waitFor(() => expect(shown).toHaveLength(1));
    push({ state, text });
    await vi.waitFor(() => expect(shown[1]).toEqual({ title, body: body ?? text }));
    expect(shown[0]?.title).toBe('Job 7: deployed');
  },
);
