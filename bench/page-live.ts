// Owns the measure of how soon a line of a running job is painted.
import type { Browser } from 'playwright-core';
import { program } from '../tests/world.ts';
import { type Figure, figureOf } from './figure.ts';
import { jobEnded, startJob } from './job.ts';
import { signedIn, withBrowser } from './page.ts';
import { type Bench, now } from './section.ts';

/** Measures how late lines are painted, in milliseconds. Clocks: the host's monotonic one and the page's, compared at the start; good to about a millisecond. */
export const measurePageLive = (bench: Bench): Promise<Figure[]> =>
  withBrowser((browser) => measure(bench, browser));

async function measure(bench: Bench, browser: Browser): Promise<Figure[]> {
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
      // The page draws within a frame (frame.ts), and this runs within it too: a message posted now arrives right after it is painted. Asking for
      // another frame first would add one, 17 ms, to each line.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => late.push(...fresh.map((printed) => clock() - printed));
      port2.postMessage(null);
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
