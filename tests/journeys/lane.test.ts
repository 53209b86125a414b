// Tests how people choose a lane, what they see when no jobrunner serves it, and that a question moves nothing below it. In Chromium, against a whole world.
import { expect, it } from 'vitest';
import { openWorld, program } from '../support/world.ts';
import { useBrowser } from './visitor.ts';

const browser = useBrowser();

it('a deployer chooses one of several lanes, and the page says when no jobrunner serves it', async () => {
  await using world = await openWorld({ jobrunner: false, scap: program('question/asks-then-ends') });
  await world.startJobrunner({ lanes: 'codfw' });
  const { page } = await browser.visit(world);
  const lane = page.getByRole('combobox', { name: 'Lane' });
  const start = page.getByRole('button', { name: /^(Start|Queue behind job \d+)$/ });
  const changes = page.getByRole('combobox', { name: 'Changes' });
  await changes.fill('1102340');
  await changes.press('Enter');
  await expect.poll(() => start.isEnabled()).toBe(true);
  expect(await lane.count()).toBe(0);

  await world.startJobrunner({ lanes: 'eqiad' });
  await lane.waitFor();
  expect(await start.isDisabled()).toBe(true);
  await lane.selectOption('eqiad');
  await start.click();
  await page.waitForURL(/\/jobs\/1$/);
  await page.getByRole('region', { name: 'Details' }).getByText('eqiad', { exact: true }).waitFor();

  await world.kill(world.jobrunner);
  await page.getByRole('link', { name: 'Overview' }).first().click();
  await page.getByText('in lane eqiad').waitFor();
  await changes.fill('1102341');
  await changes.press('Enter');
  await lane.selectOption('eqiad');
  await page.getByRole('button', { name: 'Queue behind job 1' }).click();
  await page.getByText('No jobrunner serves lane eqiad').waitFor();
  await page.getByRole('link', { name: 'Overview' }).first().click();
  await page.getByText('No jobrunner serves lane eqiad').waitFor();

  // A jobrunner serves the lane again: the first job continues, then the second one starts.
  await world.startJobrunner({ lanes: 'eqiad' });
  await page.getByText('No jobrunner serves lane eqiad').waitFor({ state: 'detached' });
  for (const job of ['1', '2']) {
    await page.goto(`${world.url}/jobs/${job}`);
    await page.getByRole('button', { name: 'Yes y', exact: true }).click();
    await page.getByRole('main').getByText('succeeded', { exact: true }).first().waitFor();
  }
  await page.goto(world.url);
  await page.getByRole('columnheader', { name: 'Lane' }).waitFor();
});

it('the page of a running job says when no jobrunner on its host answers', async () => {
  await using world = await openWorld({ scap: program('question/asks-then-ends') });
  const token = await world.token();
  await world.run(token, 'mutation { startBackport(input: { changes: ["1102340"] }) { __typename } }');
  const { page } = await browser.visit(world, { path: '/jobs/1' });
  const yes = page.getByRole('button', { name: 'Yes y', exact: true });
  await yes.waitFor();
  const warning = page.getByText(/^No jobrunner on .* responds/);
  expect(await warning.count()).toBe(0);
  await world.kill(world.jobrunner);
  await warning.waitFor();
  await yes.click();
  await page.getByRole('main').getByText('succeeded', { exact: true }).first().waitFor();
  await warning.waitFor({ state: 'detached' });
});

it('what a reader of the history looks at does not move while a job asks a question above it', async () => {
  await using world = await openWorld({ scap: program('question/asks-then-ends') });
  const { page } = await browser.visit(world);
  await page.getByRole('main').evaluate((main) => {
    for (let number = 1; number <= 40; number++) {
      const row = main.appendChild(main.ownerDocument.createElement('p'));
      row.textContent = `Row ${number}`;
      row.style.height = '100px';
    }
  });
  const row = page.getByText('Row 20', { exact: true });
  await row.evaluate((element) => element.scrollIntoView({ block: 'center' }));
  const top = () => row.evaluate((element) => Math.round(element.getBoundingClientRect().top));
  const before = await top();
  const token = await world.token();
  await world.run(token, 'mutation { startBackport(input: { changes: ["1102340"] }) { __typename } }');
  const yes = page.getByRole('button', { name: 'Yes y', exact: true });
  await yes.waitFor();
  await expect.poll(top).toBe(before);
  await world.run(
    token,
    'mutation { answerInteraction(input: { interactionId: "1", answer: "y" }) { __typename } }',
  );
  await page.getByRole('link', { name: 'Open job 1' }).waitFor();
  await expect.poll(top).toBe(before);
});
