// Tests every page with axe, with light and dark colours, on a desktop and a phone. The log has separate checks (log.test.ts, outline.test.ts).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, expect, it } from 'vitest';
import { createStaging } from '../../jobrunner/simulator/train/staging.ts';
import { Session } from '../../schema/model/account/session.ts';
import { User } from '../../schema/model/account/user.ts';
import { holdDeployments } from '../../schema/model/job/hold.ts';
import { useWorld } from '../support/shared-world.ts';
import type { World } from '../support/world.ts';
import { overflowingTexts, textsBesideCatalogue, usePseudoLocale } from './pseudo-locale.ts';
import { useBrowser } from './visitor.ts';

const browser = useBrowser();
const staging = mkdtempSync(join(tmpdir(), 'spiderpig-staging-'));
createStaging(staging);
const shared = useWorld({ trainStaging: staging });
afterAll(() => rmSync(staging, { recursive: true }));

const pagesWith = (job: string): string[] => [
  '/',
  `/jobs/${job}`,
  '/jobs/999999',
  '/account',
  '/device',
  '/admin',
  '/statistics',
  '/weeks/2026-W48',
  '/train',
  '/errors',
  '/nowhere',
  '/sign-in',
];
const findViolations =
  'axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" ").slice(0, 400)))';

/** Starts a job, waits until it asks, and returns its number. */
async function askQuestion(world: World): Promise<string> {
  const token = await world.token();
  const { startBackport } = await world.run<{ startBackport: { job: { id: string } } }>(
    token,
    'mutation { startBackport(input: { changes: ["1102340"], acceptUnverified: true }) { ... on StartBackportSuccess { job { id } } } }',
  );
  const { id } = startBackport.job;
  const updates = `subscription { jobUpdates(id: ${id}) { state } }`;
  for await (const { jobUpdates } of world.subscribe<{ jobUpdates: { state: string } }>(token, updates))
    if (jobUpdates.state === 'WAITING') break;
  return id;
}

/** The same page on a desktop and on a phone, with light and dark colours. */
const appearances = [
  { width: 1280, colorScheme: 'light' },
  { width: 320, colorScheme: 'dark' },
] as const;

/** Waits until colours and sizes have changed to those of a new appearance. */
const endOfTransitions =
  'Promise.allSettled(document.getAnimations().filter((each) => each instanceof CSSTransition).map(({ finished }) => finished)).then(() => null)';

/** What axe finds on the page as it is now, in both appearances. */
async function violationsOn(page: Page): Promise<unknown[]> {
  await page.evaluate(axe.source);
  const found: unknown[] = [];
  for (const appearance of appearances) {
    await page.setViewportSize({ width: appearance.width, height: 800 });
    await page.emulateMedia({ colorScheme: appearance.colorScheme });
    // The page is notified of the change before its next frame. Pages without scripts have no theme.
    await expect
      .poll(() =>
        page.evaluate((none) => document.documentElement.dataset['theme'] ?? none, appearance.colorScheme),
      )
      .toBe(appearance.colorScheme);
    await page.evaluate(endOfTransitions);
    // As text, because the global `axe` of the page has no type here.
    const violations: unknown = await page.evaluate(findViolations);
    found.push(...[violations].flat().map((violation) => [appearance, violation]));
  }
  return found;
}

/** How much of the window what does not scroll with the page covers, from 0 to 1, at each scroll position of the page. */
const coverage = `(() => {
  const stuck = [...document.querySelectorAll("body *")].filter((each) => /fixed|sticky/.test(getComputedStyle(each).position));
  let most = 0;
  for (let top = 0; top < document.documentElement.scrollHeight; top += innerHeight / 2) {
    scrollTo(0, top);
    const heights = stuck.map((each) => each.getBoundingClientRect()).filter((box) => box.width > innerWidth / 2);
    const covered = heights.reduce((sum, box) => sum + Math.max(0, Math.min(innerHeight, box.bottom) - Math.max(0, box.top)), 0);
    most = Math.max(most, covered / innerHeight);
  }
  return most;
})()`;

