// @vitest-environment happy-dom
// Tests the replay of a job: playing by a fake clock, the slider, the keyboard, and what happened at each time.
import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GraphqlStandIn, renderWith } from '../../../../tests/component/graphql-stand-in.tsx';
import { jobDetail } from '../../../../tests/component/job.ts';
import { ReplayPlace } from './replay-place.tsx';

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
  logLineCount: 3,
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

async function open() {
  const server = new GraphqlStandIn();
  const lines = [10, 20, 410].map((seconds, index) => ({
    number: index + 1,
    at: at(seconds),
    kind: 'OUTPUT',
    text: index === 2 ? null : `\u001b[31mline ${index + 1}\u001b[0m`,
    sensitive: index === 2,
    continues: false,
  }));
  server.answer('LogRange', ({ after, first }) => ({
    job: {
      id: '7',
      log: {
        lines: lines.slice(Number(after), Number(after) + Number(first)),
        partial: null,
        cursor: 3,
        complete: true,
      },
    },
  }));
  renderWith(
    server,
    <ReplayPlace
      job={job}
      stages={[{ name: 'merge', state: 'passed', from: start + 5_000, to: start + 600_000, line: 1 }]}
    />,
  );
  fireEvent.click(screen.getByRole('button', { name: 'Replay' }));
  const slider = await screen.findByRole('slider', { name: 'Position in the replay' });
  await screen.findByText('0 lines so far');
  return { slider };
}

const pass = (milliseconds: number): Promise<void> =>
  act(() => {
    vi.advanceTimersByTime(milliseconds);
  });

test('a job plays at its speed, with lines, stage and question as they happened', async () => {
  const { slider } = await open();
  expect(slider.getAttribute('aria-valuetext')).toBe('0:00 of 10:00, 12:00:00 UTC');
  fireEvent.click(screen.getByRole('button', { name: 'Play' }));
  await pass(1_000);
  expect(await screen.findByText('line 1')).toBeTruthy();
  expect(screen.getByText('Merge')).toBeTruthy();
  expect(screen.queryByText('Continue?')).toBeNull();
  await pass(1_000);
  expect(slider.getAttribute('aria-valuetext')).toBe('0:20 of 10:00, 12:00:20 UTC');
  expect(screen.getByText('Continue?').parentElement?.textContent).toContain('not answered yet');
  fireEvent.click(screen.getByRole('button', { name: 'Pause' }));
  await pass(10_000);
  expect(slider.getAttribute('aria-valuetext')).toBe('0:20 of 10:00, 12:00:20 UTC');
});

test('the slider goes to a time, where sensitive lines stay hidden', async () => {
  const { slider } = await open();
  fireEvent.input(slider, { target: { value: '500000' } });
  expect(await screen.findByText('[sensitive line hidden]')).toBeTruthy();
  expect(screen.getByText('Continue?').parentElement?.textContent).toContain('Answer: Yes (Jonas)');
  expect(screen.getByText('3 lines so far')).toBeTruthy();
});

test('waiting is skipped by choice, and k, < and > work as the controls do', async () => {
  const { slider } = await open();
  fireEvent.click(screen.getByRole('checkbox', { name: 'Skip waiting' }));
  fireEvent.input(slider, { target: { value: '21000' } });
  await screen.findByText('2 lines so far');
  fireEvent.keyDown(slider, { key: '>' });
  await waitFor(() => expect(screen.getByRole<HTMLSelectElement>('combobox').value).toBe('30'));
  fireEvent.keyDown(slider, { key: 'k' });
  await screen.findByRole('button', { name: 'Pause' });
  await pass(250);
  expect(slider.getAttribute('aria-valuetext')).toBe('6:49 of 10:00, 12:06:49 UTC');
  fireEvent.keyDown(slider, { key: 'k' });
  await screen.findByRole('button', { name: 'Play' });
});
