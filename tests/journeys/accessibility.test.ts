// Owns the check that axe finds nothing wrong on any page, in light and in dark, on a desktop and on a phone. Not the log's own (log.test.ts, outline.test.ts).
import axe from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { User } from '../../schema/model/account/user.ts';
import { holdDeployments } from '../../schema/model/job/hold.ts';
import { openBrowser } from '../support/browser.ts';
import { World } from '../support/world.ts';
import { visit } from './visitor.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const pages = ['/', '/jobs/1', '/jobs/999999', '/account', '/admin', '/nowhere', '/sign-in'];
const wrong =
  'axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" ").slice(0, 400)))';

it('axe finds nothing wrong on any page, in light and in dark, on a desktop and on a phone', async () => {
  await using world = await World.open();
  // A job that waits, a banner above every page, and something to read for admins.
  const token = await world.token();
  await world.run(
    token,
    'mutation { startBackport(input: { changes: ["1102340"], acceptUnverified: true }) { __typename } }',
  );
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
    const { page } = await visit(browser, world, { name: 'Ada', role: 'admin', ...options });
    for (const path of pages) {
      await page.goto(`${world.url}${path}`);
      await page.locator('#content').waitFor();
      await page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => {});
      await page.evaluate(axe.source);
      // As text: the page has axe, and the tests have no type of it there.
      const violations: unknown = await page.evaluate(wrong);
      if (!Array.isArray(violations) || violations.length > 0) found.push([path, options, violations]);
    }
    await page.context().close();
  }
  expect(found).toEqual([]);
  await world.run(token, 'mutation { stopJob(input: { jobId: 1, how: KILL }) { __typename } }');
});
