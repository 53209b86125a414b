// Tests a log with lines of unusual forms: long ones that are not wrapped (mouse, keys, touch, search), tabs, and backgrounds with forced colours. In Chromium, against a whole world.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { useWorld } from '../support/shared-world.ts';
import { program } from '../support/world.ts';
import { shownNumbers, useBrowser, type VisitorOptions } from './visitor.ts';

const browser = useBrowser();
const directory = mkdtempSync(join(tmpdir(), 'spiderpig-sideways-'));
const output = join(directory, 'output');
afterAll(() => rmSync(directory, { recursive: true }));

/** Lines of 300 characters, and a much longer one. */
const length = 3000;
const longest = 2000;
/** The line with the only match of a search, far to the right. */
const matching = 1500;
/** Lines with a word in the second column. */
const columns = ['a\tcolumn', '\tcolumn', 'four\tcolumn', '        column'];
/** A line with a highlighted word, a progress bar of blanks, and a word without either. */
const highlighted = columns.length + 1;
const text = (line: number): string =>
  line === longest
    ? `line ${line} ${'long '.repeat(400)}end`
    : line === matching
      ? `line ${line} ${'filling '.repeat(100)}needle ${'filling '.repeat(30)}`
      : line === highlighted
        ? 'plain \x1b[7minverse\x1b[0m \x1b[42m    \x1b[0m'
        : (columns[line - 1] ?? `line ${line} ${'words of this line '.repeat(16)}`.slice(0, 300));
writeFileSync(output, `${Array.from({ length }, (_, index) => text(index + 1)).join('\n')}\n`);

const shared = useWorld({ scap: program('output/prints-file', output, 65_536) });
beforeAll(async () => {
  const { world } = shared;
  const token = await world.token('deploy', 'Amina');
  await world.run(token, 'mutation { startBackport(input: { changes: ["1102340"] }) { __typename } }');
  for await (const { jobUpdates } of world.subscribe<{ jobUpdates: { state: string } }>(
    token,
    'subscription { jobUpdates(id: 1) { state } }',
  )) {
    expect(jobUpdates.state).not.toBe('FAILED');
    if (jobUpdates.state === 'SUCCEEDED') break;
  }
}, 90_000);

const log = (page: Page) => page.getByRole('log', { name: 'Log' });
const row = (page: Page, line: number) =>
  page.locator('.log__row:not(.log__row--absent)', { has: page.locator(`a[data-line="${line}"]`) });
const scrollLeft = (page: Page): Promise<number> => log(page).evaluate((box) => box.scrollLeft);
/** How much wider the content of the log is than its box. */
const excess = (page: Page): Promise<number> =>
  log(page).evaluate((box) => box.scrollWidth - box.clientWidth);
const height = async (page: Page, line: number): Promise<number> =>
  (await row(page, line).boundingBox())?.height ?? 0;

async function open(line: number, options: VisitorOptions = {}): Promise<Page> {
  const { page, problems } = await browser.visit(shared.world, { ...options, path: `/jobs/1#L${line}` });
  await row(page, line).waitFor();
  expect(problems).toEqual([]);
  return page;
}
/** The same, with lines that are not wrapped. */
async function openUnwrapped(line: number, options: VisitorOptions = {}): Promise<Page> {
  const page = await open(line, options);
  await log(page).press('w');
  await expect.poll(() => excess(page)).toBeGreaterThan(100);
  return page;
}
/** Goes to a line by its number. */
async function goTo(page: Page, line: number): Promise<void> {
  await log(page).press('g');
  await page.locator('input:focus').waitFor();
  await page.keyboard.type(String(line));
  await page.keyboard.press('Enter');
  await row(page, line).waitFor();
}
/** The line at the upper edge of the log, and how far it is from that edge. */
const lineOnTop = (page: Page) =>
  log(page).evaluate((box) => {
    const { top } = box.getBoundingClientRect();
    const rows = [...box.querySelectorAll('.log__row')];
    const found = rows.find((each) => each.getBoundingClientRect().bottom > top + 1);
    return {
      line: found?.querySelector('.log__number')?.textContent,
      below: Math.round((found?.getBoundingClientRect().top ?? 0) - top),
    };
  });
type Place = Awaited<ReturnType<typeof lineOnTop>>;
/** Waits until the line at the upper edge is at a place. */
async function until(page: Page, isThere: (place: Place) => boolean): Promise<Place> {
  await expect.poll(async () => isThere(await lineOnTop(page))).toBe(true);
  return await lineOnTop(page);
}

it('long lines are wrapped until the reader switches that off, which the browser remembers', async () => {
  const page = await open(longest);
  expect(await excess(page)).toBe(0);
  expect(await height(page, longest)).toBeGreaterThan(200);
  const place = async () => (await row(page, longest).boundingBox())?.y;
  const before = await place();
  await log(page).press('w');
  await expect.poll(() => height(page, longest)).toBeLessThan(21);
  // The line of the last jump stays in place.
  expect(await place()).toBe(before);
  await page.reload();
  await row(page, longest).waitFor();
  await expect.poll(() => excess(page)).toBeGreaterThan(10_000);
  await page.getByRole('button', { name: 'More tools for the log' }).click();
  await page.getByRole('button', { name: 'Wrap long lines', pressed: false }).click();
  await expect.poll(() => excess(page)).toBe(0);
  expect(await height(page, longest)).toBeGreaterThan(200);
});