it('at a zoom of 400 % no page scrolls sideways, in both directions of text, and nothing covers it', async () => {
  const { world } = shared;
  const job = await askQuestion(world);
  // A window of 1280 by 1024 pixels at 400 %.
  const { page } = await browser.visit(world, { name: 'Ada', role: 'admin', width: 320, height: 256 });
  const found: unknown[] = [];
  for (const path of pagesWith(job)) {
    await page.goto(`${world.url}${path}`);
    await page.getByRole('main').getByRole('heading').first().waitFor();
    if (path === `/jobs/${job}`) await page.getByRole('button', { name: /^Yes\b/ }).waitFor();
    for (const dir of ['ltr', 'rtl']) {
      const excess: unknown = await page.evaluate(
        `document.documentElement.dir = "${dir}"; document.documentElement.scrollWidth - innerWidth`,
      );
      if (Number(excess) > 0) found.push([path, dir, excess]);
      const isMirrored = await page.evaluate(mirroredSelects);
      if (dir === 'rtl' && isMirrored !== true) found.push([path, dir, 'a sheet of Codex is not mirrored']);
    }
    const covered = Number(await page.evaluate(coverage));
    if (covered > 0.4) found.push([path, 'covered', covered]);
  }
  expect(found).toEqual([]);
});

/** Whether each select leaves room for its arrow at the end of the text, which is the left where it runs from right to left. */
const mirroredSelects = `[...document.querySelectorAll("select.cdx-select")].every((select) => {
  const { paddingLeft, paddingRight, backgroundPositionX } = getComputedStyle(select);
  return parseFloat(paddingLeft) > parseFloat(paddingRight) && /^(?:left )?12px/.test(backgroundPositionX);
})`;

/** Delays what the server sends, as a slow network does. */
async function slowDown(page: Page): Promise<void> {
  await page.route('**/graphql*', async (route) => {
    await wait(300);
    await route.continue().catch(() => {});
  });
  await page.routeWebSocket('**/graphql*', (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => void wait(300).then(() => socket.send(message)));
  });
}

/** How far the visible parts of the page have moved without an action of the user, as the browser measures it: the cumulative layout shift. */
const layoutShift = `new Promise((resolve) => new PerformanceObserver((list) =>
  resolve(list.getEntries().reduce((sum, { value, hadRecentInput }) => sum + (hadRecentInput ? 0 : value), 0)))
  .observe({ type: "layout-shift", buffered: true }) ?? setTimeout(() => resolve(0), 300))`;

it('no page moves on a phone with a slow network when its data arrives', async () => {
  const { world } = shared;
  const job = await askQuestion(world);
  const { page } = await browser.visit(world, { name: 'Ada', role: 'admin', width: 360 });
  await slowDown(page);
  const found: unknown[] = [];
  for (const path of ['/', `/jobs/${job}`, '/admin', '/statistics', '/train']) {
    await page.goto(`${world.url}${path}`);
    await page.getByRole('main').getByRole('heading').first().waitFor();
    await page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => {});
    const shift = Number(await page.evaluate(layoutShift));
    // The limit of a good page in Web Vitals. The banner that says what is simulated takes 0.03 of it.
    if (!(shift <= 0.1)) found.push([path, shift]);
  }
  expect(found).toEqual([]);
});

it('the focus stays in the same element while the data of a page arrives', async () => {
  const { world } = shared;
  const job = await askQuestion(world);
  const { page } = await browser.visit(world, { path: '/account' });
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
  await slowDown(page);
  const focused = (): Promise<string> =>
    page.evaluate(() => {
      const { id, dataset } =
        document.activeElement instanceof HTMLElement ? document.activeElement : document.body;
      const words = `${id} ${dataset['seen'] ?? 'new'}`;
      dataset['seen'] = 'seen';
      return words;
    });
  for (const [path, words] of [
    [`/jobs/${job}`, 'Backport the changes?'],
    ['/', 'Start a backport'],
  ] as const) {
    await page.evaluate((to) => {
      history.pushState(null, '', to);
      dispatchEvent(new PopStateEvent('popstate'));
    }, path);
    await page.getByRole('main').getByText('Loading…').waitFor();
    expect(await focused()).toBe('content new');
    await page.getByRole('heading', { name: words }).waitFor();
    expect(await focused()).toBe('content seen');
  }
});

it('all texts come from the catalogue, and longer texts fit on a desktop and a phone', async () => {
  const { world } = shared;
  const job = await askQuestion(world);
  const { page } = await browser.visit(world, { name: 'Ada', role: 'admin' });
  const missing = await usePseudoLocale(page.context());
  const found: unknown[] = [];
  for (const path of pagesWith(job)) {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(`${world.url}${path}`);
    await page.getByRole('main').getByRole('heading').first().waitFor();
    if (path === `/jobs/${job}`) await page.getByRole('log').waitFor();
    await page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => {});
    found.push(...(await textsBesideCatalogue(page)).map((text) => [path, text]));
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 800 });
      found.push(...(await overflowingTexts(page)).map((text) => [path, width, text]));
    }
  }
  expect(found).toEqual([]);
  expect([...missing]).toEqual([]);
});

