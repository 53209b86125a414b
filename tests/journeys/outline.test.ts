// How a person finds their way in a log, by mouse and by keyboard, in a real Chromium against a whole world: search, timeline, sections, times.
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { openWorld, type World } from '../support/world.ts';
import { visit } from './visitor.ts';

let browser: Browser;
let world: World;
beforeAll(async () => {
  browser = await openBrowser();
  world = await openWorld();
  const token = await world.token('deploy', 'Amina');
  await world.run(token, 'mutation { startBackport(input: { changes: ["1102340"] }) { __typename } }');
  // Brought to its end, so that everything stands still.
  const updates = 'subscription { jobUpdates(id: 1) { state pendingInteraction { id choices { code } } } }';
  const answered = new Set<string>();
  for await (const { jobUpdates } of world.subscribe<{
    jobUpdates: { state: string; pendingInteraction: { id: string; choices: { code: string }[] } | null };
  }>(token, updates)) {
    const question = jobUpdates.pendingInteraction;
    if (question === null || answered.has(question.id)) continue;
    answered.add(question.id);
    await world.run(
      token,
      'mutation ($input: AnswerInteractionInput!) { answerInteraction(input: $input) { __typename } }',
      { input: { interactionId: question.id, answer: question.choices[0]?.code ?? '' } },
    );
  }
});
afterAll(async () => {
  await browser.close();
  await world[Symbol.asyncDispose]();
});

async function open(options: { width?: number; height?: number; dark?: boolean } = {}): Promise<Page> {
  const { page, wrongs } = await visit(browser, world, options);
  await page.goto(`${world.url}/jobs/1`);
  await page.getByText('End of the log').waitFor();
  expect(wrongs).toEqual([]);
  return page;
}
/** A second is too short where two cores run all of this. */
const patience = { timeout: 15_000 } as const;
/** What the search bar says, to be compared until it holds. */
const told = (page: Page) => expect.poll(() => page.locator('#log-search-outcome').textContent(), patience);
const current = (page: Page): Promise<number> =>
  page
    .locator('.log__row--current .log__number')
    .first()
    .textContent()
    .then((number) => Number(number));

describe('somebody who looks for something', () => {
  it('searches the whole log by keyboard, goes from match to match, and back into the log', async () => {
    const page = await open();
    await page.getByRole('log', { name: 'Log' }).focus();
    await page.keyboard.press('/');
    await page.keyboard.type('SYNC');
    await told(page).toMatch(/^\d+ match/);
    await page.keyboard.press('Shift+Enter');
    const last = await current(page);
    await page.keyboard.press('Shift+Enter');
    expect(await current(page)).toBeLessThan(last);
    await told(page).toMatch(/^\d+ of \d+$/);
    expect(await page.locator('.log__row mark').first().textContent()).toMatch(/^sync$/i);
    await page.getByRole('button', { name: 'Match case' }).click();
    await told(page).toBe('No matches');
    await page.getByRole('textbox', { name: 'Search the log' }).press('Escape');
    await told(page).toBe('');
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('log');
  });

  it('is taken to the search of the whole log by Ctrl-F, since the browser’s own sees only the rows that are drawn', async () => {
    const page = await open();
    await page.getByRole('log', { name: 'Log' }).focus();
    await page.keyboard.press('Control+f');
    await page.keyboard.type('scap');
    await told(page).toMatch(/^\d+ match/);
  });

  it('is told what is wrong with a regular expression, and finds with one', async () => {
    const page = await open();
    const field = page.getByRole('textbox', { name: 'Search the log' });
    await page.getByRole('button', { name: 'Regular expression' }).click();
    await field.fill('(');
    await told(page).toBe('Invalid regular expression.');
    await field.fill('^Finished .*-');
    await told(page).toMatch(/match/);
  });

  it('sees the course of the job in its timeline, and goes to a part of it by keyboard', async () => {
    const page = await open();
    const timeline = page.getByRole('toolbar', { name: 'Timeline' });
    await timeline.waitFor();
    const questions = timeline.getByRole('button', { name: /^Question: .*answered by Amina$/ });
    expect(await questions.count()).toBe(2);
    await timeline.getByRole('button').first().focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    const name = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    expect(name).toBe(await timeline.getByRole('button').nth(1).getAttribute('aria-label'));
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await page.locator('.log__row a[data-line="1"]').waitFor();
  });

  it('folds a section away and unfolds it', async () => {
    const page = await open();
    await page.getByRole('log', { name: 'Log' }).focus();
    await page.keyboard.press('Home');
    const fold = page.getByRole('button', { name: /^Collapse / }).first();
    const title = (await fold.getAttribute('aria-label'))?.slice('Collapse '.length) ?? '';
    await fold.click();
    const unfold = page.getByRole('button', { name: `Expand ${title}`, exact: true }).first();
    await unfold.waitFor();
    expect(await page.locator('.log__folded').first().textContent()).toMatch(/lines? collapsed/);
    await unfold.click();
    await page
      .getByRole('button', { name: `Collapse ${title}`, exact: true })
      .first()
      .waitFor();
  });

  it('switches all times at once, and finds the choice again after a reload', async () => {
    const page = await open();
    const time = page.locator('.log__row .log__time').first();
    await time.waitFor();
    expect(await time.textContent()).toMatch(/^[+-]/);
    await page.getByRole('button', { name: 'UTC', exact: true }).click();
    await expect.poll(() => time.textContent(), patience).toMatch(/^\d\d:\d\d:\d\d$/);
    await page.reload();
    await page.getByText('End of the log').waitFor();
    expect(await time.textContent()).toMatch(/^\d\d:\d\d:\d\d$/);
  });

  it('finds it all on a phone, and axe finds nothing wrong, in light and in dark', async () => {
    for (const dark of [false, true]) {
      const page = await open({ width: 390, height: 844, dark });
      await page.getByRole('toolbar', { name: 'Timeline' }).waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
      // The policy of the page lets no script in but its own; the debugger is not bound by it.
      await page.evaluate(axe.source);
      const violations = await page.evaluate(
        'axe.run(document.querySelector(".log"), { runOnly: ["wcag2a", "wcag2aa", "wcag21aa"] }).then((result) => result.violations.map((each) => each.id + ": " + each.nodes.map((node) => node.html).join(" ").slice(0, 400)))',
      );
      expect(violations).toEqual([]);
    }
  });
});