it('the line on top stays there when lines are wrapped or no longer, also while the reader is in the middle of it', async () => {
  const page = await open(500);
  await log(page).hover();
  await page.mouse.wheel(0, 130);
  const before = await until(page, ({ below }) => below > -60 && below < 0);
  await log(page).press('w');
  await expect.poll(() => height(page, 510)).toBeLessThan(21);
  expect(await lineOnTop(page)).toEqual({ line: before.line, below: before.below > -20 ? before.below : 0 });
  await log(page).press('w');
  await expect.poll(() => height(page, 510)).toBeGreaterThan(60);
  expect((await lineOnTop(page)).line).toBe(before.line);
});

it('numbers and times stay in view while the log scrolls sideways, and the width stays while rows come and go', async () => {
  const page = await openUnwrapped(longest);
  const place = async () => (await row(page, longest).locator('.log__gutter').boundingBox())?.x;
  const before = await place();
  await log(page).hover();
  await page.mouse.wheel(4000, 0);
  await expect.poll(() => scrollLeft(page)).toBeGreaterThan(3000);
  expect(await place()).toBe(before);
  const wide = await excess(page);
  // The longest line is no longer in the document.
  await log(page).evaluate((box) => box.scrollTo(box.scrollLeft, 0));
  await row(page, 1).waitFor();
  expect(await row(page, longest).count()).toBe(0);
  expect(await excess(page)).toBe(wide);
  expect(await scrollLeft(page)).toBeGreaterThan(3000);
  // All rows are loaded, in order, one line high.
  const numbers = await shownNumbers(page);
  expect(numbers).toEqual(numbers.map((_, index) => 1 + index));
  expect(await height(page, 1)).toBeLessThan(21);
});

it('arrow keys scroll the log sideways, and Shift with Home or End goes to the edges of the lines', async () => {
  const page = await openUnwrapped(500);
  // Chromium may lose a key that is pressed while it still animates an earlier scroll, so each is pressed until it has had its effect.
  const leftAfter = (key: string) => async () => {
    await log(page).press(key);
    return await scrollLeft(page);
  };
  await expect.poll(leftAfter('ArrowRight'), { interval: 500 }).toBeGreaterThan(0);
  await expect.poll(leftAfter('ArrowLeft'), { interval: 500 }).toBe(0);
  await log(page).press('Shift+End');
  // The end of these lines, although the log may have been wider elsewhere.
  const end = await row(page, 500)
    .locator('.log__text')
    .evaluate((words) => words.getBoundingClientRect().right);
  const edge = await log(page).evaluate((box) => box.getBoundingClientRect().left + box.clientWidth);
  expect(edge - end).toBeGreaterThanOrEqual(0);
  expect(edge - end).toBeLessThan(40);
  const { line } = await lineOnTop(page);
  await log(page).press('Shift+Home');
  expect(await scrollLeft(page)).toBe(0);
  expect((await lineOnTop(page)).line).toBe(line);
  // Without Shift they go to the ends of the log.
  await log(page).press('End');
  await row(page, length).waitFor();
  await log(page).press('Home');
  await row(page, 1).waitFor();
});

it('a jump to a match shows the match, and a jump to a line shows its beginning', async () => {
  const page = await openUnwrapped(10);
  await log(page).press('/');
  await page.keyboard.type('needle');
  await expect.poll(() => page.locator('#log-search-outcome').textContent()).toBe('1 match');
  await page.keyboard.press('Enter');
  const match = row(page, matching).locator('mark');
  await match.waitFor();
  const place = await match.boundingBox();
  const gutter = await row(page, matching).locator('.log__gutter').boundingBox();
  const box = await log(page).boundingBox();
  expect(place?.x).toBeGreaterThan((gutter?.x ?? 0) + (gutter?.width ?? 0));
  expect((place?.x ?? 0) + (place?.width ?? 0)).toBeLessThan((box?.x ?? 0) + (box?.width ?? 0));
  expect(await scrollLeft(page)).toBeGreaterThan(1000);
  await goTo(page, 40);
  await expect.poll(() => scrollLeft(page)).toBe(0);
});

