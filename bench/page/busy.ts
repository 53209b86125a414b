// Owns measuring a page during a flood: when it has shown everything, how busy its main thread is, how large its heap gets.
import type { Browser } from 'playwright-core';
import { program } from '../../tests/support/world.ts';
import { type Figure, figureOf } from '../report/figure.ts';
import { jobEnded, startJob } from '../support/job.ts';
import type { Bench } from '../support/section.ts';
import { type Busyness, busynessDuring, heapOf, signedIn, timed, withBrowser } from './page.ts';

/** Measures a page that follows a burst of lines, and one that follows 5,000 lines per second. */
export const measurePageBusy = (bench: Bench): Promise<Figure[]> =>
  withBrowser(async (browser) => [
    ...(await measureFlooded(bench, browser)),
    ...(await measureSteady(bench, browser)),
  ]);

const runs = (bench: Bench): number => (bench.quick ? 1 : 5);

/** 100,000 lines together. */
async function measureFlooded(bench: Bench, browser: Browser): Promise<Figure[]> {
  const late: number[] = [];
  const busy: Busyness[] = [];
  await using world = await bench.open({ scap: program('output/floods', 100_000) });
  const token = await world.token();
  for (let run = 0; run < runs(bench) && !bench.timeIsUp(); run++) {
    const page = await signedIn(browser, world);
    const id = await startJob(world, token);
    busy.push(
      await busynessDuring(browser, async () => {
        await page.goto(`${world.url}/jobs/${id}`);
        await jobEnded(world, token, id, bench.signal);
        late.push(await timed(() => page.getByText('End of the log').waitFor()));
      }),
    );
    await page.context().close();
  }
  return [
    figureOf('100,000 lines, watched: job ended → its end on the page', 'ms', late, {
      reference: '3.9–4.7 s',
    }),
    ...busyFigures('100,000 lines, watched', busy),
  ];
}

/** 5,000 lines per second, for some seconds. */
async function measureSteady(bench: Bench, browser: Browser): Promise<Figure[]> {
  const rate = 5_000;
  const seconds = bench.quick ? 3 : 10;
  const busy: Busyness[] = [];
  const heaps: number[] = [];
  await using world = await bench.open({ scap: program('output/echo-clock', rate, rate * seconds) });
  const token = await world.token();
  for (let run = 0; run < runs(bench) && !bench.timeIsUp(); run++) {
    const page = await signedIn(browser, world);
    const id = await startJob(world, token);
    await page.goto(`${world.url}/jobs/${id}`);
    await page.locator('.log__row').first().waitFor();
    busy.push(
      await busynessDuring(browser, () => page.getByText('End of the log').waitFor({ timeout: 60_000 })),
    );
    heaps.push(await heapOf(page));
    await jobEnded(world, token, id, bench.signal);
    await page.context().close();
  }
  const title = `${rate.toLocaleString('en')} lines/s`;
  return [
    ...busyFigures(title, busy),
    figureOf(`${title}: heap of the page afterwards, garbage collected`, 'MB', heaps),
  ];
}

const busyFigures = (title: string, busy: readonly Busyness[]): Figure[] => [
  figureOf(
    `${title}: longest task of the page`,
    'ms',
    busy.map(({ longest }) => longest),
  ),
  figureOf(
    `${title}: CPU time of its hardest task`,
    'ms',
    busy.map(({ hardest }) => hardest),
  ),
  figureOf(
    `${title}: main thread of the page at work`,
    '%',
    busy.map(({ share }) => share),
  ),
];
