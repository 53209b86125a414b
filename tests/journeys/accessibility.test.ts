// Tests every page with axe, with light and dark colours, on a desktop and a phone. The log has separate checks (log.test.ts, outline.test.ts).
import axe from 'axe-core';
import { expect, it } from 'vitest';
import { User } from '../../schema/model/account/user.ts';
import { holdDeployments } from '../../schema/model/job/hold.ts';
import { useBrowser } from './visitor.ts';
import { useWorld } from './world.ts';

const browser = useBrowser();
const shared = useWorld();

const pages = [
  '/',
  '/jobs/1',
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

it('axe finds no violations on any page, with light and dark colours, on a desktop and a phone', async () => {
  const { world } = shared;
  // A waiting job, a banner on every page, and content for admins.
  const token = await world.token();
  await world.run(
    token,
    'mutation { startBackport(input: { changes: ["1102340"], acceptUnverified: true }) { __typename } }',
  );
  // The hold comes after the question, or it would keep the job in the queue.
  const updates = 'subscription { jobUpdates(id: 1) { state } }';
  for await (const { jobUpdates } of world.subscribe<{ jobUpdates: { state: string } }>(token, updates))
    if (jobUpdates.state === 'WAITING') break;
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
    for (const path of pages) {
      await page.goto(`${world.url}${path}`);
      await page.getByRole('main').getByRole('heading').first().waitFor();
      if (path === '/jobs/1') await page.getByRole('toolbar', { name: 'Timeline' }).waitFor();
      await page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => {});
      await page.evaluate(axe.source);
      // As text, because the global `axe` of the page has no type here.
      const violations: unknown = await page.evaluate(findViolations);
      if (!Array.isArray(violations) || violations.length > 0) found.push([path, options, violations]);
    }
  }
  expect(found).toEqual([]);
});

it('no page scrolls sideways at 320 px, in both directions of text', async () => {
  const { world } = shared;
  const { page } = await browser.visit(world, { name: 'Ada', role: 'admin', width: 320 });
  const found: unknown[] = [];
  for (const path of pages) {
    await page.goto(`${world.url}${path}`);
    await page.getByRole('main').getByRole('heading').first().waitFor();
    for (const dir of ['ltr', 'rtl']) {
      const excess: unknown = await page.evaluate(
        `document.documentElement.dir = "${dir}"; document.documentElement.scrollWidth - innerWidth`,
      );
      if (Number(excess) > 0) found.push([path, dir, excess]);
    }
  }
  expect(found).toEqual([]);
});
