// Owns a page in a real Chromium as the bench watches it: signed in, when a line is in sight, how busy its main thread was, how large its heap is. Not what is measured with it (page-open.ts, page-live.ts, page-busy.ts).
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../tests/support/browser.ts';
import type { World } from '../tests/support/world.ts';

/** Does something with a browser of its own. */
export async function withBrowser<Result>(act: (browser: Browser) => Promise<Result>): Promise<Result> {
  const browser = await openBrowser();
  try {
    return await act(browser);
  } finally {
    await browser.close();
  }
}

/** The page of a person who is signed in. */
export async function signedIn(browser: Browser, world: World): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(await world.link('Bench'));
  await page.getByRole('button', { name: 'Menu of Bench' }).waitFor();
  return page;
}

export const log = (page: Page) => page.getByRole('log', { name: 'Log' });
/** Resolves once a line is in sight with its text; in the page, at the frames in which it looks. */
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

/** Milliseconds that something takes. */
export async function timed(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await act();
  return performance.now() - began;
}

export async function repeated(times: number, act: () => Promise<number>): Promise<number[]> {
  const took: number[] = [];
  for (let time = 0; time < times; time++) took.push(await act());
  return took;
}

/** The heap of a page in MB, after what nobody holds any more was collected: twice, since what is finalised at first is free only then. */
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
  /** The longest task, in milliseconds: so long nothing else could be done. Of any length, not only from 50 ms on. */
  readonly longest: number;
  /** The most that one task worked, in milliseconds of processor time: what is left of `longest` on a machine that has a processor free. */
  readonly hardest: number;
  /** How much of the time it worked, in per cent. */
  readonly share: number;
}

/** What Chromium's trace says of a task of a thread, and of a thread's name. */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds, by the clock and of processor time. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/**
 * How busy a page is while something goes on, from the browser's own trace: every task that its main thread runs, to the microsecond. (The
 * page's own observers tell nothing of tasks below 50 ms, and a timer in the page would be a task itself.) Tracing takes a little time of its
 * own. One page at a time: of several the busiest is told.
 */
export async function busynessDuring(browser: Browser, act: () => Promise<unknown>): Promise<Busyness> {
  await browser.startTracing(undefined, {
    categories: ['-*', 'toplevel', 'disabled-by-default-devtools.timeline', '__metadata'],
  });
  const began = performance.now();
  try {
    await act();
  } catch (error) {
    await browser.stopTracing();
    throw error;
  }
  const took = performance.now() - began;
  return busynessOf(eventsOf(await browser.stopTracing()), took);
}

/** The decoding edge: what Chromium documents as its trace format. */
function eventsOf(trace: Buffer): readonly TraceEvent[] {
  const { traceEvents }: { traceEvents: readonly TraceEvent[] } = JSON.parse(trace.toString('utf8'));
  return traceEvents;
}

/** What a trace of `took` milliseconds says of the busiest main thread of a page. Throws when it says nothing. Pure. */
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
  if (busiest === undefined || busiest.sum === 0) throw new Error('the trace tells of no task of a page');
  const { longest, hardest, sum } = busiest;
  return { longest, hardest, share: (100 * sum) / took };
}
