// Tests what the page shows in a browser that is not as expected: a translator at work, a wrong clock, a path that SpiderPig does not know of.
import { createServer, request as sendRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { openWebProxy } from '../support/network/web-proxy.ts';
import { useWorld } from '../support/shared-world.ts';
import { openWorld } from '../support/world.ts';
import { useBrowser } from './visitor.ts';

const browser = useBrowser();
const shared = useWorld({ environment: { SPIDERPIG_ALLOWED_HOSTS: 'spiderpig.test' } });

async function startJob(): Promise<string> {
  const { world } = shared;
  const token = await world.token('deploy', 'Amina');
  const { startBackport } = await world.run<{ startBackport: { job: { id: string } } }>(
    token,
    'mutation { startBackport(input: { changes: ["1102340"] }) { ... on StartBackportSuccess { job { id } } } }',
  );
  return startBackport.job.id;
}

/** Does what a translating extension does: puts each text that may be translated into separate elements. */
const translate = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts: Text[] = [];
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (node instanceof Text && node.parentElement?.closest('[translate=no]') === null) texts.push(node);
    }
    for (const text of texts) {
      const outer = document.createElement('font');
      const inner = document.createElement('font');
      inner.textContent = text.data;
      outer.append(inner);
      text.replaceWith(outer);
    }
    return texts.length;
  });

describe('an unusual browser', () => {
  const servers: (() => void)[] = [];
  afterEach(() => {
    for (const close of servers.splice(0)) close();
  });

  it('W9 a page that a browser translates shows no stale state', async () => {
    const { world } = shared;
    const { page } = await browser.visit(world, { path: `/jobs/${await startJob()}` });
    const main = page.getByRole('main');
    await main.getByText('needs an answer', { exact: true }).first().waitFor();
    expect(await translate(page)).toBe(0);
    await page.getByRole('button', { name: /^No\b/ }).click();
    await main.getByText('declined', { exact: true }).first().waitFor();
    expect(await main.getByText('needs an answer', { exact: true }).count()).toBe(0);
  });

  it.each([-10, 10])(
    'W11 running times are right in a browser whose clock is %i minutes off',
    async (minutes) => {
      const { world } = shared;
      const { page } = await browser.visit(world);
      await page.clock.install({ time: Date.now() + minutes * 60_000 });
      await page.goto(`${world.url}/jobs/${await startJob()}`);
      const waiting = page.getByRole('region', { name: /^Question:/ }).getByText(/^waiting \d+ s$/);
      await waiting.waitFor();
      const seconds = Number(/\d+/.exec((await waiting.textContent()) ?? '')?.[0]);
      expect(seconds).toBeLessThan(15);
    },
  );

  it('W16 a page that is served below an unknown path shows a sentence', async () => {
    const { url } = shared.world;
    const proxy = createServer((incoming, outgoing) => {
      const path = /^\/spiderpig(\/.*)$/.exec(incoming.url ?? '')?.[1];
      if (path === undefined) {
        outgoing.writeHead(404).end();
        return;
      }
      const { host } = new URL(url);
      const passed = sendRequest(`${url}${path}`, { headers: { ...incoming.headers, host } }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      passed.on('error', () => outgoing.destroy());
      passed.end();
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    servers.push(() => {
      proxy.close();
      proxy.closeAllConnections();
    });
    const { port } = proxy.address() as AddressInfo;
    const page = await (await browser.newContext()).newPage();
    await page.goto(`http://127.0.0.1:${port}/spiderpig/`);
    await expect.poll(() => page.locator('body').innerText()).toMatch(/SpiderPig|page/);
  });

  it.each([
    ['W5', 'spiderpig.test'],
    ['W6', null],
  ])(
    '%s a sign-in link behind a proxy that changes the Host says what is wrong, and remains good',
    async (_row, allowed) => {
      const { world } = shared;
      await using proxy = await openWebProxy(world.url, { host: allowed ?? new URL(world.url).host });
      const link = await world.link('Bertrand');
      const context = await browser.newContext();
      const page = await context.newPage();
      const origin = proxy.url.replace('127.0.0.1', 'localhost');
      await page.goto(link.replace(world.url, origin));
      const signIn = page.getByRole('main');
      await signIn.getByText('the address and the proxy do not agree').waitFor();
      expect(await signIn.innerText()).not.toMatch(/been used|expired/);
      expect(world.server?.stderr()).toContain(origin);
      await page.goto(link);
      await page.getByRole('button', { name: 'Menu of Bertrand' }).waitFor();
    },
  );

  it('W23 the link that is printed for a server on all addresses can be opened', async () => {
    await using world = await openWorld({ jobrunner: false, environment: { SPIDERPIG_HOST: '::' } });
    const line = await world.command('login', '--user', 'Bertrand');
    const page = await (await browser.newContext()).newPage();
    await page.goto(/http:\S+/.exec(line)?.[0] ?? '');
    await page.getByRole('button', { name: 'Menu of Bertrand' }).waitFor();
  });
});
