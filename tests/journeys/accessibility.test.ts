// Tests every page with axe, with light and dark colours, on a desktop and a phone. The log has separate checks (log.test.ts, outline.test.ts).
import axe from 'axe-core';
import { expect, it } from 'vitest';
import { User } from '../../schema/model/account/user.ts';
import { holdDeployments } from '../../schema/model/job/hold.ts';
import type { World } from '../support/world.ts';
import { useBrowser } from './visitor.ts';
import { useWorld } from './world.ts';

const browser = useBrowser();
const shared = useWorld();

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
    }
    const covered = Number(await page.evaluate(coverage));
    if (covered > 0.4) found.push([path, 'covered', covered]);
  }
  expect(found).toEqual([]);
});

it('forced colours show what is pressed, and paper is white with the dark theme too', async () => {
  const { world } = shared;
  const { page } = await browser.visit(world, { dark: true });
  await page.goto(`${world.url}/jobs/${await askQuestion(world)}`);
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
  for (const options of [
    { width: 1280, dark: false },
    { width: 360, dark: true },
  ]) {
    const { page } = await browser.visit(world, { name: 'Ada', role: 'admin', ...options });
    for (const path of pagesWith(job)) {
      await page.goto(`${world.url}${path}`);
      await page.getByRole('main').getByRole('heading').first().waitFor();
      if (path === `/jobs/${job}`) await page.getByRole('toolbar', { name: 'Timeline' }).waitFor();
      await page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => {});
      await page.evaluate(axe.source);
      // As text, because the global `axe` of the page has no type here.
      const violations: unknown = await page.evaluate(findViolations);
      if (!Array.isArray(violations) || violations.length > 0) found.push([path, options, violations]);
    }
  }
  expect(found).toEqual([]);
});
