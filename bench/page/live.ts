// Owns measuring the latency from a printed line to its painting, compared with the fastest possible page in this browser.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { WebSocketServer } from 'ws';
import { program } from '../../tests/support/world.ts';
import { type Figure, figureOf } from '../report/figure.ts';
import { jobEnded, startJob } from '../support/job.ts';
import { type Bench, now } from '../support/section.ts';
import { settling } from '../support/standby.ts';
import { signedIn, withBrowser } from './page.ts';

/** Lines per second, and how many lines: for longer than a busy machine needs to open the page. */
const rate = 50;
const counts = { quick: 600, full: 1_500 };

/** Measures the latency until lines are painted, in milliseconds. The host's monotonic clock and the page's clock are compared at the start; precise to about a millisecond. */
export const measurePageLive = (bench: Bench): Promise<Figure[]> =>
  withBrowser(async (browser) => {
    const count = bench.quick ? counts.quick : counts.full;
    const bare = await onBarePage(bench, browser, count);
    const took = await onJobPage(bench, browser, count);
    return [
      figureOf(`line printed → painted, ${rate} lines/s`, 'ms', took, {
        baseline: ['the same lines on a bare page', bare],
        reference: '500 / 1,100 ms',
      }),
    ];
  });

async function onJobPage(bench: Bench, browser: Browser, count: number): Promise<number[]> {
  await using world = await bench.open({ scap: program('output/echo-clock', rate, settling * rate + count) });
  const token = await world.token();
  const page = await signedIn(browser, world);
  const id = await startJob(world, token);
  await page.goto(`${world.url}/jobs/${id}`);
  await page
    .getByText(`"n": ${settling * rate},`)
    .first()
    .waitFor();
  const took = await lateness(page);
  await jobEnded(world, token, id, bench.signal);
  await page.context().close();
  return took;
}

/** A page that only appends what a socket receives, in the next frame, and scrolls to the end. This process sends the lines, so nothing is stored or checked. */
const barePage = `<!doctype html><title>Bare</title><div role="log" style="height: 600px; overflow: auto"></div><script>
  const box = document.querySelector('div');
  let waiting = [];
  const draw = () => {
    for (const text of waiting) {
      const row = box.appendChild(document.createElement('div'));
      row.className = 'log__text';
      row.textContent = text;
      if (box.children.length > 60) box.firstChild.remove();
    }
    waiting = [];
    box.scrollTop = box.scrollHeight;
  };
  new WebSocket('ws://' + location.host).onmessage = ({ data }) => {
    if (waiting.length === 0) requestAnimationFrame(draw);
    waiting.push(data);
  };
</script>`;

async function onBarePage(bench: Bench, browser: Browser, count: number): Promise<number[]> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(barePage);
  });
  const sockets = new WebSocketServer({ server });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const page = await browser.newPage();
  try {
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}`); // as it listens on a port
    const measured = lateness(page);
    for (let sent = 0; sent < count; sent++) {
      await wait(1_000 / rate, undefined, { signal: bench.signal });
      for (const socket of sockets.clients) socket.send(`{"t": "${now()}"}`);
    }
    for (const socket of sockets.clients) socket.send('End of the log');
    return await measured;
  } finally {
    await page.close();
    sockets.close();
    server.closeAllConnections();
    server.close();
  }
}

/** The latency of each line that the page paints from now on until the end of the log, in milliseconds. */
async function lateness(page: Page): Promise<number[]> {
  // The offset between the monotonic clock and the page's milliseconds since 1970.
  const offset = performance.timeOrigin + performance.now() - Number(now()) / 1e6;
  return await page.evaluate(async (ahead) => {
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
}
