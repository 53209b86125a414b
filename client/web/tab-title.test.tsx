// @vitest-environment happy-dom
// Tests what the title and the icon of the tab say about a job.
import { cleanup, render, waitFor } from '@testing-library/preact';
import { afterEach, expect, test, vi } from 'vitest';
import { jobDetail, question } from '../../tests/component/job.ts';
import { shapesOf } from './tab-icon.ts';
import { markOf, TabTitle, titleOf } from './tab-title.tsx';

const progress = {
  name: 'K8s',
  total: 400,
  ok: 212,
  failed: 0,
  inFlight: null,
  finished: 212,
  remaining: 188,
  percent: 53.4,
  done: false,
};
const page = { page: 'job', id: '28' } as const;
const running = jobDetail('28', {
  state: 'RUNNING',
  ended: false,
  outcome: null,
  finishedAt: null,
  progress,
});
const waiting = { ...running, state: 'WAITING' as const, pendingInteraction: question('1') };

test('the tab of a running job says how far it is', () => {
  expect(titleOf(page, running, null)).toBe('53 % · job 28 – SpiderPig');
  expect(markOf(running, false)).toBe(50);
  expect(titleOf(page, { ...running, progress: null }, null)).toBe('job 28 running – SpiderPig');
  expect(markOf({ ...running, progress: null }, false)).toBeNull();
});

test('a question comes before everything else, also that of another job', () => {
  expect(titleOf(page, waiting, '28')).toBe('❓ job 28 needs an answer – SpiderPig');
  expect(markOf(waiting, true)).toBe('asks');
  expect(markOf(running, true)).toBe('asks');
  expect(markOf(null, true)).toBe('asks');
});

test('the icon and the title of an ended job tell its outcome', () => {
  expect(markOf(jobDetail('28'), false)).toBe('good');
  expect(markOf(jobDetail('28', { state: 'FAILED', outcome: 'FAILED' }), false)).toBe('bad');
  expect(markOf(jobDetail('28', { outcome: 'DECLINED' }), false)).toBeNull();
  expect(titleOf(page, jobDetail('28', { state: 'FAILED', outcome: 'FAILED' }), null)).toBe(
    'job 28 failed – SpiderPig',
  );
  const withErrors = jobDetail('28', { state: 'SUCCEEDED', outcome: 'DEPLOYED_WITH_ERRORS' });
  expect(titleOf(page, withErrors, null)).toBe('job 28 deployed with errors – SpiderPig');
  expect(titleOf(page, jobDetail('28', { outcome: 'DECLINED' }), null)).toBe('job 28 declined – SpiderPig');
  expect(markOf(null, false)).toBeNull();
});

test('the ring of the icon is as long as the progress', () => {
  const dashOf = (mark: number) =>
    /stroke-dasharray="([\d.]+) ([\d.]+)"/.exec(shapesOf(mark))?.slice(1).map(Number);
  expect(dashOf(0)?.[0]).toBe(0);
  expect(dashOf(50)?.[0]).toBeCloseTo((dashOf(50)?.[1] ?? 0) / 2, 1);
  expect(dashOf(400)?.[0]).toBe(dashOf(100)?.[0]);
});

test('the page of a job has its own title before the job is loaded, and so has a missing page', () => {
  expect(titleOf(page, null, null)).toBe('job 28 – SpiderPig');
  expect(titleOf({ page: 'notFound' }, null, null)).toBe('Not found – SpiderPig');
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  document.head.innerHTML = '';
});

test('the tab shows the title and the icon, with a mark once its drawing could be loaded', async () => {
  document.head.innerHTML = '<link rel="icon" href="/first.svg">';
  const icon = () => document.querySelector<HTMLLinkElement>('link[rel=icon]')?.getAttribute('href') ?? '';
  const drawing = vi.fn(async () => new Response('down', { status: 502 }));
  vi.stubGlobal('fetch', drawing);
  const { rerender } = render(<TabTitle title="job 28 asks" mark="asks" />);
  expect(document.title).toBe('job 28 asks');
  const asks = icon();
  expect(asks).not.toBe('/first.svg');
  rerender(<TabTitle title="50 %" mark={50} />);
  // It must not say any longer that a job asks.
  await waitFor(() => expect(icon()).not.toBe(asks));
  expect(icon()).not.toContain('data:image/svg+xml,%3Csvg%20xmlns%3D%22test');
  // The next mark tries again.
  drawing.mockResolvedValue(new Response('<svg xmlns="test"></svg>'));
  rerender(<TabTitle title="done" mark="good" />);
  await waitFor(() => expect(decodeURIComponent(icon())).toContain('<svg xmlns="test"><circle'));
  expect(document.title).toBe('done');
});
