// @vitest-environment happy-dom
// Tests the replay of a job: playing by a fake clock, the slider, the keyboard, and what happened at each time.
import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GraphqlStandIn, renderWith } from '../../../../tests/component/graphql-stand-in.tsx';
import { jobDetail } from '../../../../tests/component/job.ts';
import { ReplayPlace } from './replay-place.tsx';
// Otherwise the first test waits for its code to be loaded.
import './replay.tsx';

const start = Date.parse('2026-11-20T12:00:00.000Z');
const at = (seconds: number): string => new Date(start + seconds * 1_000).toISOString();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const job = jobDetail('7', {
  startedAt: at(0),
  finishedAt: at(600),
  logLineCount: 4,
  interactions: [
    {
      id: '1',
      kind: 'CHOICES',
      key: null,
      prompt: 'Continue?',
      choices: [{ label: 'Yes', code: 'y' }],
      default: null,
      askedAt: at(20),
      answer: 'y',
      answeredBy: { id: '2', name: 'Jonas' },
      answeredAt: at(400),
      delivery: 'DELIVERED',
      lineNumber: 2,
      claimedBy: null,
      claimedUntil: null,
    },
  ],
});

const line = (number: number, seconds: number, text: string | null) => ({
  ...{ number, at: at(seconds), kind: 'OUTPUT', text, sensitive: text === null, continues: false },
});
const lines = [
  line(1, 10, '\u001b[31mline 1\u001b[0m'),
  line(2, 20, 'line 2'),
  line(3, 410, null),
  // scap has ended, and a process that it left still prints.
  line(4, 630, 'late line'),
];

async function open(shown = job) {
  const server = new GraphqlStandIn();
  server.answer('LogRange', ({ after, first }) => ({
    job: {
      id: '7',
      log: {
        lines: lines.slice(Number(after), Number(after) + Number(first)),
        partial: null,
        cursor: 4,
        complete: true,
      },
    },
  }));
  renderWith(
    server,
    <ReplayPlace
      job={shown}
      stages={[{ name: 'merge', state: 'passed', from: start + 5_000, to: start + 600_000, line: 1 }]}
      marks={[{ number: 3, at: at(410), kind: 'ERROR', text: 'ERROR' }]}
      gerritUrl={null}
    />,
  );
  fireEvent.click(screen.getByRole('button', { name: 'Replay' }));
  const slider = await screen.findByRole('slider', { name: 'Position in the replay' });
  await screen.findByText('0 lines so far');
  await waitFor(() => expect(slider.getAttribute('aria-valuetext')).toContain('of 10:30'));
  return { slider, server };
}
/** Moves from the beginning by so many steps of a minute. */
const goTo = (slider: HTMLElement, minutes: number): void => {
  fireEvent.input(slider, { target: { value: '0' } });
  for (let step = 0; step < minutes; step++) fireEvent.keyDown(slider, { key: 'PageUp' });
};

const pass = (milliseconds: number): Promise<void> =>
  act(() => {
    vi.advanceTimersByTime(milliseconds);
  });

test('a job plays at its speed, with lines, stage and question as they happened', async () => {
  const { slider } = await open();
  expect(slider.getAttribute('aria-valuetext')).toBe('0:00 of 10:30, 12:00:00 UTC');
  fireEvent.click(screen.getByRole('button', { name: 'Play' }));
  await pass(1_000);
  expect(await screen.findByText('line 1')).toBeTruthy();
  expect(screen.getByText('Merge')).toBeTruthy();
  expect(screen.queryByText('Continue?')).toBeNull();
  await pass(1_000);
  expect(slider.getAttribute('aria-valuetext')).toBe('0:20 of 10:30, 12:00:20 UTC');
  expect(screen.getByText('Continue?').parentElement?.textContent).toContain('not answered yet');
  fireEvent.click(screen.getByRole('button', { name: 'Pause' }));
  await pass(10_000);
  expect(slider.getAttribute('aria-valuetext')).toBe('0:20 of 10:30, 12:00:20 UTC');
});

