// Tests that the page says how long jobs are kept. In Chromium, against a whole world.
import { expect, it } from 'vitest';
import { openWorld, program } from '../support/world.ts';
import { useBrowser } from './visitor.ts';

const browser = useBrowser();

it('the history and the page of a removed job say how long jobs are kept', async () => {
  await using world = await openWorld({ scap: program('process/exits-with', 0) });
  const token = await world.token();
  await world.run(token, 'mutation { startBackport(input: { changes: ["1102340"] }) { __typename } }');
  const { page, problems } = await browser.visit(world);
  await page.getByRole('table').getByText('succeeded').waitFor();
  await page.getByText('Jobs are removed 400 days after they end.', { exact: true }).waitFor();
  await page.goto(`${world.url}/jobs/7`);
  await page.getByText('Job 7 does not exist (yet).').waitFor();
  await page.getByText('Jobs are removed 400 days after they end.', { exact: true }).waitFor();
  expect(problems).toEqual([]);
});