it('forced colours show what is pressed, and paper is white with the dark theme too', async () => {
  const { world } = shared;
  const { page } = await browser.visit(world, { dark: true });
  await page.goto(`${world.url}/jobs/${await askQuestion(world)}`);
  await page.getByRole('button', { name: 'More tools for the log' }).click();
  const pressed = page.getByRole('button', { pressed: true }).first();
  await pressed.waitFor();
  await page.emulateMedia({ forcedColors: 'active' });
  const outline = (element: Element): string => getComputedStyle(element).outlineStyle;
  expect(await pressed.evaluate(outline)).toBe('solid');
  expect(await page.getByRole('button', { pressed: false }).first().evaluate(outline)).toBe('none');
  await page.emulateMedia({ forcedColors: 'none' });
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(await background()).not.toBe('rgb(255, 255, 255)');
  await page.emulateMedia({ media: 'print' });
  expect(await background()).toBe('rgb(255, 255, 255)');
  expect(await page.getByText('live', { exact: true }).first().isVisible()).toBe(false);
  // Without its date, a time means nothing on paper.
  const printed = await page
    .locator('.facts time')
    .first()
    .evaluate((time) => getComputedStyle(time, '::after').content);
  expect(printed).toMatch(/\d{4}-\d\d-\d\dT/);
});

it('axe finds no violations where something failed, nor on pages without scripts', async () => {
  const { world } = shared;
  const job = await askQuestion(world);
  const authorization = `Bearer ${await world.token('read')}`;
  const found: unknown[] = [];
  const look = async (page: Page, state: string): Promise<void> => {
    found.push(...(await violationsOn(page)).map((violation) => [state, violation]));
  };
  const { page } = await browser.visit(world);
  const context = page.context();
  const plainLink = page.getByRole('link', { name: /without scripts/ });

  await page.goto(`${world.url}/plain`);
  await look(page, 'plain page at a loopback address');
  const tool = await page.context().newPage();
  await tool.setExtraHTTPHeaders({ authorization });
  for (const path of ['/plain', `/jobs/${job}/plain`, '/jobs/999999/plain']) {
    await tool.goto(`${world.url}${path}`);
    await look(tool, path);
    for (const { width } of appearances) {
      await tool.setViewportSize({ width, height: 800 });
      expect(await tool.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    }
  }

  await page.route('**/assets/job-page-*.js', (route) => route.abort());
  await page.goto(`${world.url}/jobs/${job}`);
  await page.getByRole('alert').waitFor();
  expect(await plainLink.getAttribute('href')).toBe(`/jobs/${job}/plain`);
  await look(page, 'code that did not arrive');
  await page.unroute('**/assets/job-page-*.js');

  const cut = await context.newPage();
  await cut.clock.install();
  await cut.routeWebSocket('**/graphql', (socket) => socket.close());
  await cut.route('**/graphql**', (route) => route.abort());
  await cut.goto(`${world.url}/jobs/${job}`);
  await cut.getByText('not connected, retrying…').waitFor();
  await cut.clock.runFor(15_000);
  const offered = cut.getByRole('link', { name: /without scripts/ });
  expect(await offered.getAttribute('href')).toBe(`/jobs/${job}/plain`);
  await look(cut, 'server that cannot be reached');
  await cut.close();

  await world.database.em().nativeDelete(Session, {});
  await page.goto(`${world.url}/jobs/${job}`);
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await look(page, 'session that has ended');
  expect(found).toEqual([]);
});

it('axe finds no violations on any page, with light and dark colours, on a desktop and a phone', async () => {
  const { world } = shared;
  // A waiting job, a banner on every page, and content for admins. The hold comes after the question, or it would keep the job in the queue.
  const job = await askQuestion(world);
  const user = await world.database.em().findOneOrFail(User, { id: 1 });
  await holdDeployments(world.database, {
    reason: 'The switch of a data centre is being replaced',
    user,
    endsAt: null,
  });
  const found: unknown[] = [];
  const { page } = await browser.visit(world, { name: 'Ada', role: 'admin' });
  for (const path of pagesWith(job)) {
    // The appearance of the page before was a narrow one, without the button of the timeline.
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(`${world.url}${path}`);
    await page.getByRole('main').getByRole('heading').first().waitFor();
    if (path === `/jobs/${job}`) {
      await page.getByRole('button', { name: /^Timeline / }).click();
      await page.getByRole('toolbar', { name: 'Timeline' }).waitFor();
    }
    await page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => {});
    found.push(...(await violationsOn(page)).map((violation) => [path, violation]));
  }
  expect(found).toEqual([]);
});
