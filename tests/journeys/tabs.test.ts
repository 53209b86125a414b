// Tests that many tabs of one browser work at the same time where a proxy blocks WebSockets: a browser opens at most six connections to a server.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWebProxy, type WebProxy } from '../support/network/web-proxy.ts';
import { useWorld } from '../support/shared-world.ts';
import { program } from '../support/world.ts';
import { useBrowser } from './visitor.ts';

const browser = useBrowser();
const shared = useWorld({ scap: program('question/asks-twice') });
let proxy: WebProxy;
beforeAll(async () => {
  proxy = await openWebProxy(shared.world.url);
  proxy.refusesUpgrades = true;
});
afterAll(() => proxy[Symbol.asyncDispose]());

/** How many locks for open requests the tabs of the browser hold. */
const openRequests = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const { held = [] } = await navigator.locks.query();
    return held.filter(({ name }) => name?.startsWith('spiderpig-open-request-')).length;
  });

it('W1 eight tabs of one job over event streams all load and update, and an answer in the last one is delivered', async () => {
  const { world } = shared;
  const token = await world.token('deploy', 'Amina');
  const { startBackport } = await world.run<{ startBackport: { job: { id: string } } }>(
    token,
    'mutation { startBackport(input: { changes: ["1102340"], acceptUnverified: true }) { ... on StartBackportSuccess { job { id } } } }',
  );
  const path = `${proxy.url}/jobs/${startBackport.job.id}`;
  const context = await browser.newContext();
  const first = await context.newPage();
  const link = new URL(await world.link('Amina'));
  await first.goto(`${proxy.url}${link.pathname}${link.search}${link.hash}`);
  await first.getByRole('button', { name: 'Menu of Amina' }).waitFor();
  const tabs = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const tab = await context.newPage();
      await tab.goto(path);
      await tab.getByRole('region', { name: 'Question: First question?' }).waitFor();
      return tab;
    }),
  );
  await expect.poll(() => openRequests(first), { timeout: 30_000 }).toBe(4);
  const [last] = tabs.slice(-1);
  await last?.getByRole('button', { name: /^Yes\b/ }).click();
  await Promise.all(
    tabs.map((tab) => tab.getByRole('region', { name: 'Question: Second question?' }).waitFor()),
  );
  // Tabs that are closed leave their place to the others.
  await Promise.all(tabs.slice(0, 6).map((tab) => tab.close()));
  await expect.poll(() => openRequests(first), { timeout: 30_000 }).toBe(4);
});
