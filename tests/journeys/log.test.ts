// What a person does with a log, by mouse and by keyboard, in a real Chromium against a whole world.
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { openWorld, program, type World } from '../support/world.ts';
import { shownNumbers, visit } from './visitor.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const log = (page: Page) => page.getByRole('log', { name: 'Log' });
const row = (page: Page, line: number) =>
  page.locator('.log__row:not(.log__row--absent)', { has: page.locator(`a[data-line="${line}"]`) });
const atEnd = (page: Page): Promise<boolean> =>
  log(page).evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight < 2);
const inSight = (page: Page, line: number): Promise<boolean> =>
  log(page).evaluate((box, number) => {
    const found = box.querySelector(`a[data-line="${number}"]`)?.closest('.log__row');
    if (!found) return false;
    const [outer, inner] = [box.getBoundingClientRect(), found.getBoundingClientRect()];
    return inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;
  }, line);
const seen = async (page: Page, line: number): Promise<void> => {
  await row(page, line).waitFor({ state: 'attached' });
  await expect.poll(() => inSight(page, line)).toBe(true);
};
/** Presses keys in the log. */
const press = async (page: Page, ...keys: string[]): Promise<void> => {
  await log(page).focus();
  for (const key of keys) await page.keyboard.press(key);
};
/** What the page puts on the clipboard from now on. */
const watchClipboard = (page: Page) =>
  page.evaluate(() => {
    navigator.clipboard.writeText = (words) => {
      document.documentElement.dataset['copied'] = words;
      return Promise.resolve();
    };
  });
const copied = (page: Page) => page.evaluate(() => document.documentElement.dataset['copied'] ?? '');

interface JobNow {
  readonly job: {
    readonly state: string;
    readonly pendingInteraction: { id: string; choices: { code: string }[] } | null;
  };
}

/** Starts a job as somebody would with a tool. */
async function start(world: World, change = '1102340'): Promise<string> {
  const token = await world.token('deploy', 'Amina');
  await world.run(
    token,
    'mutation ($input: StartBackportInput!) { startBackport(input: $input) { __typename } }',
    { input: { changes: [change] } },
  );
  return token;
}

