// @vitest-environment happy-dom
// Tests the menu of a job, and the key that copies its report.
import { act, cleanup, screen, waitFor } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GraphqlStandIn, renderWith } from '../../../tests/component/graphql-stand-in.tsx';
import { jobDetail } from '../../../tests/component/job.ts';
import type { JobDetailFragment } from '../../generated/graphql.ts';
import { isNarrow } from '../state/narrow.ts';
import { JobMenu } from './job-menu.tsx';

let server: GraphqlStandIn;

beforeEach(() => {
  server = new GraphqlStandIn();
  isNarrow.value = false;
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const running = jobDetail('7', {
  state: 'RUNNING',
  ended: false,
  outcome: null,
  finishedAt: null,
  logLineCount: 9,
});
const show = (job: JobDetailFragment) => {
  const user = renderWith(
    server,
    <>
      <input aria-label="Search" />
      <JobMenu job={job} stages={[]} mayAct={true} />
    </>,
  );
  return { user, copied: vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue() };
};
const button = (name: string) => screen.findByRole('button', { name });
const menu = () => screen.getByRole('button', { name: 'More about job 7' });

test('the menu copies the link and the report of a job, and leads to its log', async () => {
  const { user, copied } = show(running);
  await user.click(menu());
  await user.click(await button('Copy link to this job'));
  expect(copied).toHaveBeenLastCalledWith(`${location.origin}/jobs/7`);
  await user.click(await button('Copy report as Markdown'));
  await waitFor(() => expect(copied).toHaveBeenLastCalledWith(expect.stringMatching(/^\[Job 7\]\(http/)));
  expect(screen.getByRole('link', { name: 'Download the log' }).getAttribute('href')).toBe(
    '/jobs/7/log.txt?colours=no',
  );
});

test('only on a phone the menu stops the job: elsewhere the button is beside it', async () => {
  const { user } = show(running);
  await user.click(menu());
  await button('Copy link to this job');
  expect(screen.queryByRole('button', { name: 'Stop job 7' })).toBeNull();
  cleanup();
  isNarrow.value = true;
  const phone = show(running);
  await phone.user.click(menu());
  await phone.user.click(await button('Stop job 7'));
  expect(await screen.findByRole('dialog', { name: 'Stop job 7?' })).toBeTruthy();
  await phone.user.click(await button('Keep running'));
  await waitFor(() =>
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Stop job 7' })),
  );
});

test('the key c copies the report with the lines around the error, but not while text is typed', async () => {
  const line = (number: number) => ({
    number,
    at: '2026-11-20T12:00:00.000Z',
    kind: 'OUTPUT',
    text: `line ${number}`,
    sensitive: false,
    continues: false,
  });
  server.answer('LogRange', ({ after, first }) => ({
    job: {
      id: '7',
      log: {
        lines: Array.from({ length: Number(first) }, (_, index) => line(Number(after) + 1 + index)),
        partial: null,
        cursor: 0,
        complete: true,
      },
    },
  }));
  const lastError = { number: 33, text: 'ERROR: canaries failed' };
  const { user, copied } = show(jobDetail('7', { state: 'FAILED', outcome: 'FAILED', lastError }));
  await user.type(screen.getByLabelText('Search'), 'c');
  expect(copied).not.toHaveBeenCalled();
  screen.getByLabelText('Search').blur();
  await user.keyboard('c');
  expect(await screen.findByText('The report of job 7 was copied.')).toBeTruthy();
  const report = copied.mock.lastCall?.[0] ?? '';
  expect(report).toContain('ERROR: canaries failed');
  expect(report.match(/^line \d+$/gm)).toEqual(
    Array.from({ length: 11 }, (_, index) => `line ${28 + index}`),
  );
});

test('a report that cannot be copied says why', async () => {
  const lastError = { number: 33, text: 'ERROR' };
  server.answer('LogRange', () => new Error('connection refused'));
  const { user } = show(jobDetail('7', { state: 'FAILED', outcome: 'FAILED', lastError }));
  await user.keyboard('c');
  expect(await screen.findByText(/the lines of the log could not be loaded/)).toBeTruthy();
  cleanup();
  const { user: other, copied } = show(jobDetail('7'));
  copied.mockRejectedValue(new Error('denied'));
  await other.keyboard('c');
  expect(await screen.findByText(/the browser does not allow access to the clipboard/)).toBeTruthy();
});

test('a second copy is announced again, and a failed one does not look like a success', async () => {
  const { user, copied } = show(jobDetail('7'));
  await user.keyboard('c');
  const first = await screen.findByText('The report of job 7 was copied.');
  expect(first.parentElement?.className).toBe('job-menu__outcome');
  await user.keyboard('c');
  await waitFor(() => expect(screen.getByText('The report of job 7 was copied.')).not.toBe(first));
  copied.mockRejectedValue(new Error('denied'));
  await user.keyboard('c');
  const words = await screen.findByText(/the browser does not allow access to the clipboard/);
  expect(words.parentElement?.className).toContain('job-menu__outcome--failed');
});

test('turning the phone keeps the dialog that was opened from the menu', async () => {
  isNarrow.value = true;
  const { user } = show(running);
  await user.click(menu());
  await user.click(await button('Stop job 7'));
  const dialog = await screen.findByRole('dialog', { name: 'Stop job 7?' });
  act(() => {
    isNarrow.value = false;
  });
  expect(screen.getByRole('dialog', { name: 'Stop job 7?' })).toBe(dialog);
});
