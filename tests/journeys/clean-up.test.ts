// What the page says of jobs that are not kept for ever, in a real Chromium.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { openWorld, program } from '../support/world.ts';
import { visit } from './visitor.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

it('the history and the page of a job that is not there say how long jobs are kept', async () => {
  await using world = await openWorld({ scap: program('exits-with', 0) });
  const token = await world.token();
  await world.run(token, 'mutation { startBackport(input: { changes: ["1102340"] }) { __typename } }');
  const { page, wrongs } = await visit(browser, world);
  await page.getByRole('table').getByText('succeeded').waitFor();
  await page.getByText('Jobs are removed 400 days after they end.', { exact: true }).waitFor();
  await page.goto(`${world.url}/jobs/7`);
  await page.getByText('Job 7 does not exist.').waitFor();
  await page.getByText('Jobs are removed 400 days after they end.', { exact: true }).waitFor();
  expect(wrongs).toEqual([]);
});
