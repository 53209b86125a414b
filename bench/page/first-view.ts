// Owns measuring the first visit of the page with an empty cache, on a slow network and processor: when something is shown, when it can be used, and its longest task.
import type { Browser } from 'playwright-core';
import { program, type World } from '../../tests/support/world.ts';
import { type Figure, figureOf } from '../report/figure.ts';
import { jobEnded, startJob } from '../support/job.ts';
import type { Bench } from '../support/section.ts';
import { repeated, signedIn, withBrowser } from './page.ts';

/** How many times slower than this machine the processor of the page is. */
const slowdown = 4;

/** A slow network: milliseconds for each request, bytes per second. */
interface Network {
  readonly name: string;
  readonly latency: number;
  readonly download: number;
  readonly upload: number;
}

const networks: readonly Network[] = [
  { name: 'no network limit', latency: 0, download: -1, upload: -1 },
  // Fast 3G as WebPageTest and Lighthouse define it.
  { name: 'Fast 3G, 150 ms', latency: 150, download: 1_638_400 / 8, upload: 768_000 / 8 },
  // The preset of the developer tools: its two round trips alone take 1.1 s.
  {
    name: 'Fast 3G of the developer tools, 563 ms',
    latency: 562.5,
    download: 1_474_560 / 8,
    upload: 691_200 / 8,
  },
];

/** A page, and what can be used in it once it is ready. */
interface View {
  readonly name: string;
  readonly path: string;
  /** A selector that matches once it can be used. */
  readonly usable: string;
}

/** Times of one visit, in milliseconds since its begin. */
interface Visit {
  readonly painted: number;
  readonly usable: number;
  /** Of tasks that are longer than 50 ms; 0 if none exists. */
  readonly longestTask: number;
}

async function visit(browser: Browser, world: World, view: View, network: Network): Promise<Visit> {
  const page = await signedIn(browser, world);
  const context = page.context();
  await page.goto('about:blank');
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.clearBrowserCache');
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: network.latency,
    downloadThroughput: network.download,
    uploadThroughput: network.upload,
  });
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  await page.goto(`${world.url}${view.path}`, { waitUntil: 'commit' });
  const found = await page.waitForFunction(
    (selector) => (document.querySelector(selector) === null ? 0 : performance.now()),
    view.usable,
    { polling: 'raf' },
  );
  const usable = await found.jsonValue();
  const times = await page.evaluate(async () => {
    const longest = await new Promise<number>((resolve) => {
      const observer = new PerformanceObserver((list) => {
        resolve(Math.max(...list.getEntries().map(({ duration }) => duration)));
      });
      observer.observe({ type: 'longtask', buffered: true });
      setTimeout(() => resolve(0), 1_000);
    });
    const [painted] = performance.getEntriesByName('first-contentful-paint');
    return { painted: painted?.startTime ?? Number.NaN, longestTask: longest };
  });
  await context.close();
  return { ...times, usable };
}

const views = (job: string): readonly View[] => [
  {
    name: 'overview',
    path: '/',
    usable: '.chip-input input:not([disabled])',
  },
  {
    name: 'job with a question',
    path: `/jobs/${job}`,
    usable: 'button[data-code="y"][aria-disabled="false"]',
  },
];

/** Measures the first visit of the overview and of a job that asks. */
export const measureFirstView = (bench: Bench): Promise<Figure[]> =>
  withBrowser(async (browser) => {
    await using world = await bench.open({ scap: program('question/counts-and-asks', 100, 300) });
    const token = await world.token();
    const job = await startJob(world, token);
    const figures: Figure[] = [];
    for (const view of views(job))
      for (const network of networks) {
        const visits: Visit[] = [];
        await repeated(bench.quick ? 1 : 5, async () => {
          visits.push(await visit(browser, world, view, network));
          return 0;
        });
        const name = `${view.name}, ${network.name}`;
        const of = (what: keyof Visit): number[] => visits.map((each) => each[what]);
        const baseline = ['something is painted', of('painted')] as const;
        figures.push(figureOf(`${name}: opened → usable`, 'ms', of('usable'), { baseline }));
        figures.push(figureOf(`${name}: longest task above 50 ms`, 'ms', of('longestTask')));
      }
    // A world ends only when its jobs have ended.
    await world.run(token, `mutation { stopJob(input: { jobId: ${job} }) { __typename } }`);
    await jobEnded(world, token, job, bench.signal).catch(() => {});
    return figures;
  });
