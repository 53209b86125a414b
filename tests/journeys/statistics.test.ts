// Tests the statistics in Chromium: plots with their tables, CSV, the page of a week and an empty week, by keyboard. Against a whole world.
import { readFile } from 'node:fs/promises';
import axe from 'axe-core';
import { beforeAll, expect, it } from 'vitest';
import { useWorld } from '../support/shared-world.ts';
import { useBrowser } from './visitor.ts';

const browser = useBrowser();
const shared = useWorld();

interface Update {
  readonly state: string;
  readonly pendingInteraction: { readonly id: string } | null;
}

/** Runs a job over the API, and gives each of its questions the same answer. */
async function run(change: string, answer: string): Promise<void> {
  const { world } = shared;
  const token = await world.token('deploy', 'Amina');
  const { startBackport } = await world.run<{ startBackport: { job: { id: string } } }>(
    token,
    'mutation ($input: StartBackportInput!) { startBackport(input: $input) { ... on StartBackportSuccess { job { id } } } }',
    { input: { changes: [change] } },
  );
  const updates = 'subscription ($id: ID!) { jobUpdates(id: $id) { state pendingInteraction { id } } }';
  for await (const { jobUpdates } of world.subscribe<{ jobUpdates: Update }>(
    token,
    updates,
    startBackport.job,
  )) {
    const question = jobUpdates.pendingInteraction;
    if (question !== null)
      await world.run(
        token,
        'mutation ($input: AnswerInteractionInput!) { answerInteraction(input: $input) { __typename } }',
        { input: { interactionId: question.id, answer } },
      );
    if (jobUpdates.state === 'SUCCEEDED' || jobUpdates.state === 'FAILED') return;
  }
}

beforeAll(async () => {
  await run('1102340', 'y');
  await run('1102341', 'n');
});

it('the statistics have plots, tables and CSV files, and a week without jobs says so', async () => {
  const { world } = shared;
  const { page, problems } = await browser.visit(world);
  await page.getByRole('button', { name: 'Menu of Amina' }).press('Enter');
  await page.getByRole('link', { name: 'Statistics' }).press('Enter');
  await page.waitForURL(`${world.url}/statistics`);
  const figure = (name: string) => page.getByRole('region', { name });
  const days = figure('Deployments per day, by outcome');
  const today = new Date().toISOString().slice(0, 10);
  // Between the two jobs midnight can pass.
  await days.getByRole('row', { name: new RegExp(`^${today}`) }).waitFor();
  await days.getByRole('columnheader', { name: 'deployed', exact: true }).waitFor();
  await days.getByRole('columnheader', { name: 'declined' }).waitFor();
  expect(await days.locator('.bar__part--good').count()).toBeGreaterThan(0);
  await figure('Time to answer').getByRole('rowheader', { name: 'Backport the changes?' }).waitFor();
  await figure('Where the time goes').getByRole('rowheader', { name: 'Test servers' }).waitFor();
  const durations = figure('Durations over time');
  expect(await durations.locator('svg ellipse').count()).toBe(2);
  expect(await durations.getByRole('row').count()).toBe(3);

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download “Time to answer” as CSV' }).press('Enter'),
  ]);
  expect(download.suggestedFilename()).toBe('questions.csv');
  const rows = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n');
  expect(rows[0]).toBe('Question,Median,90th percentile,Number');
  expect(rows.slice(1).map((row) => row.split(',')[0])).toContain('backport.confirm');

  await durations.getByRole('link', { name: '1', exact: true }).press('Enter');
  await page.waitForURL(`${world.url}/jobs/1`);
  await page.goBack();
  await page.getByRole('link', { name: 'This week' }).press('Enter');
  await page.waitForURL(/\/weeks\/\d{4}-W\d\d$/);
  await page.getByRole('heading', { name: /^Statistics of week \d{4}-W\d\d$/ }).waitFor();
  await page.getByRole('link', { name: 'Earlier week' }).press('Enter');
  await page.getByRole('link', { name: 'Earlier week' }).press('Enter');
  await page.getByText('No job ended in this period. Choose another week.').waitFor();
  await page.goto(`${world.url}/weeks/2026-W60`);
  await page.getByText('This week does not exist.').waitFor();
  expect(problems).toEqual([]);
});

it('a number of the statistics leads to its jobs', async () => {
  const { world } = shared;
  const { page, problems } = await browser.visit(world, { path: '/statistics' });
  const days = page.getByRole('region', { name: 'Deployments per day, by outcome' });
  await days.getByRole('columnheader', { name: 'declined' }).waitFor();
  await days.locator('a[href*="outcome=declined"]').press('Enter');
  await page.getByRole('link', { name: 'Open job 2' }).waitFor();
  expect(await page.getByRole('link', { name: /^Open job/ }).count()).toBe(1);
  expect(await page.getByLabel('Ended from (UTC)').inputValue()).toMatch(/^\d{4}-\d\d-\d\d$/);
  await page.goBack();
  await page.getByRole('region', { name: 'Time to answer' }).getByRole('link').first().press('Enter');
  await page.getByRole('button', { name: /^Only jobs with an answer to/ }).press('Enter');
  await page.getByRole('button', { name: 'All', exact: true }).press('Enter');
  await page.waitForURL(`${world.url}/`);
  expect(problems).toEqual([]);
});

it('axe finds no violations in figures with data, on a desktop and a phone', async () => {
  const { world } = shared;
  for (const options of [{ width: 1280 }, { width: 320, dark: true }]) {
    const { page } = await browser.visit(world, { ...options, path: '/statistics' });
    await page.getByRole('region', { name: 'Durations over time' }).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    await page.evaluate(axe.source);
    expect(
      await page.evaluate(
        'axe.run(document).then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))]))',
      ),
    ).toEqual([]);
  }
});