/** Answers whatever job 1 asks with the first choice, until it has ended. */
async function playToTheEnd(world: World, token: string): Promise<void> {
  const ended = async (): Promise<boolean> => {
    const { job } = await world.run<JobNow>(
      token,
      '{ job(id: 1) { state pendingInteraction { id choices { code } } } }',
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
  await vi.waitUntil(ended, { timeout: 80_000, interval: 100 });
}

describe('the log of a job that has printed 100,000 lines', () => {
  const length = 100_000;
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ scap: program('floods', length) });
    await playToTheEnd(world, await start(world));
  }, 90_000);
  afterAll(() => world[Symbol.asyncDispose]());

  const openLog = async (hash = '', options: Parameters<typeof visit>[2] = {}) => {
    const visitor = await visit(browser, world, options);
    await visitor.page.goto(`${world.url}/jobs/1${hash}`);
    await log(visitor.page).waitFor();
    await visitor.page.locator('.log__row:not(.log__row--absent)').first().waitFor();
    return visitor;
  };

  it('opens at its end, with few rows in the document and a true scrollbar', async () => {
    const { page, wrongs } = await openLog();
    await page.getByText('End of the log').waitFor();
    await seen(page, length);
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
    expect(wrongs).toEqual([]);
  });

  it('is gone through by keyboard: its beginning, its end, a line', async () => {
    const { page } = await openLog();
    await press(page, 'Home');
    await seen(page, 1);
    await press(page, 'g');
    await page.keyboard.type('50000');
    await page.keyboard.press('Enter');
    await seen(page, 50_000);
    await expect.poll(() => row(page, 50_000).textContent()).toContain('line 50000 of 100000');
    // The keyboard is in the log again: the arrows scroll it.
    const before = await log(page).evaluate((box) => box.scrollTop);
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => log(page).evaluate((box) => box.scrollTop)).toBeGreaterThan(before);
    await page.keyboard.press('f');
    await seen(page, length);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('keeps what is read in its place while one scrolls up through it', async () => {
    const { page } = await openLog('#L70000');
    await seen(page, 70_000);
    await expect.poll(() => page.locator('.log__row--absent').count()).toBe(0);
    const place = () =>
      log(page).evaluate((box) => {
        const found = box.querySelector('a[data-line="70000"]');
        return (found?.getBoundingClientRect().top ?? 0) + box.scrollTop;
      });
    const before = await place();
    await log(page).hover();
    await page.mouse.wheel(0, -200);
    await expect.poll(() => inSight(page, 69_991)).toBe(true);
    expect(Math.abs((await place()) - before)).toBeLessThan(2);
  });

  it('links to a line and to a range, for somebody else too', async () => {
    const { page } = await openLog('#L500');
    await seen(page, 500);
    expect(await page.locator('.log__row--selected').count()).toBe(1);
    await row(page, 503).locator('a[data-line]').click();
    expect(new URL(page.url()).hash).toBe('#L503');
    await row(page, 507)
      .locator('a[data-line]')
      .click({ modifiers: ['Shift'] });
    expect(new URL(page.url()).hash).toBe('#L503-L507');
    await page.getByText('5 lines selected').waitFor();

    const other = await openLog('#L503-L507', { name: 'Jonas', role: 'viewer' });
    await seen(other.page, 503);
    const marked = other.page.locator('.log__row--selected .log__number');
    expect(await marked.allTextContents()).toEqual(['503', '504', '505', '506', '507']);

    await watchClipboard(page);
    await page.getByRole('button', { name: 'Copy the selected lines' }).click();
    await page.getByText('Copied', { exact: true }).waitFor();
    const text = (await copied(page)).split('\n');
    expect(text[0]).toMatch(/^Job 1, lines 503–507, 20\S+Z to 20\S+Z$|^Job 1, lines 503–507, 20\S+Z$/);
    expect(text[1]).toBe(`${world.url}/jobs/1#L503-L507`);
    expect(text.slice(3).map((line) => line.slice(0, 18))).toEqual([
      ...[503, 504, 505, 506, 507].map((number) => `line ${number} of 100000`.slice(0, 18)),
      '',
    ]);
    await press(page, 'Escape');
    await page.getByText('5 lines selected').waitFor({ state: 'detached' });
    expect(new URL(page.url()).hash).toBe('');
  });

  it('says so when a link leads past its end', async () => {
    const { page } = await openLog('#L100002');
    await page.getByText('Line 100002 does not exist').waitFor();
    await seen(page, length);
  });

  it('is copied without numbers also by hand', async () => {
    const { page } = await openLog('#L20');
    await seen(page, 20);
    const words = await page.evaluate(() => {
      const rows = document.querySelectorAll('.log__row');
      const selection = getSelection();
      const range = document.createRange();
      range.setStartBefore(rows[0] ?? document.body);
      range.setEndAfter(rows[2] ?? document.body);
      selection?.removeAllRanges();
      selection?.addRange(range);
      return selection?.toString() ?? '';
    });
    const lines = words.split('\n').filter((line) => line.trim() !== '');
    expect(lines.length).toBe(3);
    for (const line of lines) expect(line).toMatch(/^line \d+ of 100000 x+$/);
  });

  it('fits on a phone, where lines are linked to, selected and copied by tapping', async () => {
    const { page } = await openLog('#L70000', { width: 360, height: 720, touch: true });
    await row(page, 70_000).waitFor({ state: 'attached' });
    await expect.poll(() => inSight(page, 70_000)).toBe(true);
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
    ).toBeLessThanOrEqual(0);
    const number = (line: number) => row(page, line).locator('a[data-line]');
    const edge = await number(70_002).boundingBox();
    const line = await row(page, 70_002).boundingBox();
    // As high as its row, however many lines of the screen that takes, and no more than an eighth of the width.
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
    // Missed by one: tapped again.
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
    // With the selection went the other end.
    await number(70_004).tap();
    expect(new URL(page.url()).hash).toBe('#L70004');
    await page.getByRole('button', { name: 'Go to the last line' }).click();
    await expect.poll(() => inSight(page, length)).toBe(true);
  });

  it('has nothing that axe finds wrong, in light and in dark, on a desktop and on a phone', {
    timeout: 120_000,
  }, async () => {
    for (const [dark, width] of [
      [false, 1280],
      [true, 1280],
      [false, 360],
      [true, 360],
    ] as const) {
      const { page } = await openLog('#L500-L510', { dark, width });
      await seen(page, 500);
      await page.evaluate(axe.source);
      // As text: the page has axe, and the tests have no type of it there.
      const found: unknown = await page.evaluate(
        "axe.run('.log').then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))",
      );
      expect(found).toEqual([]);
    }
  });
});

