// Tests what people see of production's errors: beside a question, on the page of errors, while the search fails, and after a job. In Chromium, against a whole world.
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { startErrorLog } from '../../jobrunner/simulator/error-log/error-log.ts';
import { openWorld } from '../support/world.ts';
import { useBrowser } from './visitor.ts';

const browser = useBrowser();

/** Records how much the layout shifts, on each page that is loaded from now on. Returns how much it has since the load. */
async function watchShifts(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    Reflect.set(window, 'shifted', 0);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        Reflect.set(window, 'shifted', Reflect.get(window, 'shifted') + Reflect.get(entry, 'value'));
    }).observe({ type: 'layout-shift', buffered: true });
  });
  return async () => Number(await page.evaluate(() => Reflect.get(window, 'shifted')));
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
  const shifted = await watchShifts(page);
  await page.reload();
  await panel.getByRole('row', { name: /^Canaries/ }).waitFor();
  expect(await shifted()).toBeLessThan(0.02);

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
