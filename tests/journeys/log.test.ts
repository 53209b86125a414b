// Tests how people read a log with mouse, keyboard and touch. In Chromium, against a whole world.
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { useWorld } from '../support/shared-world.ts';
import { program, type World } from '../support/world.ts';
import { shownNumbers, useBrowser, type VisitorOptions } from './visitor.ts';

const browser = useBrowser();

const log = (page: Page) => page.getByRole('log', { name: 'Log' });
const row = (page: Page, line: number) =>
  page.locator('.log__row:not(.log__row--absent)', { has: page.locator(`a[data-line="${line}"]`) });
const atEnd = (page: Page): Promise<boolean> =>
  log(page).evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight < 2);
const isVisible = (page: Page, line: number): Promise<boolean> =>
  log(page).evaluate((box, number) => {
    const found = box.querySelector(`a[data-line="${number}"]`)?.closest('.log__row');
    if (!found) return false;
    const [outer, inner] = [box.getBoundingClientRect(), found.getBoundingClientRect()];
    return inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;
  }, line);
const waitUntilVisible = async (page: Page, line: number): Promise<void> => {
  await row(page, line).waitFor({ state: 'attached' });
  await expect.poll(() => isVisible(page, line)).toBe(true);
};
/** Focuses the log and presses keys. */
const press = async (page: Page, ...keys: string[]): Promise<void> => {
  await log(page).focus();
  for (const key of keys) await page.keyboard.press(key);
};
/** Replaces the clipboard with an attribute of the document that {@link copied} reads. */
const watchClipboard = (page: Page) =>
  page.evaluate(() => {
    navigator.clipboard.writeText = (words) => {
      document.documentElement.dataset['copied'] = words;
      return Promise.resolve();
    };
  });
const copied = (page: Page) => page.evaluate(() => document.documentElement.dataset['copied'] ?? '');

interface JobState {
  readonly job: {
    readonly state: string;
    readonly pendingInteraction: { id: string; choices: { code: string }[] } | null;
  };
}

/** A job that was started with a token. */
interface StartedJob {
  readonly id: string;
  readonly token: string;
}

/** Starts a job over the API. */
async function start(world: World, change = '1102340'): Promise<StartedJob> {
  const token = await world.token('deploy', 'Amina');
  const { startBackport } = await world.run<{ startBackport: { job: { id: string } } }>(
    token,
    'mutation ($input: StartBackportInput!) { startBackport(input: $input) { ... on StartBackportSuccess { job { id } } } }',
    { input: { changes: [change] } },
  );
  return { id: startBackport.job.id, token };
}

/** Answers each question with its first choice until the job has succeeded. */
async function runToSuccess(world: World, { id, token }: StartedJob): Promise<void> {
  const hasSucceeded = async (): Promise<boolean> => {
    const { job } = await world.run<JobState>(
      token,
      'query ($id: ID!) { job(id: $id) { state pendingInteraction { id choices { code } } } }',
      { id },
    );
    const { pendingInteraction: question } = job;
    if (question !== null) {
      await world.run(
        token,
        'mutation ($input: AnswerInteractionInput!) { answerInteraction(input: $input) { __typename } }',
        { input: { interactionId: question.id, answer: question.choices[0]?.code ?? '' } },
      );
    }
    return job.state === 'SUCCEEDED';
  };
  await vi.waitUntil(hasSucceeded, { timeout: 80_000, interval: 100 });
}

