// Tests what people see of production's errors: beside a question, on the page of errors, while the search fails, and after a job. In Chromium, against a whole world.
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { startErrorLog } from '../../jobrunner/simulator/error-log/error-log.ts';
import { openWorld } from '../support/world.ts';
import { useBrowser } from './visitor.ts';

const browser = useBrowser();

/** Records the heights of the place of the panel in each frame, on each page that is loaded from now on. Returns those since the load. */
async function watchHeights(page: Page): Promise<() => Promise<unknown>> {
  await page.addInitScript(() => {
    const heights = new Set<number>();
    Reflect.set(window, 'heights', heights);
    const look = (): void => {
      const place = document.querySelector('.health-place');
      if (place instanceof HTMLElement) heights.add(place.offsetHeight);
      requestAnimationFrame(look);
    };
    look();
  });
  return () => page.evaluate(() => [...Reflect.get(window, 'heights')]);
}

it('a deployer sees errors beside a question, on the page of errors, and after the job, also while the search fails', async () => {
  await using errorLog = await startErrorLog();
  await using world = await openWorld({
    environment: { SPIDERPIG_LOGSTASH_URL: errorLog.url },
  });
  const { page, problems } = await browser.visit(world);
  const token = await world.token('deploy', 'Amina');
  await world.run(token, 'mutation { startBackport(input: { changes: ["1102340"] }) { __typename } }');
  const yes = page.getByRole('button', { name: /^Yes\b/ });
  const panel = page.getByRole('group').filter({ hasText: 'Errors of MediaWiki' });
  await page.goto(`${world.url}/jobs/1`);
  await yes.waitFor();
  await panel.getByText('Errors of MediaWiki').click();
  await panel.getByRole('row', { name: /^Canaries/ }).waitFor();

  // The browser keeps the panel open, and its numbers move nothing.
  const heights = await watchHeights(page);
  await page.reload();
  await panel.getByRole('row', { name: /^Canaries/ }).waitFor();
  expect(await heights()).toHaveLength(1);

  await page.getByRole('button', { name: 'Menu of Amina' }).click();
  await page.getByRole('link', { name: 'Errors of MediaWiki' }).click();
  const table = page.getByRole('table', { name: 'Messages' });
  await table.getByRole('row', { name: /DBQueryTimeoutError/ }).waitFor();
  await page.getByRole('searchbox').fill('acquire lock');
  await expect.poll(() => table.getByRole('row').count()).toBe(2);
  await page.getByRole('checkbox', { name: 'Show the number of errors in the header' }).check();
  const total = page.getByRole('banner').getByRole('link', { name: /^Errors: \d/ });
  await total.waitFor();

  // The next search fails. The old address of the page works, too.
  errorLog.failure = 503;
  await page.goto(`${world.url}/mediawiki/logs`);
  await table.getByRole('row', { name: /DBQueryTimeoutError/ }).waitFor();
  await page.getByText(/^Old numbers, from/).waitFor();
  expect(await table.getByRole('row').count()).toBeGreaterThan(1);
  await total.filter({ hasText: 'old number' }).waitFor();

  await page.goto(`${world.url}/jobs/1`);
  await yes.click();
  await page.getByRole('region', { name: /Continue with deployment/ }).waitFor();
  await yes.click();
  await page.getByText(/^Errors are watched until/).waitFor();
  expect(problems).toEqual([]);
});
