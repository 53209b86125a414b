// Owns the measure of the page in a real Chromium: opening logs, going to a line, searching, how soon a line is painted, how busy and how large the page gets.
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../tests/browser.ts';
import { program, type World } from '../tests/world.ts';
import { type Figure, figureOf } from './figure.ts';
import { jobWithLog, rareWord } from './filled-log.ts';
import { jobEnded, startJob } from './job.ts';
import { type Bench, now } from './section.ts';

const sizes = [10_000, 100_000, 1_000_000] as const;

/** The page of a person who is signed in. */
async function signedIn(browser: Browser, world: World): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(await world.link('Bench'));
  await page.getByRole('button', { name: 'Menu of Bench' }).waitFor();
  return page;
}

const log = (page: Page) => page.getByRole('log', { name: 'Log' });
/** Resolves once a line is in sight with its text; in the page, at the frames in which it looks. */
const shown = (page: Page, line: number) =>
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
async function timed(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await act();
  return performance.now() - began;
}

async function repeated(times: number, act: () => Promise<number>): Promise<number[]> {
  const took: number[] = [];
  for (let time = 0; time < times; time++) took.push(await act());
  return took;
}

/** Opening, going to a line, searching: of jobs that have ended. */
async function measureEnded(bench: Bench, browser: Browser): Promise<Figure[]> {
  const figures: Figure[] = [];
  const times = bench.quick ? 2 : 7;
  await using world = await bench.open({ jobrunner: false });
  const page = await signedIn(browser, world);
  // The page without a log, for what a browser takes in any case.
  const empty = await repeated(times, () =>
    timed(async () => {
      await page.goto(`${world.url}/`);
      await page.getByRole('heading', { name: 'History' }).waitFor();
    }),
  );
  const baseline = ['the overview, until its history is there', empty] as const;
  for (const lines of bench.quick ? sizes.slice(0, 2) : sizes) {
    const title = `${lines.toLocaleString('en')} lines`;
    const id = await jobWithLog(world, lines);
    const opened = await repeated(times, () =>
      timed(async () => {
        await page.goto(`${world.url}/jobs/${id}`);
        await shown(page, lines);
      }),
    );
    figures.push(figureOf(`${title}: page opened → end in sight`, 'ms', opened, { baseline }));
    if (lines !== sizes.at(-1) && !bench.quick) continue;
    const middle = lines / 2;
    const jumps = await repeated(times, async () => {
      await log(page).press('End');
      await shown(page, lines);
      await page.getByRole('textbox', { name: 'Number of the line to go to' }).fill(String(middle));
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
    figures.push(figureOf(`${title}: heap of the page afterwards`, 'MB', [await heapOf(page)]));
  }
  return figures;
}

/** The heap of a page after garbage collection, in MB. */
async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / 1e6;
}

/** How late lines are painted, in milliseconds. Clocks: the host's monotonic one and the page's, compared at the start; good to about a millisecond. */
async function measurePainted(bench: Bench, browser: Browser): Promise<Figure[]> {
  const rate = 50;
  const count = bench.quick ? 150 : 600;
  await using world = await bench.open({ scap: program('echo-clock', rate, count) });
  const token = await world.token();
  const page = await signedIn(browser, world);
  const id = await startJob(world, token);
  await page.goto(`${world.url}/jobs/${id}`);
  await page.locator('.log__row').first().waitFor();
  // What a nanosecond of the monotonic clock is in the page's milliseconds since 1970.
  const offset = performance.timeOrigin + performance.now() - Number(now()) / 1e6;
  const took = await page.evaluate(async (ahead) => {
    const late: number[] = [];
    const seen = new Set<string>();
    const clock = () => performance.timeOrigin + performance.now();
    const box = document.querySelector('[role="log"]');
    for (const row of document.querySelectorAll('.log__text')) seen.add(row.textContent ?? '');
    const observer = new MutationObserver(() => {
      const fresh: number[] = [];
      for (const row of [...document.querySelectorAll('.log__text')].slice(-40)) {
        const line = row.textContent ?? '';
        const printed = /"t": "(\d+)"/.exec(line)?.[1];
        if (printed === undefined || seen.has(line)) continue;
        seen.add(line);
        fresh.push(Number(printed) / 1e6 + ahead);
      }
      if (fresh.length === 0) return;
      // A message posted before a frame is painted arrives right after it.
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => late.push(...fresh.map((printed) => clock() - printed));
        port2.postMessage(null);
      });
    });
    if (box) observer.observe(box, { childList: true, subtree: true, characterData: true });
    await new Promise<void>((resolve) => {
      const end = setInterval(() => {
        if (!document.body.textContent?.includes('End of the log')) return;
        clearInterval(end);
        resolve();
      }, 100);
    });
    return late;
  }, offset);
  await jobEnded(world, token, id, bench.signal);
  return [figureOf(`line printed → painted, ${rate} lines/s`, 'ms', took, { reference: '500 / 1,100 ms' })];
}

/** A viewer of a job that prints much at once, and of one that prints 5,000 lines a second: when it is done, how busy and how large it gets. */
async function measureBusy(bench: Bench, browser: Browser): Promise<Figure[]> {
  const figures: Figure[] = [];
  const lines = 100_000;
  const after: number[] = [];
  for (let time = 0; time < (bench.quick ? 1 : 3); time++) {
    await using world = await bench.open({ scap: program('floods', lines) });
    const token = await world.token();
    const page = await signedIn(browser, world);
    const id = await startJob(world, token);
    await page.goto(`${world.url}/jobs/${id}`);
    await jobEnded(world, token, id, bench.signal);
    after.push(await timed(() => page.getByText('End of the log').waitFor()));
    await page.context().close();
  }
  figures.push(
    figureOf(`100,000 lines, watched: job ended → its end on the page`, 'ms', after, {
      reference: '3.9–4.7 s',
    }),
  );
  const rate = 5_000;
  await using world = await bench.open({ scap: program('echo-clock', rate, rate * (bench.quick ? 3 : 10)) });
  const token = await world.token();
  const page = await signedIn(browser, world);
  const id = await startJob(world, token);
  await page.goto(`${world.url}/jobs/${id}`);
  const longest = await page.evaluate(async () => {
    const tasks: number[] = [0];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) tasks.push(entry.duration);
    }).observe({ type: 'longtask' });
    await new Promise<void>((resolve) => {
      const end = setInterval(() => {
        if (!document.body.textContent?.includes('End of the log')) return;
        clearInterval(end);
        resolve();
      }, 100);
    });
    return tasks;
  });
  // Tasks of less than 50 ms are not told: then it says 0.
  figures.push(
    figureOf(`${rate.toLocaleString('en')} lines/s: longest task of the page`, 'ms', [Math.max(...longest)]),
  );
  return figures;
}

/** Measures the page. */
export async function measurePage(bench: Bench): Promise<Figure[]> {
  const browser = await openBrowser();
  try {
    const figures = await measureEnded(bench, browser);
    figures.push(...(await measurePainted(bench, browser)));
    if (!bench.timeIsUp()) figures.push(...(await measureBusy(bench, browser)));
    return figures;
  } finally {
    await browser.close();
  }
}