describe('log with 100,000 lines', () => {
  const length = 100_000;
  const shared = useWorld({ scap: program('output/floods', length) });
  beforeAll(async () => {
    await runToSuccess(shared.world, await start(shared.world));
  }, 90_000);

  const openLog = async (hash = '', options: VisitorOptions = {}) => {
    const { world } = shared;
    const visitor = await browser.visit(world, { ...options, path: `/jobs/1${hash}` });
    await log(visitor.page).waitFor();
    await visitor.page.locator('.log__row:not(.log__row--absent)').first().waitFor();
    return visitor;
  };

  it('a log of 100,000 lines opens at its end, with at most 300 rows and a scrollbar for all lines', async () => {
    const { page, problems } = await openLog();
    await page.getByText('End of the log').waitFor();
    await waitUntilVisible(page, length);
    expect(await atEnd(page)).toBe(true);
    expect(await page.locator('.log__row').count()).toBeLessThanOrEqual(300);
    const height = await log(page).evaluate((box) => box.scrollHeight);
    expect(height).toBeGreaterThan(length * 19);
    // Dragging the scrollbar to the middle shows the middle.
    await log(page).evaluate((box) => box.scrollTo(0, box.scrollHeight / 2));
    await expect.poll(async () => (await shownNumbers(page))[0]).toBeLessThan(length / 2 + 1000);
    const numbers = await shownNumbers(page);
    expect(numbers[0]).toBeGreaterThan(length / 2 - 1000);
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
    await expect.poll(() => page.locator('.log__row--absent').count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it('the outline of a focused log is visible beside its rows', async () => {
    const { page } = await openLog();
    const box = await log(page).boundingBox();
    if (box === null) throw new Error('the log has no box');
    const { x, y, height } = box;
    // The left edge of its last rows, with what is outside of it.
    const edge = () => page.screenshot({ clip: { x: x - 4, y: y + height - 80, width: 6, height: 40 } });
    const before = await edge();
    await press(page, 'End');
    expect((await edge()).equals(before)).toBe(false);
  });

  it('keys go to the beginning of the log, to its end and to a line', async () => {
    const { page } = await openLog();
    await press(page, 'Home');
    await waitUntilVisible(page, 1);
    await press(page, 'g');
    await page.locator('input:focus').waitFor();
    await page.keyboard.type('50000');
    await page.keyboard.press('Enter');
    await waitUntilVisible(page, 50_000);
    await expect.poll(() => row(page, 50_000).textContent()).toContain('line 50000 of 100000');
    // The log has the focus again, so arrow keys scroll it.
    const before = await log(page).evaluate((box) => box.scrollTop);
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => log(page).evaluate((box) => box.scrollTop)).toBeGreaterThan(before);
    await page.keyboard.press('f');
    await waitUntilVisible(page, length);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('lines stay in place while the log loads earlier lines', async () => {
    const { page } = await openLog('#L70000');
    await waitUntilVisible(page, 70_000);
    await expect.poll(() => page.locator('.log__row--absent').count()).toBe(0);
    const place = () =>
      log(page).evaluate((box) => {
        const found = box.querySelector('a[data-line="70000"]');
        return (found?.getBoundingClientRect().top ?? 0) + box.scrollTop;
      });
    const before = await place();
    await log(page).hover();
    await page.mouse.wheel(0, -200);
    await expect.poll(() => isVisible(page, 69_991)).toBe(true);
    expect(Math.abs((await place()) - before)).toBeLessThan(2);
  });

  it('a link to a line or a range of lines selects them, also for other people', async () => {
    const { page } = await openLog('#L500');
    await waitUntilVisible(page, 500);
    expect(await page.locator('.log__row--selected').count()).toBe(1);
    await row(page, 503).locator('a[data-line]').click();
    expect(new URL(page.url()).hash).toBe('#L503');
    await row(page, 507)
      .locator('a[data-line]')
      .click({ modifiers: ['Shift'] });
    expect(new URL(page.url()).hash).toBe('#L503-L507');
    await page.getByText('5 lines selected').waitFor();

    const other = await openLog('#L503-L507', { name: 'Jonas', role: 'viewer' });
    await waitUntilVisible(other.page, 503);
    const marked = other.page.locator('.log__row--selected .log__number');
    expect(await marked.allTextContents()).toEqual(['503', '504', '505', '506', '507']);

    await watchClipboard(page);
    await page.getByRole('button', { name: 'Copy the selected lines' }).click();
    await page.getByText('Copied', { exact: true }).waitFor();
    const text = (await copied(page)).split('\n');
    expect(text[0]).toMatch(/^Job 1, lines 503–507, 20\S+Z to 20\S+Z$|^Job 1, lines 503–507, 20\S+Z$/);
    expect(text[1]).toBe(`${shared.world.url}/jobs/1#L503-L507`);
    expect(text.slice(3).map((line) => line.slice(0, 18))).toEqual([
      ...[503, 504, 505, 506, 507].map((number) => `line ${number} of 100000`.slice(0, 18)),
      '',
    ]);
    await press(page, 'Escape');
    await page.getByText('5 lines selected').waitFor({ state: 'detached' });
    expect(new URL(page.url()).hash).toBe('');
  });

  it('a link past the end of the log says that there is no such line', async () => {
    const { page } = await openLog('#L100002');
    await page.getByText('Line 100002 does not exist').waitFor();
    await waitUntilVisible(page, length);
  });

  it('text that is selected with the mouse contains no line numbers', async () => {
    const { page } = await openLog('#L20');
    await waitUntilVisible(page, 20);
    const words = await page.evaluate(() => {
      // Rows beyond the visible ones may not be loaded yet.
      const rows = [...document.querySelectorAll('.log__row')];
      const first = rows.findIndex((row) => row.querySelector('a[data-line="20"]'));
      const selection = getSelection();
      const range = document.createRange();
      range.setStartBefore(rows[first] ?? document.body);
      range.setEndAfter(rows[first + 2] ?? document.body);
      selection?.removeAllRanges();
      selection?.addRange(range);
      return selection?.toString() ?? '';
    });
    const lines = words.split('\n').filter((line) => line.trim() !== '');
    expect(lines.length).toBe(3);
    for (const line of lines) expect(line).toMatch(/^line \d+ of 100000 x+$/);
  });

  it('a phone shows the log without scrolling sideways, and taps select and copy lines', async () => {
    const { page } = await openLog('#L70000', { width: 360, height: 720, touch: true });
    await row(page, 70_000).waitFor({ state: 'attached' });
    await expect.poll(() => isVisible(page, 70_000)).toBe(true);
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
    ).toBeLessThanOrEqual(0);
    const number = (line: number) => row(page, line).locator('a[data-line]');
    const edge = await number(70_002).boundingBox();
    const line = await row(page, 70_002).boundingBox();
    // The target is as high as its row, which may wrap, and at most an eighth of the width.
    expect(edge).toMatchObject({ x: line?.x, height: line?.height });
    expect(edge?.width).toBeLessThanOrEqual(45);
    await number(70_002).tap();
    await page.getByText('1 line selected').waitFor();
    expect(new URL(page.url()).hash).toBe('#L70002');
    await number(70_003).tap();
    expect(new URL(page.url()).hash).toBe('#L70003');
    await page.getByRole('button', { name: 'Select to…', pressed: false }).tap();
    await number(70_001).tap();
    expect(new URL(page.url()).hash).toBe('#L70001-L70003');
    // A second tap corrects the range.
    await number(70_006).tap();
    await page.getByText('4 lines selected').waitFor();
    await watchClipboard(page);
    await page.getByRole('button', { name: 'Copy the selected lines' }).tap();
    await page.getByText('Copied', { exact: true }).waitFor();
    expect((await copied(page)).match(/^line \d+/gm)).toEqual(
      [70_003, 70_004, 70_005, 70_006].map((each) => `line ${each}`),
    );
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
    ).toBeLessThanOrEqual(0);
    await page.getByRole('button', { name: 'Clear the selection' }).tap();
    await page.getByText('4 lines selected').waitFor({ state: 'detached' });
    // The other end of the range was cleared with the selection.
    await number(70_004).tap();
    expect(new URL(page.url()).hash).toBe('#L70004');
    await page.getByRole('button', { name: 'More tools for the log' }).tap();
    await page.getByRole('button', { name: 'Go to the last line' }).tap();
    await expect.poll(() => isVisible(page, length)).toBe(true);
  });

  it('axe finds no violations in the log, with light and dark colours, on a desktop and a phone', {
    timeout: 120_000,
  }, async () => {
    for (const [dark, width] of [
      [false, 1280],
      [true, 1280],
      [false, 360],
      [true, 360],
    ] as const) {
      const { page } = await openLog('#L500-L510', { dark, width });
      await waitUntilVisible(page, 500);
      await page.evaluate(axe.source);
      // As text, because the global `axe` of the page has no type here.
      const found: unknown = await page.evaluate(
        "axe.run('.log').then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))",
      );
      expect(found).toEqual([]);
    }
  });
});

describe('log of a running job', () => {
  const shared = useWorld({ scap: program('question/counts-and-asks', 100, 100_000) });

  it('the log follows new lines, counts them after scrolling up, and follows again after a key press', async () => {
    const { world } = shared;
    await start(world);
    const { page, problems } = await browser.visit(world, { path: '/jobs/1' });
    await expect.poll(async () => (await shownNumbers(page)).at(-1)).toBeGreaterThan(60);
    expect(await atEnd(page)).toBe(true);
    // A change of the window size (a rotated phone, an on-screen keyboard) is not scrolling.
    const size = page.viewportSize() ?? { width: 1280, height: 800 };
    for (const other of [
      { width: 1280, height: 500 },
      { width: 1280, height: 1100 },
      { width: 390, height: 844 },
      size,
    ]) {
      await page.setViewportSize(other);
      const grown = (await shownNumbers(page)).at(-1) ?? 0;
      await expect.poll(async () => (await shownNumbers(page)).at(-1)).toBeGreaterThan(grown + 20);
      expect(await atEnd(page)).toBe(true);
    }
    await log(page).hover();
    await page.mouse.wheel(0, -300);
    const button = page.getByRole('button', { name: /new lines? – follow/ });
    await button.waitFor();
    const first = async () => (await page.locator('.log__row .log__number').first().textContent()) ?? '';
    const before = await first();
    const counted = Number.parseInt((await button.textContent()) ?? '', 10);
    await expect
      .poll(async () => Number.parseInt((await button.textContent()) ?? '', 10))
      .toBeGreaterThan(counted + 20);
    expect(await first()).toBe(before);
    await press(page, 'End');
    await button.waitFor({ state: 'detached' });
    await expect.poll(() => atEnd(page)).toBe(true);
    // PageUp stops following too, and f starts it again.
    await press(page, 'PageUp');
    await button.waitFor();
    await press(page, 'f');
    await button.waitFor({ state: 'detached' });
    // A screen reader gets the number of new lines, not their text.
    await page
      .getByRole('region', { name: 'Log' })
      .getByRole('status')
      .filter({ hasText: /\d+ new lines, \d+ in total/ })
      .waitFor({ state: 'attached', timeout: 15_000 });
    expect(await log(page).getAttribute('aria-live')).toBe('off');
    await page.getByRole('button', { name: 'Stop job 1' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Stop job 1' }).click();
    await page.getByRole('main').getByText('stopped', { exact: true }).first().waitFor();
    expect(problems).toEqual([]);
  });
});

describe('log of a job that succeeded', () => {
  const shared = useWorld({ speed: 100 });

  it('sensitive lines are revealed to a deployer after a warning, recorded, and hidden again after a reload', async () => {
    const { world } = shared;
    const job = await start(world);
    await runToSuccess(world, job);
    const { page, problems } = await browser.visit(world, { path: `/jobs/${job.id}` });
    await page.getByText('End of the log').waitFor();
    await press(page, 'g');
    await page.locator('input:focus').waitFor();
    await page.keyboard.type('50');
    await page.keyboard.press('Enter');
    const show = page.getByRole('button', { name: /Show sensitive lines? \d+/ }).first();
    const name = (await show.getAttribute('aria-label')) ?? '';
    const [from = 0, to = from] = (name.match(/\d+/g) ?? []).map(Number);
    const dialog = page.getByRole('dialog', { name: 'Show sensitive lines?' });
    const audit = () =>
      world.database.execute("select action, job_id, detail from audit_entry where action = 'reveal'", []);

    await show.click();
    await dialog.getByText('The audit log will record').waitFor();
    // The focus is not on the button that reveals the lines.
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    expect(await audit()).toEqual([]);

    await show.click();
    await dialog.getByRole('button', { name: 'Show and record' }).click();
    await page.locator('.log__row--shown').first().waitFor();
    expect(await page.locator('.log__row--shown').count()).toBe(to - from + 1);
    expect(await row(page, from).locator('.log__sensitive').count()).toBe(1);
    expect((await row(page, from).locator('.log__text').textContent())?.length).toBeGreaterThan(9);
    expect((await audit()).length).toBe(1);
    expect((await audit())[0]).toMatchObject({ action: 'reveal', job_id: Number(job.id) });

    // A copy does not contain the revealed line.
    const secret = ((await row(page, from).locator('.log__text').textContent()) ?? '').slice(
      'sensitive'.length,
    );
    await watchClipboard(page);
    await row(page, from).locator('a[data-line]').click();
    await press(page, 'c');
    await page.getByText('Copied', { exact: true }).waitFor();
    expect(await copied(page)).toContain('1 sensitive line hidden');
    expect(await copied(page)).not.toContain(secret);

    await page.reload();
    await page.locator('.log__row--hidden').first().waitFor();
    expect(await page.locator('.log__row--shown').count()).toBe(0);
    expect(await page.getByText(secret, { exact: true }).count()).toBe(0);

    const vera = await browser.visit(world, {
      name: 'Vera',
      role: 'viewer',
      path: `/jobs/${job.id}#L${from}`,
    });
    const refused = vera.page.getByRole('button', { name: /Show sensitive lines? \d+/ }).first();
    await refused.waitFor();
    await expect
      .poll(() => refused.getAttribute('title'))
      .toContain('only deployers can see sensitive lines');
    expect(await refused.isDisabled()).toBe(true);
    expect(problems).toEqual([]);
  });

  it('L2 hostile output is shown as text and cannot imitate controls of the page', async () => {
    const { world } = shared;
    const job = await start(world, '1102351');
    await runToSuccess(world, job);
    const { page, problems } = await browser.visit(world, { path: `/jobs/${job.id}` });
    await page.getByText('End of the log').waitFor();
    const last = (await shownNumbers(page)).at(-1) ?? 0;
    for (let line = 1; line < last; line += 60) {
      await press(page, 'g');
      await page.keyboard.type(String(line));
      await page.keyboard.press('Enter');
      // The line itself may be in a folded run of sensitive lines.
      await expect.poll(() => page.locator('.log__row--absent').count()).toBe(0);
      expect(
        await log(page)
          .locator('img, script, iframe, input, form, .log__text button:not(.log__show)')
          .count(),
      ).toBe(0);
      // The only buttons reveal sensitive lines or fold a section.
      expect(await log(page).locator('button:not(.log__show, .log__fold)').count()).toBe(0);
      const addresses = await log(page)
        .locator('.log__text a')
        .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
      for (const address of addresses) expect(address).toMatch(/^https?:\/\//);
    }
    expect(problems).toEqual([]);
  });
});
