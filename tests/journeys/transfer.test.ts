// Tests how many bytes the browser receives for a page, and that it does not ask for files again that it has.
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { useWorld } from '../support/shared-world.ts';
import { program } from '../support/world.ts';
import { useBrowser } from './visitor.ts';

const browser = useBrowser();
const shared = useWorld({ scap: program('question/counts-and-asks'), jobrunner: false });

/** Bytes over the wire of the page itself and of its scripts, style sheets and pictures, without the headers. */
const receivedBytes = (page: Page): Promise<number> =>
  page.evaluate(() =>
    [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
      .filter((entry) => entry instanceof PerformanceResourceTiming)
      .filter(({ name, transferSize }) => transferSize > 0 && !name.includes('/graphql'))
      .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
  );

it('the first page takes less than 90 kB over the wire, and a second visit less than 2 kB', async () => {
  const { world } = shared;
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(world.url);
  await page.getByRole('heading').first().waitFor();
  const first = await receivedBytes(page);
  expect(first).toBeGreaterThan(50_000);
  expect(first).toBeLessThan(90_000);
  await page.goto(`${world.url}/jobs/1`);
  await page.getByRole('heading').first().waitFor();
  expect(await receivedBytes(page)).toBeLessThan(2_000);
});

it('the browser uses each file that the response to a page names', async () => {
  const { page } = await browser.visit(shared.world);
  const warnings: string[] = [];
  page.on('console', (message) => warnings.push(message.text()));
  const response = await page.goto(`${shared.world.url}/statistics`);
  expect(response?.headers()['link']).toMatch(/statistics-page-\S+\.js>.*statistics-page-\S+\.css>/);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForLoadState('networkidle');
  expect(warnings.filter((text) => text.includes('preload'))).toEqual([]);
});