describe('the log of a job that runs', () => {
  it('is followed until one scrolls up; then new lines are counted, and a key follows again', async () => {
    await using world = await openWorld({ scap: program('counts-and-asks', 100, 100_000) });
    const { page, wrongs } = await visit(browser, world);
    await start(world);
    await page.goto(`${world.url}/jobs/1`);
    await expect.poll(async () => (await shownNumbers(page)).at(-1)).toBeGreaterThan(60);
    expect(await atEnd(page)).toBe(true);
    // A phone that is turned, a keyboard that comes and goes: nobody has scrolled.
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
    // PageUp stops following too, f goes on.
    await press(page, 'PageUp');
    await button.waitFor();
    await press(page, 'f');
    await button.waitFor({ state: 'detached' });
    // A screen reader hears how many, not which.
    await page
      .getByRole('region', { name: 'Log' })
      .getByRole('status')
      .filter({ hasText: /\d+ new lines, \d+ in total/ })
      .waitFor({ state: 'attached', timeout: 15_000 });
    expect(await log(page).getAttribute('aria-live')).toBe('off');
    await page.getByRole('button', { name: 'Stop job 1' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Stop job 1' }).click();
    await page.getByRole('main').getByText('stopped', { exact: true }).first().waitFor();
    expect(wrongs).toEqual([]);
  });
});

describe('sensitive lines', () => {
  it('are shown to a deployer who was told that it is recorded, until they leave; a viewer is told why not', async () => {
    await using world = await openWorld();
    await playToTheEnd(world, await start(world));
    const { page, wrongs } = await visit(browser, world);
    await page.goto(`${world.url}/jobs/1`);
    await page.getByText('End of the log').waitFor();
    await press(page, 'g');
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
    // A stray Enter shows nothing.
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
    expect((await audit())[0]).toMatchObject({ action: 'reveal', job_id: 1 });

    // Not in a copy.
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

    const vera = await visit(browser, world, { name: 'Vera', role: 'viewer' });
    await vera.page.goto(`${world.url}/jobs/1#L${from}`);
    const refused = vera.page.getByRole('button', { name: /Show sensitive lines? \d+/ }).first();
    await refused.waitFor();
    await expect.poll(() => refused.getAttribute('title')).toContain('you need the role of a deployer');
    expect(await refused.isDisabled()).toBe(true);
    expect(wrongs).toEqual([]);
  });
});

describe('hostile output', () => {
  it('L2 stays text in the log, and cannot look like a row of ours', async () => {
    await using world = await openWorld();
    await playToTheEnd(world, await start(world, '1102351'));
    const { page, wrongs } = await visit(browser, world);
    await page.goto(`${world.url}/jobs/1`);
    await page.getByText('End of the log').waitFor();
    const last = (await shownNumbers(page)).at(-1) ?? 0;
    for (let line = 1; line < last; line += 60) {
      await press(page, 'g');
      await page.keyboard.type(String(line));
      await page.keyboard.press('Enter');
      // The line itself may be within a run of hidden ones.
      await expect.poll(() => page.locator('.log__row--absent').count()).toBe(0);
      expect(
        await log(page)
          .locator('img, script, iframe, input, form, .log__text button:not(.log__show)')
          .count(),
      ).toBe(0);
      // The only buttons are ours: to show hidden lines, and to fold a section.
      expect(await log(page).locator('button:not(.log__show, .log__fold)').count()).toBe(0);
      const addresses = await log(page)
        .locator('.log__text a')
        .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
      for (const address of addresses) expect(address).toMatch(/^https?:\/\//);
    }
    expect(wrongs).toEqual([]);
  });
});