it('a phone switches the wrapping in the menu, and only the log scrolls sideways', async () => {
  const page = await open(500, { width: 360, height: 720, touch: true });
  expect(await height(page, 500)).toBeGreaterThan(60);
  await page.getByRole('button', { name: 'More tools for the log' }).tap();
  await page.getByRole('button', { name: 'Wrap long lines', pressed: true }).tap();
  await expect.poll(() => excess(page)).toBeGreaterThan(1000);
  expect(await height(page, 500)).toBeLessThan(21);
  await log(page).evaluate((box) => box.scrollTo({ left: 800 }));
  const gutter = await row(page, 500).locator('.log__gutter').boundingBox();
  expect(gutter?.x).toBe((await log(page).boundingBox())?.x);
  // A tap on a number still selects its line.
  await row(page, 501).locator('a[data-line]').tap();
  await page.getByText('1 line selected').waitFor();
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
  ).toBeLessThanOrEqual(0);
});

it('tabs lead to the same columns as on a terminal, on a phone too, wrapped or not', async () => {
  for (const width of [1280, 360]) {
    const page = await open(1, { width });
    const places = () =>
      page.evaluate(
        (lines) =>
          lines.map((line) => {
            const words = document.querySelector(`a[data-line="${line}"]`)?.closest('.log__row');
            const text = words?.querySelector('.log__text')?.firstChild;
            if (!(text instanceof Text)) return null;
            const range = document.createRange();
            range.setStart(text, text.data.indexOf('column'));
            range.setEnd(text, text.data.length);
            return Math.round(range.getBoundingClientRect().left);
          }),
        columns.map((_, index) => index + 1),
      );
    const wrapped = await places();
    expect(wrapped[0]).toBeGreaterThan(80);
    expect(new Set(wrapped).size).toBe(1);
    await log(page).press('w');
    await expect.poll(() => excess(page)).toBeGreaterThan(100);
    const unwrapped = await places();
    expect(unwrapped[0]).toBeGreaterThan(80);
    expect(new Set(unwrapped).size).toBe(1);
  }
});

it('output with a background stays visible with forced colours', async () => {
  for (const dark of [false, true]) {
    const page = await open(1, { dark });
    await page.emulateMedia({ forcedColors: 'active', colorScheme: dark ? 'dark' : 'light' });
    const backgrounds = await row(page, highlighted)
      .locator('.log__text > span')
      .evaluateAll((spans) => spans.map((span) => getComputedStyle(span).backgroundColor));
    const canvas = await log(page).evaluate((box) => getComputedStyle(box).backgroundColor);
    expect(backgrounds.length).toBe(2);
    expect(backgrounds).not.toContain(canvas);
  }
});

it('lines that are not wrapped run from left to right where the page runs from right to left', async () => {
  const page = await openUnwrapped(500);
  await page.evaluate(() => {
    document.documentElement.dir = 'rtl';
  });
  expect(await scrollLeft(page)).toBe(0);
  await log(page).press('Shift+End');
  await expect.poll(() => scrollLeft(page)).toBeGreaterThan(300);
  const gutter = await row(page, 500).locator('.log__gutter').boundingBox();
  const box = await log(page).boundingBox();
  // The scrollbar may be on the left.
  expect((gutter?.x ?? 0) - (box?.x ?? 0)).toBeLessThan(20);
});

it('the replay of a job wraps its lines as the log does', async () => {
  const page = await openUnwrapped(500);
  await page.getByRole('button', { name: 'Replay' }).click();
  await page.getByRole('slider', { name: 'Position in the replay' }).press('End');
  const lines = page.locator('.replay__lines');
  await lines.locator('.log__row').first().waitFor();
  const wide = () => lines.evaluate((box) => box.scrollWidth - box.clientWidth);
  expect(await wide()).toBeGreaterThan(1000);
  await lines.evaluate((box) => box.scrollTo({ left: 500 }));
  const gutter = await lines.locator('.log__gutter').last().boundingBox();
  expect(gutter?.x).toBe((await lines.boundingBox())?.x);
  await log(page).press('w');
  await expect.poll(wide).toBe(0);
});

it('all lines are wrapped on paper', async () => {
  const page = await openUnwrapped(500);
  await page.emulateMedia({ media: 'print' });
  const style = await page.evaluate(() =>
    [...document.querySelectorAll('.log__text')].map((words) => getComputedStyle(words).whiteSpace),
  );
  expect(new Set(style)).toEqual(new Set(['pre-wrap']));
});

it('a long log behind another tab of a phone does not keep the page busy', async () => {
  const page = await openUnwrapped(500, { width: 360 });
  await page.getByRole('tab', { name: /^Changes/ }).click();
  await expect.poll(() => page.getByRole('log').count()).toBe(0);
  expect(await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100, 'idle')))).toBe('idle');
  await page.getByRole('tab', { name: /^Log/ }).click();
  await row(page, 500).waitFor();
});

it('axe finds no violations in a log that is not wrapped, with light and dark colours, on a desktop and a phone', {
  timeout: 120_000,
}, async () => {
  for (const dark of [false, true]) {
    for (const width of [1280, 360]) {
      const page = await openUnwrapped(500, { dark, width });
      await log(page).press('Shift+End');
      await page.evaluate(axe.source);
      // As text, because the global `axe` of the page has no type here.
      const found: unknown = await page.evaluate(
        "axe.run('.log').then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))",
      );
      expect(found).toEqual([]);
    }
  }
});