test('the slider goes to a time, where sensitive lines stay hidden', async () => {
  const { slider } = await open();
  goTo(slider, 8);
  expect(await screen.findByText('1 sensitive line hidden')).toBeTruthy();
  expect(screen.queryByRole('button', { name: /^Show/ })).toBeNull();
  expect(screen.getByText('Continue?').parentElement?.textContent).toContain('Answer: Yes (Jonas)');
  expect(screen.getByText('3 lines so far')).toBeTruthy();
});

test('lines have the colours of the log, and a click on a number selects the line there', async () => {
  const { slider } = await open();
  goTo(slider, 1);
  expect((await screen.findByText('line 1')).className).toBe('fg-1');
  fireEvent.click(screen.getByRole('link', { name: '2' }));
  expect(location.hash).toBe('#L2');
  location.hash = '';
});

test('errors, stops and the end are shown as they happened, and lines that were printed after it', async () => {
  const { slider } = await open(
    jobDetail('7', {
      ...job,
      outcome: 'STOPPED',
      stops: [
        {
          ...{ id: '1', mode: 'INTERRUPT', requestedAt: at(590), handledAt: at(591) },
          requestedBy: { id: '2', name: 'Jonas' },
        },
      ],
    }),
  );
  goTo(slider, 6);
  await screen.findByText('2 lines so far');
  expect(screen.queryByText('1 error line so far')).toBeNull();
  goTo(slider, 9);
  await screen.findByText('1 error line so far');
  expect(screen.queryByText('Jonas requested a stop')).toBeNull();
  goTo(slider, 10);
  await screen.findByText('Jonas requested a stop');
  expect(screen.getByText(/^The job has ended:/).textContent).toContain('Stopped');
  expect(screen.queryByText('late line')).toBeNull();
  fireEvent.input(slider, { target: { value: slider.getAttribute('max') } });
  await screen.findByText('late line');
  expect(slider.getAttribute('aria-valuetext')).toBe('10:30 of 10:30, 12:10:30 UTC');
});

test('production errors are shown for the minute of the replay while the server knows them', async () => {
  const { slider, server } = await open(jobDetail('7', { ...job, health: { watchedUntil: null } }));
  const health = { trend: [4, 40], trendFrom: at(0) };
  await act(() => server.push('JobHealthUpdates', { jobHealthUpdates: health }));
  expect(screen.getByText('Errors of MediaWiki: 4 in this minute')).toBeTruthy();
  goTo(slider, 1);
  await screen.findByText('Errors of MediaWiki: 40 in this minute');
  goTo(slider, 2);
  await screen.findByText('2 lines so far');
  expect(screen.queryByText(/^Errors of MediaWiki/)).toBeNull();
});

test('the space bar and the arrow keys work on the timeline and beside it, but not in fields', async () => {
  const { slider } = await open();
  const position = (): string => slider.getAttribute('aria-valuetext')?.split(' ')[0] ?? '';
  fireEvent.keyDown(slider, { key: ' ' });
  fireEvent.keyDown(await screen.findByRole('button', { name: 'Pause' }), { key: 'ArrowRight' });
  await waitFor(() => expect(position()).toBe('0:05'));
  fireEvent.keyDown(slider, { key: 'ArrowLeft' });
  fireEvent.keyDown(screen.getByRole('combobox'), { key: 'ArrowRight' });
  fireEvent.keyDown(screen.getByRole('combobox'), { key: ' ' });
  await waitFor(() => expect(position()).toBe('0:00'));
  expect(screen.getByRole('button', { name: 'Pause' })).toBeTruthy();
});

test('waiting is skipped by choice, and k, < and > work as the controls do', async () => {
  const { slider } = await open();
  fireEvent.click(screen.getByRole('checkbox', { name: 'Skip waiting' }));
  for (let step = 0; step < 4; step++) fireEvent.keyDown(slider, { key: 'ArrowRight' });
  await screen.findByText('2 lines so far');
  fireEvent.keyDown(slider, { key: '>' });
  await waitFor(() => expect(screen.getByRole<HTMLSelectElement>('combobox').value).toBe('30'));
  fireEvent.keyDown(slider, { key: 'k' });
  await screen.findByRole('button', { name: 'Pause' });
  await pass(250);
  expect(slider.getAttribute('aria-valuetext')).toBe('6:49 of 10:30, 12:06:49 UTC');
  fireEvent.keyDown(slider, { key: 'k' });
  await screen.findByRole('button', { name: 'Play' });
});
