// Owns measuring the page of an ended job: opening it, going to a line, searching, and its heap afterwards.
import { createServer } from 'node:http';
import type { Browser, Page, Response } from 'playwright-core';
import { type Figure, figureOf } from '../report/figure.ts';
import { jobWithLog, rareWord } from '../support/filled-log.ts';
import type { Bench } from '../support/section.ts';
import { heapOf, log, repeated, shown, signedIn, timed, withBrowser } from './page.ts';

const sizes = [10_000, 100_000, 1_000_000] as const;

/** Measures opening the page, going to a line and searching, of jobs that have ended. */
export const measurePageOpen = (bench: Bench): Promise<Figure[]> =>
  withBrowser((browser) => measure(bench, browser));

async function measure(bench: Bench, browser: Browser): Promise<Figure[]> {
  const figures: Figure[] = [];
  const times = bench.quick ? 2 : 7;
  await using world = await bench.open({ jobrunner: false });
  const page = await signedIn(browser, world);
  // An empty page, and the overview without a log: the time that a browser needs in any case.
  const empty = await emptyPage(page, times);
  const overview = await repeated(times, () =>
    timed(async () => {
      await page.goto(`${world.url}/`);
      await page.getByRole('heading', { name: 'History' }).waitFor();
    }),
  );
  const baseline = ['an empty static page, until its text is shown', empty] as const;
  figures.push(figureOf('overview opened → its history is shown', 'ms', overview, { baseline }));
  for (const lines of bench.quick ? sizes.slice(0, 2) : sizes) {
    const title = `${lines.toLocaleString('en')} lines`;
    const id = await jobWithLog(world, lines);
    const opened = await repeated(times, () =>
      timed(async () => {
        await page.goto(`${world.url}/jobs/${id}`);
        await shown(page, lines);
      }),
    );
    figures.push(
      figureOf(`${title}: page opened → end in sight`, 'ms', opened, {
        baseline: ['the overview, until its history is shown', overview],
      }),
    );
    if (lines !== sizes.at(-1) && !bench.quick) continue;
    const middle = lines / 2;
    const jumps = await repeated(times, async () => {
      await log(page).press('End');
      await shown(page, lines);
      await log(page).press('g');
      await page.getByRole('textbox', { name: 'Line number to go to' }).fill(String(middle));
      return await timed(async () => {
        await page.keyboard.press('Enter');
        await shown(page, middle);
      });
    });
    figures.push(figureOf(`${title}: go to line ${middle.toLocaleString('en')} → in sight`, 'ms', jumps));
    const field = page.getByRole('textbox', { name: 'Search the log' });
    const searches = await repeated(times, async () => {
      await field.fill('');
      return await timed(async () => {
        await field.fill(rareWord);
        await page.getByText('2 matches', { exact: true }).waitFor();
      });
    });
    figures.push(
      figureOf(`${title}: a rare word typed → both matches told, with the pause of typing`, 'ms', searches),
    );
    figures.push(...(await measureReplay(page, title, times)));
    figures.push(
      figureOf(`${title}: heap of the page afterwards, garbage collected`, 'MB', [await heapOf(page)]),
    );
  }
  return figures;
}

/** The times to open a page with three words from an idle server, in milliseconds. */
async function emptyPage(page: Page, times: number): Promise<number[]> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end('<!doctype html><html lang="en"><title>Empty</title><h1>Nothing is here</h1></html>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the empty page has no address');
    return await repeated(times, () =>
      timed(async () => {
        await page.goto(`http://127.0.0.1:${address.port}/`);
        await page.getByRole('heading', { name: 'Nothing is here' }).waitFor();
      }),
    );
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Measures the replay of the job of the page: opening it, moving to the middle of its timeline, and how much of the log it loads for both. */
async function measureReplay(page: Page, title: string, times: number): Promise<Figure[]> {
  const opened: number[] = [];
  const moved: number[] = [];
  const loaded: number[] = [];
  const button = page.getByRole('button', { name: 'Replay' });
  const slider = page.getByRole('slider', { name: 'Position in the replay' });
  let bytes = 0;
  const count = async (response: Response): Promise<void> => {
    bytes += response.url().endsWith('/graphql') ? (await response.body().catch(() => '')).length : 0;
  };
  page.on('response', count);
  for (let time = 0; time < times; time++) {
    bytes = 0;
    opened.push(
      await timed(async () => {
        await button.click();
        await page.getByText('0 lines so far').waitFor();
      }),
    );
    moved.push(
      await timed(async () => {
        await slider.fill('5000');
        await page.getByText(/^[1-9]\d* lines so far$/).waitFor();
      }),
    );
    loaded.push(bytes / 1e6);
    await button.click();
  }
  page.off('response', count);
  return [
    figureOf(`${title}: replay opened → ready`, 'ms', opened),
    figureOf(`${title}: replay moved to the middle → its lines`, 'ms', moved),
    figureOf(`${title}: loaded for both`, 'MB', loaded),
  ];
}
