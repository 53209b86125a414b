// Owns observing a page in a real Chromium: sign-in, when a line is visible, how busy its main thread is, how large its heap is. Not what is measured (open.ts, live.ts, busy.ts).
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../../tests/support/browser.ts';
import type { World } from '../../tests/support/world.ts';

/** Runs `work` with a new browser. */
export async function withBrowser<Result>(work: (browser: Browser) => Promise<Result>): Promise<Result> {
  const browser = await openBrowser();
  try {
    return await work(browser);
  } finally {
    await browser.close();
  }
}

/** A page that is signed in. */
export async function signedIn(browser: Browser, world: World): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(await world.link('Bench'));
  await page.getByRole('button', { name: 'Menu of Bench' }).waitFor();
  return page;
}

export const log = (page: Page) => page.getByRole('log', { name: 'Log' });
/** Resolves once a line with its text is visible. Checked in each frame of the page. */
export const shown = (page: Page, line: number) =>
  page.waitForFunction(
    (number) => {
      const row = document.querySelector(`a[data-line="${number}"]`)?.closest('.log__row');
      if (!row || row.classList.contains('log__row--absent')) return false;
      const box = row.closest('[role="log"]')?.getBoundingClientRect();
      const { top, bottom } = row.getBoundingClientRect();
      return box !== undefined && bottom > box.top && top < box.bottom;
    },
    line,
    { polling: 'raf' },
  );

/** The duration of `work` in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

export async function repeated(times: number, work: () => Promise<number>): Promise<number[]> {
  const took: number[] = [];
  for (let time = 0; time < times; time++) took.push(await work());
  return took;
}

/** The heap of a page in MB, after two garbage collections: finalizers free more memory in the second. */
export async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / 1e6;
}

/** How busy the main thread of a page was. */
export interface Busyness {
  /** The longest task, in milliseconds: it blocks everything else. Tasks of any length are included, not only those above 50 ms. */
  readonly longest: number;
  /** The most CPU time of one task, in milliseconds: what `longest` would be on a machine with a free core. */
  readonly hardest: number;
  /** The share of time in which it was busy, in percent. */
  readonly share: number;
}

/** An event of Chromium's trace: a task, or the name of a thread. */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of wall-clock time and of CPU time. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/**
 * How busy a page is during `work`, from the browser's trace of every task of its main thread, in microseconds. (The page's own observers do
 * not report tasks below 50 ms, and a timer in the page would be a task itself.) Tracing has a small overhead. With several pages, the
 * busiest is returned.
 */
export async function busynessDuring(browser: Browser, work: () => Promise<unknown>): Promise<Busyness> {
  await browser.startTracing(undefined, {
    categories: ['-*', 'toplevel', 'disabled-by-default-devtools.timeline', '__metadata'],
  });
  const began = performance.now();
  try {
    await work();
  } catch (error) {
    await browser.stopTracing();
    throw error;
  }
  const took = performance.now() - began;
  return busynessOf(eventsOf(await browser.stopTracing()), took);
}

/** Decodes Chromium's documented trace format. */
function eventsOf(trace: Buffer): readonly TraceEvent[] {
  const { traceEvents }: { traceEvents: readonly TraceEvent[] } = JSON.parse(trace.toString('utf8'));
  return traceEvents;
}

/** The busiest main thread in a trace of `took` milliseconds. Throws when the trace has no task. Pure. */
export function busynessOf(events: readonly TraceEvent[], took: number): Busyness {
  const threadOf = ({ pid, tid }: TraceEvent): string => `${pid}/${tid}`;
  const tasks = new Map<string, { took: number; worked: number }[]>();
  for (const event of events) {
    if (event.name === 'thread_name' && event.args?.name === 'CrRendererMain') tasks.set(threadOf(event), []);
  }
  for (const event of events) {
    if (event.name === 'RunTask' && event.ph === 'X')
      tasks.get(threadOf(event))?.push({ took: (event.dur ?? 0) / 1_000, worked: (event.tdur ?? 0) / 1_000 });
  }
  const threads = [...tasks.values()].map((all) => ({
    longest: all.reduce((most, { took }) => Math.max(most, took), 0),
    hardest: all.reduce((most, { worked }) => Math.max(most, worked), 0),
    sum: all.reduce((sum, { took }) => sum + took, 0),
  }));
  const busiest = threads.toSorted((one, other) => other.sum - one.sum)[0];
  if (busiest === undefined || busiest.sum === 0) throw new Error('the trace contains no task of a page');
  const { longest, hardest, sum } = busiest;
  return { longest, hardest, share: (100 * sum) / took };
}
