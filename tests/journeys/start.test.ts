// Tests how a deployer chooses changes and starts them: what they depend on, what Gerrit said before it stopped to answer, and that nothing starts twice.
// In Chromium, against a whole world.
import { expect, it } from 'vitest';
import { useWorld } from '../support/shared-world.ts';
import { useBrowser } from './visitor.ts';

const browser = useBrowser();
const shared = useWorld();

it('a relation chain and a Depends-On footer are added by keyboard, and deployed in their order', async () => {
  const { world } = shared;
  const { page, problems } = await browser.visit(world);
  const field = page.getByRole('combobox', { name: 'Changes' });
  await field.fill('captions survive');
  const option = page.getByRole('option', { name: /^1102345/ });
  await option.waitFor();
  // Nothing covers it, and no box cuts it off.
  const isSeen = await option.evaluate((element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return element.contains(document.elementFromPoint(left + width / 2, top + height / 2));
  });
  expect(isSeen).toBe(true);
  await field.press('Enter');
  const missing = page.getByRole('list', { name: /^2 changes are missing/ });
  await missing.getByText('needed by 1102344').waitFor();
  await page.getByRole('button', { name: 'Add 2 changes it depends on' }).press('Enter');
  await missing.waitFor({ state: 'detached' });
  await page.keyboard.type('1102369 ');
  await page.getByRole('button', { name: 'Add the change it depends on' }).click();
  const chips = page.getByRole('button', { name: /^Remove / });
  const order = ['1102343', '1102344', '1102345', '1102342', '1102369'];
  await expect
    .poll(async () => await chips.evaluateAll((all) => all.map((each) => each.getAttribute('aria-label'))))
    .toEqual(order.map((number) => `Remove ${number}`));
  const button = page.getByRole('button', { name: 'Start', exact: true });
  await button.dblclick();
  await page.waitForURL(/\/jobs\/\d+$/);
  const { jobs } = await world.run<{ jobs: { nodes: { changes: { number: string }[] }[] } }>(
    await world.token('read', 'Priya'),
    '{ jobs(first: 5) { nodes { changes { number } } } }',
  );
  expect(jobs.nodes.map(({ changes }) => changes.map(({ number }) => number))).toEqual([order]);
  expect(problems).toEqual([]);
});

it('what Gerrit said before it stopped to answer stays on the page, is marked, and can be started', async () => {
  const { world } = shared;
  const { page } = await browser.visit(world);
  await page.goto(`${world.url}/?changes=1102341,1102347`);
  const chosen = page.getByRole('list', { name: 'Chosen changes' });
  await chosen.getByText('Enable the new table of contents').waitFor();
  world.gerrit.failure.down = true;
  const field = page.getByRole('combobox', { name: 'Changes' });
  await field.fill('1102356 ');
  const kept = /^Gerrit has not responded since \d\d:\d\d UTC\. These results are from before\.$/;
  await page.getByText(kept).last().waitFor();
  expect(await page.getByTitle(kept).count()).toBe(2);
  await page.getByText(/^Gerrit does not respond, so not all of these changes are checked yet/).waitFor();
  await chosen.getByText('Enable the new table of contents').waitFor();
  world.gerrit.failure.down = false;
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.waitForURL(/\/jobs\/\d+$/);
});
