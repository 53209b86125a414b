// Tests search, timeline, sections and times of a log, with mouse and keyboard. In Chromium, against a whole world.
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useWorld } from '../support/shared-world.ts';
import { useBrowser, type VisitorOptions } from './visitor.ts';

const browser = useBrowser();
const shared = useWorld();

beforeAll(async () => {
  const { world } = shared;
  const token = await world.token('deploy', 'Amina');
  await world.run(token, 'mutation { startBackport(input: { changes: ["1102340"] }) { __typename } }');
  // The tests need a log that does not change.
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

async function open(options: VisitorOptions = {}): Promise<Page> {
  const { page, problems } = await browser.visit(shared.world, { ...options, path: '/jobs/1' });
  await page.getByText('End of the log').waitFor();
  expect(problems).toEqual([]);
  return page;
}
/** Polls the result that the search bar shows. */
const searchResult = (page: Page) => expect.poll(() => page.locator('#log-search-outcome').textContent());
const current = (page: Page): Promise<number> =>
  page
    .locator('.log__row--current .log__number')
    .first()
    .textContent()
    .then((number) => Number(number));

describe('outline of a log', () => {
  it('an ended job can be replayed by keyboard, on a narrow phone too', async () => {
    for (const options of [{ width: 320 }, { width: 1280, dark: true }]) {
      const page = await open(options);
      await page.getByRole('button', { name: 'Replay' }).press('Enter');
      const slider = page.getByRole('slider', { name: 'Position in the replay' });
      await slider.waitFor();
      await page.getByText('0 lines so far').waitFor();
      await slider.press('End');
      await page.getByText(/^[1-9]\d* lines so far$/).waitFor();
      await page.locator('.replay').getByText('Answer:').waitFor();
      await page.locator('.replay').getByText('The job has ended: Deployed').waitFor();
      // The colours of the log.
      expect(await page.locator('.replay__lines [class*="fg-"]').count()).toBeGreaterThan(0);
      // In the middle of the timeline, by pointer.
      await slider.click();
      await expect.poll(async () => Math.round(Number(await slider.inputValue()) / 500)).toBe(10);
      await slider.press('ArrowLeft');
      await page.getByRole('checkbox', { name: 'Skip waiting' }).check();
      await page.getByLabel('Speed').selectOption('60×');
      await slider.press('Home');
      await page.getByText('0 lines so far').waitFor();
      await slider.press('Space');
      // It plays to the end, and stops there.
      await page.locator('.replay').getByText('Answer:').waitFor();
      await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
      expect(await slider.inputValue()).toBe(await slider.getAttribute('max'));
      const below =
        'const { scrollHeight, scrollTop, clientHeight } = document.querySelector(".replay__lines");';
      expect(await page.evaluate(`${below} scrollHeight - scrollTop - clientHeight`)).toBeLessThanOrEqual(1);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      await page.evaluate(axe.source);
      expect(
        await page.evaluate(
          'axe.run(document.querySelector(".replay")).then(({ violations }) => violations.map(({ id }) => id))',
        ),
      ).toEqual([]);
    }
  });

  it('the search finds matches in the whole log, and keys go from match to match', async () => {
    const page = await open();
    await page.getByRole('log', { name: 'Log' }).focus();
    await page.keyboard.press('/');
    await page.keyboard.type('SYNC');
    await searchResult(page).toMatch(/^\d+ match/);
    await page.keyboard.press('Shift+Enter');
    const last = await current(page);
    await page.keyboard.press('Shift+Enter');
    expect(await current(page)).toBeLessThan(last);
    await searchResult(page).toMatch(/^\d+ of \d+$/);
    expect(await page.locator('.log__row mark').first().textContent()).toMatch(/^sync$/i);
    await page.getByRole('button', { name: 'Match case' }).click();
    await searchResult(page).toBe('No matches');
    await page.getByRole('textbox', { name: 'Search the log' }).press('Escape');
    await searchResult(page).toBe('');
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('log');
  });

  it('Ctrl-F opens the search of the log, because the search of the browser finds only the rows in the document', async () => {
    const page = await open();
    await page.getByRole('log', { name: 'Log' }).focus();
    await page.keyboard.press('Control+f');
    await page.keyboard.type('scap');
    await searchResult(page).toMatch(/^\d+ match/);
  });

  it('the search reports an invalid regular expression and finds matches of a valid one', async () => {
    const page = await open();
    const field = page.getByRole('textbox', { name: 'Search the log' });
    // The options appear once the search is used.
    await field.click();
    await page.getByRole('button', { name: 'Regular expression' }).click();
    await field.fill('(');
    await searchResult(page).toBe('Invalid regular expression.');
    await field.fill('^Finished .*-');
    await searchResult(page).toMatch(/match/);
  });

  it('the timeline shows the questions of the job, and keys go to its parts', async () => {
    const page = await open();
    await page.getByRole('button', { name: /^Timeline / }).click();
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

  it('a section of the log folds and unfolds', async () => {
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

  it('the buttons that collapse sections are large enough for a finger, and do not overlap', async () => {
    for (const width of [360, 1280]) {
      const page = await open({ width });
      await page.getByRole('log', { name: 'Log' }).press('Home');
      await page.locator('.log__fold').nth(1).waitFor();
      const boxes = await page
        .locator('.log__fold')
        .evaluateAll((all) => all.map((button) => button.getBoundingClientRect().toJSON()));
      for (const [index, box] of boxes.entries()) {
        expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(24);
        expect(box.top).toBeGreaterThanOrEqual((boxes[index - 1]?.bottom ?? 0) - 0.01);
      }
    }
  });

  it('lines that are not wrapped begin below each other on a phone, whether or not they begin a section', async () => {
    const page = await open({ width: 360 });
    await page.getByRole('log', { name: 'Log' }).press('Home');
    await page.getByRole('log', { name: 'Log' }).press('w');
    await page.locator('.log__fold').first().waitFor();
    const starts = await page.evaluate(() =>
      [...document.querySelectorAll('.log__gutter')].map((gutter) => gutter.getBoundingClientRect().right),
    );
    expect(starts.length).toBeGreaterThan(20);
    expect(Math.max(...starts) - Math.min(...starts)).toBeLessThan(0.5);
  });

  it('the time format changes for all lines and is kept after a reload', async () => {
    const page = await open();
    const time = page.locator('.log__row .log__time').first();
    await time.waitFor();
    expect(await time.textContent()).toMatch(/^[+-]/);
    await page.getByRole('button', { name: 'More tools for the log' }).click();
    await page.getByRole('button', { name: 'UTC', exact: true }).click();
    await expect.poll(() => time.textContent()).toMatch(/^\d\d:\d\d:\d\d$/);
    await page.reload();
    await page.getByText('End of the log').waitFor();
    expect(await time.textContent()).toMatch(/^\d\d:\d\d:\d\d$/);
  });

  it('axe finds no violations in the log on a phone, with light and dark colours', async () => {
    for (const dark of [false, true]) {
      const page = await open({ width: 390, height: 844, dark });
      await page.getByRole('button', { name: 'More tools for the log' }).click();
      await page.getByRole('button', { name: 'Timeline' }).click();
      await page.getByRole('toolbar', { name: 'Timeline' }).waitFor();
      await page.getByRole('button', { name: 'More tools for the log' }).click();
      await page.getByRole('link', { name: 'Download without colours' }).waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
      // The content security policy does not apply to code that the debugger evaluates.
      await page.evaluate(axe.source);
      const violations = await page.evaluate(
        'axe.run(document.querySelector(".log"), { runOnly: ["wcag2a", "wcag2aa", "wcag21aa"] }).then((result) => result.violations.map((each) => each.id + ": " + each.nodes.map((node) => node.html).join(" ").slice(0, 400)))',
      );
      expect(violations).toEqual([]);
    }
  });
});
