// Tests how people run a deployment together: start, answer, stop, sign in. In Chromium, against a whole world.
import SqliteDatabase from 'better-sqlite3';
import type { Page, Route } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { documentIdOf } from '../../client/web/connection/trusted-document.ts';
import { AnswerInteractionMutation } from '../../client/web/job/question/interaction.graphql.ts';
import { recordBacklog } from '../../schema/model/job/report.ts';
import { sqliteFile } from '../../schema/model/store/database.ts';
import { useWorld } from '../support/shared-world.ts';
import { openWorld, program } from '../support/world.ts';
import { shownNumbers, useBrowser } from './visitor.ts';

const browser = useBrowser();
const shared = useWorld();

const question = (page: Page) =>
  page
    .getByRole('region', { name: /question/i })
    .or(page.getByRole('group', { name: /question/i }))
    .first();
const state = (page: Page, word: string) => page.getByRole('main').getByText(word, { exact: true }).first();

async function startChanges(page: Page, ...changes: string[]): Promise<void> {
  const input = page.getByRole('combobox', { name: 'Changes' });
  for (const change of changes) {
    await input.fill(change);
    await input.press('Enter');
  }
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.waitForURL(/\/jobs\/\d+$/);
}

describe('deployment', () => {
  it('two deployers run a backport together, and it is in the history after a restart of server and jobrunner', async () => {
    await using world = await openWorld({ speed: 100 });
    const amina = await browser.visit(world, { name: 'Amina' });
    await amina.page.getByText('No deployments yet').waitFor();
    await amina.page.getByText('SpiderPig uses a simulated scap and a simulated Gerrit').waitFor();
    expect(await amina.page.getByRole('button', { name: 'Start', exact: true }).isDisabled()).toBe(true);
    await startChanges(amina.page, '1102340');
    const address = amina.page.url();

    const jonas = await browser.visit(world, { name: 'Jonas', path: new URL(address).pathname });
    await question(amina.page).getByText('Backport the changes?').first().waitFor();
    await question(jonas.page).getByText('Backport the changes?').first().waitFor();
    await jonas.page.getByRole('button', { name: 'Yes y' }).click();
    for (const { page } of [amina, jonas])
      await page.getByRole('button', { name: 'Yes y', exact: true }).waitFor({ state: 'detached' });
    await amina.page.getByRole('button', { name: 'Yes, continue with deployment y' }).click();
    for (const { page } of [amina, jonas]) {
      await state(page, 'succeeded').waitFor();
      await page.getByText('End of the log').waitFor();
    }
    const answers = '{ job(id: 1) { interactions { answer answeredBy { name } } } }';
    expect(await world.run(await world.token('read', 'Priya'), answers)).toEqual({
      job: {
        interactions: [
          { answer: 'y', answeredBy: { name: 'Jonas' } },
          { answer: 'y', answeredBy: { name: 'Amina' } },
        ],
      },
    });
    const numbers = await shownNumbers(amina.page);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));

    await world.kill(world.jobrunner, 'SIGTERM');
    await world.kill(world.server, 'SIGTERM');
    await amina.page
      .getByRole('status')
      .getByText(/reconnecting|not connected/)
      .first()
      .waitFor();
    await world.startServer();
    await world.startJobrunner();
    await amina.page.getByRole('status').getByText('live').first().waitFor();
    await amina.page.getByRole('link', { name: 'Overview' }).first().click();
    await amina.page.getByRole('table').getByText('succeeded').waitFor();
    expect([...amina.problems, ...jonas.problems]).toEqual([]);
  });

  it('every page shows a locked database and delayed recording, and a text that was typed is kept', async () => {
    await using world = await openWorld({ scap: program('question/asks-text') });
    const { page, problems } = await browser.visit(world);
    await startChanges(page, '1102340');
    const field = question(page).getByRole('textbox');
    await field.fill('Broke the watchlist');
    const jobId = Number(page.url().split('/').at(-1));
    const behind = page.getByRole('status').getByText('The log has been behind since');
    await recordBacklog(world.database, jobId, Date.now());
    await behind.waitFor();
    await recordBacklog(world.database, jobId, null);
    await behind.waitFor({ state: 'detached' });

    const holder = new SqliteDatabase(sqliteFile(world.databaseUrl));
    holder.exec('begin immediate');
    const banner = page.getByRole('status').getByText('The database is locked by');
    await banner.waitFor();
    await page.getByRole('button', { name: 'Send answer' }).click();
    await page.getByRole('alert').getByText('Nothing was recorded. Try again.').waitFor();
    expect(await field.inputValue()).toBe('Broke the watchlist');
    holder.exec('rollback');
    holder.close();
    await banner.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Send answer' }).click();
    await state(page, 'succeeded').waitFor();
    await page.getByText('got: "Broke the watchlist"').waitFor();
    expect(problems).toEqual([]);
  });

  it('the page shows each log line once after a reload, a lost connection and a killed server', async () => {
    await using world = await openWorld({ scap: program('output/echo-clock', 100, 500) });
    const { page, problems } = await browser.visit(world);
    world.gerrit.failure.down = true;
    const input = page.getByRole('combobox', { name: 'Changes' });
    await input.fill('1102340');
    await input.press('Enter');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    // Gerrit is unavailable: the page shows a warning, keeps the changes, and offers to start plain numbers.
    await page.getByText(/could not be looked up in Gerrit/).waitFor();
    await page.getByRole('button', { name: 'Start without checking' }).click();
    await page.waitForURL(/\/jobs\/1$/);
    // The document holds only the lines near the visible ones, so the test waits for line numbers, not for single lines.
    const reached = (line: number) =>
      expect.poll(async () => (await shownNumbers(page)).at(-1), { timeout: 30_000 }).toBeGreaterThan(line);
    await reached(50);
    await page.context().setOffline(true);
    await page.context().setOffline(false);
    await reached(150);
    await world.kill(world.server);
    await world.startServer();
    await reached(250);
    const beforeReload = await shownNumbers(page);
    expect(beforeReload).toEqual(beforeReload.map((_, index) => (beforeReload[0] ?? 0) + index));
    await page.reload();
    await page.getByText('End of the log').waitFor();
    const numbers = await shownNumbers(page);
    expect(numbers.at(-1)).toBe(501);
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
    expect(problems).toEqual([]);
  });

  it('F1 a deployer whose answer comes second reads who answered first, and what', async () => {
    const { world } = shared;
    const amina = await browser.visit(world, { name: 'Amina' });
    await startChanges(amina.page, '1102340');
    const jonas = await browser.visit(world, { name: 'Jonas', path: new URL(amina.page.url()).pathname });
    await amina.page.getByRole('button', { name: 'Yes y' }).waitFor();
    // Amina's request is delayed until Jonas has answered.
    const firstAnswered = Promise.withResolvers<void>();
    const answers = documentIdOf(AnswerInteractionMutation);
    let held = 0;
    await amina.page.route('**/graphql', async (route) => {
      if (route.request().postData()?.includes(answers)) {
        held++;
        await firstAnswered.promise;
      }
      await route.continue();
    });
    await amina.page.getByRole('button', { name: 'Yes y' }).click();
    await expect.poll(() => held).toBe(1);
    await jonas.page.getByRole('button', { name: /^No\b.*n$/ }).click();
    await jonas.page.getByText('Jonas answered “No” (n)').first().waitFor();
    firstAnswered.resolve();
    await amina.page.getByText(/Jonas answered first/).waitFor();
    // scap exits with status 0 after this answer, but nothing was deployed.
    await amina.page.getByText('End of the log').waitFor();
    await state(amina.page, 'declined').waitFor();
    await amina.page
      .getByRole('region', { name: 'Result' })
      .getByText(/^Jonas declined at/)
      .waitFor();
    expect(await state(amina.page, 'succeeded').count()).toBe(0);
    expect(await amina.page.getByText(/answered “Yes”/).count()).toBe(0);
  });

  it('a deployer stops a job after confirming it, on a slow network, and the focus is never lost', async () => {
    const { world } = shared;
    const { page, problems } = await browser.visit(world);
    await startChanges(page, '1102340');
    await question(page).waitFor();
    await page.getByRole('button', { name: /^Stop job \d+$/ }).click();
    const dialog = page.getByRole('dialog', { name: /^Stop job \d+\?$/ });
    await dialog.getByText('scap and its processes are interrupted').waitFor();
    // The focus is on the button that keeps the job running.
    expect(
      await dialog
        .getByRole('button', { name: 'Keep running' })
        .evaluate((button) => button === document.activeElement),
    ).toBe(true);
    // Enter alone does not confirm.
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    const focused = (): Promise<string> =>
      page.evaluate(() => `${document.activeElement?.tagName} ${document.activeElement?.textContent}`);
    expect(await focused()).toMatch(/^BUTTON Stop job \d+$/);

    // A request that fails leaves the dialog open, with the next step.
    const requests = await heldRequests(page, '"INTERRUPT"');
    await page.keyboard.press('Enter');
    const confirm = dialog.getByRole('button', { name: /^Stop job \d+$/ });
    await confirm.press('Enter');
    await (await requests.next()).abort();
    await dialog.getByRole('alert').getByText('try again').waitFor();
    expect(await focused()).toMatch(/^BUTTON Stop job \d+$/);

    // While the response is awaited, the button says so, keeps the focus, and sends nothing again.
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: 'Working…' }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Space');
    expect(await focused()).toBe('BUTTON Working…');
    await (await requests.next()).continue();
    await dialog.waitFor({ state: 'hidden' });
    expect(requests.count()).toBe(2);
    await state(page, 'stopped').waitFor();
    // The button that opened the dialog is gone, and the focus is near where it was.
    await expect.poll(focused).not.toMatch(/^BODY/);
    await page
      .getByText(/Stopped by Amina/)
      .first()
      .waitFor();
    expect(problems).toEqual([]);
  });

  it('a deployer answers a question with a text', async () => {
    const { world } = shared;
    const { page } = await browser.visit(world);
    await page.getByRole('checkbox', { name: 'Revert these changes' }).check();
    await startChanges(page, '1102347');
    await page.getByRole('textbox', { name: 'Your answer' }).fill('Broke the watchlist');
    await page.getByRole('button', { name: 'Send answer' }).click();
    await page.getByText('Amina answered “Broke the watchlist”').first().waitFor();
    await question(page).getByText(/\?$/).first().waitFor();
    await page.getByRole('button', { name: /^Stop job \d+$/ }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Stop job \d+$/ })
      .click();
    await state(page, 'stopped').waitFor();
  });

  it('a deployer finds a change by words of its subject and starts it by keyboard', async () => {
    const { world } = shared;
    const { page, problems } = await browser.visit(world);
    await page.getByRole('combobox', { name: 'Changes' }).focus();
    await page.keyboard.type('namespace filter');
    await page.getByRole('option', { name: /^1102340 Watchlist/ }).waitFor();
    await page.keyboard.press('Enter');
    await page
      .getByRole('list', { name: 'Chosen changes' })
      .getByText(/^Watchlist:/)
      .waitFor();
    await page.getByRole('button', { name: /^(Start|Queue behind job \d+)$/ }).press('Enter');
    await page.waitForURL(/\/jobs\/\d+$/);
    expect(problems).toEqual([]);
  });

  it('the start form shows what is wrong with each change, and keeps the changes', async () => {
    await using world = await openWorld({ jobrunner: false });
    const { page } = await browser.visit(world);
    const input = page.getByRole('combobox', { name: 'Changes' });
    for (const change of ['1102340', '999', '1102346']) {
      await input.fill(change);
      await input.press('Enter');
    }
    await page.getByText(/^Change 1102346 .*abandoned/).waitFor();
    await page.getByText(/^Gerrit does not show change 999/).waitFor();
    const button = page.getByRole('button', { name: 'Start', exact: true });
    expect(await button.isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Remove 1102346' }).click();
    await button.click();
    await page.getByRole('button', { name: 'Start without checking' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/');
    await page.getByRole('button', { name: 'Remove 999' }).click();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.waitForURL(/\/jobs\/1$/);
    await state(page, 'queued').waitFor();
    await page
      .getByText(/no jobrunner/)
      .first()
      .waitFor();
  });

  it('a deployer starts a job and answers its questions by keyboard', async () => {
    const { world } = shared;
    const { page } = await browser.visit(world);
    await page.keyboard.press('Tab');
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    expect(await focused()).toBe('Skip to content');
    const tabTo = async (name: RegExp): Promise<void> => {
      for (let presses = 0; presses < 40; presses++) {
        const label = await page.evaluate(() => {
          const element = document.activeElement;
          // After a navigation the focus is on the main content, whose text contains every label.
          if (!element?.matches('button, input, a')) return '';
          const labelled = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : '';
          return `${element?.getAttribute('aria-label') ?? ''} ${element?.textContent ?? ''} ${labelled ?? ''}`;
        });
        if (name.test(label)) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`no tab stop has the name ${name}`);
    };
    // A new button is disabled for a moment, so that a key press meant for the previous question cannot answer this one.
    const ready = async (name: string): Promise<void> => {
      const button = page.getByRole('button', { name });
      await button.waitFor();
      await expect.poll(() => button.isEnabled(), { timeout: 5_000 }).toBe(true);
    };
    await tabTo(/Changes/);
    await page.keyboard.type('1102340 ');
    await tabTo(/^\s*Start/);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/jobs\/\d+$/);
    await ready('Yes y');
    await tabTo(/Yes\s*y/);
    await page.keyboard.press('Enter');
    await ready('Yes, continue with deployment y');
    await tabTo(/continue with deployment\s*y/);
    await page.keyboard.press('Enter');
    await state(page, 'succeeded').waitFor();
  });

  it('a phone shows the question above the log, and never scrolls sideways', async () => {
    const { world } = shared;
    const { page } = await browser.visit(world, { width: 360, height: 720, dark: true });
    const overflow = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(await overflow()).toBeLessThanOrEqual(0);
    await startChanges(page, '1102351');
    const button = page.getByRole('button', { name: 'Yes y' });
    await button.waitFor();
    expect(await overflow()).toBeLessThanOrEqual(0);
    const [card, log] = await Promise.all([
      question(page).boundingBox(),
      page.getByRole('log').boundingBox(),
    ]);
    expect((card?.y ?? 0) + (card?.height ?? 0)).toBeLessThanOrEqual(log?.y ?? 0);
    // The answers are at the lower edge, in reach of the thumb.
    const answer = await page.getByRole('button', { name: /^No/ }).boundingBox();
    expect(720 - (answer?.y ?? 0) - (answer?.height ?? 0)).toBeLessThan(20);
    expect(answer?.height).toBeGreaterThanOrEqual(48);
    expect(answer?.width).toBeGreaterThan(320);
    // The page ends above them, however high they are.
    const space = await page.evaluate(() => {
      const padding = getComputedStyle(document.querySelector('.job-page') ?? document.body).paddingBottom;
      return Number.parseFloat(padding) - (document.querySelector('.question__choices')?.clientHeight ?? 0);
    });
    expect(space).toBeGreaterThan(8);
    expect(space).toBeLessThan(24);
    // When the question is out of view, a bar leads back to it instead.
    await page.getByRole('log').scrollIntoViewIfNeeded();
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await page.getByRole('button', { name: 'Answer', exact: true }).click();
    await page.getByRole('button', { name: 'Answer', exact: true }).waitFor({ state: 'detached' });
    await page.getByRole('tab', { name: 'Changes 1' }).click();
    await page.getByRole('tabpanel', { name: 'Changes 1' }).getByRole('link', { name: '1102351' }).waitFor();
    expect(await page.getByRole('log').isVisible()).toBe(false);
    expect(await overflow()).toBeLessThanOrEqual(0);
    await page.getByRole('button', { name: /^More about job/ }).click();
    await page.getByRole('button', { name: /^Stop job \d+$/ }).click();
    const confirm = page.getByRole('dialog').getByRole('button', { name: /^Stop job \d+$/ });
    // The dialog was opened from a panel, whose buttons have no background.
    const background = () => confirm.evaluate((element) => getComputedStyle(element).backgroundColor);
    await expect.poll(background).toMatch(/^rgb\(/);
    await confirm.click();
    await state(page, 'stopped').waitFor();
  });
});

/** Holds the requests whose body contains a text, as a slow network does, until the test decides. */
async function heldRequests(page: Page, text: string) {
  const held: Route[] = [];
  const waiting: ((route: Route) => void)[] = [];
  let count = 0;
  await page.route('**/graphql*', async (route) => {
    if (!(route.request().postData() ?? '').includes(text)) return await route.continue();
    count++;
    const taker = waiting.shift();
    if (taker === undefined) held.push(route);
    else taker(route);
  });
  return {
    count: () => count,
    next: async (): Promise<Route> =>
      held.shift() ?? (await new Promise<Route>((resolve) => waiting.push(resolve))),
  };
}

describe('hostile text', () => {
  it('L1 markup in a change, a prompt or a log is shown as text', async () => {
    const { world } = shared;
    const { page, problems } = await browser.visit(world);
    await startChanges(page, '1102351');
    await question(page).waitFor();
    await page.getByText('<img', { exact: false }).first().waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    await page.getByRole('button', { name: 'Yes y' }).click();
    await page.getByRole('button', { name: 'Yes, continue with deployment y' }).click();
    await state(page, 'succeeded').waitFor();
    expect(await page.locator('main img, main script, main iframe').count()).toBe(0);
    expect(problems).toEqual([]);
  });
});

describe('sign-in and roles', () => {
  it('a browser without a session shows how to sign in, and a sign-in link works once', async () => {
    const { world } = shared;
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${world.url}/jobs/1`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.getByText('spiderpig login').waitFor();
    const link = await world.link('Amina');
    await page.goto(link);
    await page.getByRole('button', { name: 'Menu of Amina' }).waitFor();
    const other = await (await browser.newContext()).newPage();
    await other.goto(link);
    await other
      .getByText(/used|expired/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Menu of Amina' }).click();
    await page
      .getByRole('button', { name: 'Sign out' })
      .or(page.getByRole('menuitem', { name: 'Sign out' }))
      .click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  it('a viewer sees a job but cannot start, answer or stop', async () => {
    const { world } = shared;
    const deployer = await browser.visit(world);
    const viewer = await browser.visit(world, { name: 'Vera', role: 'viewer' });
    await viewer.page
      .getByText(/You need the deployer role/)
      .first()
      .waitFor();
    await startChanges(deployer.page, '1102340');
    await viewer.page.goto(deployer.page.url());
    await question(viewer.page).waitFor();
    expect(await viewer.page.getByRole('button', { name: 'Yes y' }).isDisabled()).toBe(true);
    await deployer.page.getByRole('button', { name: /^Stop job \d+$/ }).click();
    await deployer.page
      .getByRole('dialog')
      .getByRole('button', { name: /^Stop job \d+$/ })
      .click();
    await state(viewer.page, 'stopped').waitFor();
  });

  it('an unknown address or job shows a page that links to the overview', async () => {
    const { world } = shared;
    const { page } = await browser.visit(world);
    for (const path of ['/nothing/here', '/jobs/999999']) {
      await page.goto(world.url + path);
      await page.getByRole('heading', { name: 'Page not found' }).waitFor();
      await page.getByRole('link', { name: 'Go to the overview' }).waitFor();
    }
  });
});
