// Owns the check that GraphiQL works in a real browser under its own policy, with nothing loaded from elsewhere and subscriptions that run.
import { expect, test } from 'vitest';
import { createSignInLink } from '../../schema/model/account/session.ts';
import { openBrowser } from '../support/browser.ts';
import { openServer, queuedJob } from '../support/test-server.ts';

test('a signed-in browser opens GraphiQL and follows a subscription in it', async () => {
  await using world = await openServer();
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    const foreign: string[] = [];
    const wrong: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(world.url)) foreign.push(request.url());
    });
    page.on('pageerror', (error) => wrong.push(error.message));
    const code = await createSignInLink(world.db, 'ada', 'viewer');
    // Any path gives a page of this origin, from which the link can be redeemed as our own page does it.
    await page.goto(world.url);
    await page.evaluate(async (given) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch('/sign-in', {
        method: 'POST',
        headers,
        body: JSON.stringify({ code: given }),
      });
      const { pageKey } = await response.json();
      localStorage.setItem('spiderpig.pageKey', pageKey);
    }, code);

    const query = encodeURIComponent('subscription { jobUpdates { id state } }');
    await page.goto(`${world.url}/graphql?query=${query}`);
    await page.getByRole('button', { name: /execute/i }).click();
    // The first event can be waited for only once there is one.
    const followers = () => world.server.world.jobs.followers;
    await expect.poll(followers).toBe(1);
    const id = await queuedJob(world.db);
    await page.getByText(`"id": "${id}"`).waitFor();
    await page.close();
    await expect.poll(followers).toBe(0);
    expect(foreign.filter((url) => !/^(data|blob):/.test(url))).toEqual([]);
    expect(wrong).toEqual([]);
  } finally {
    await browser.close();
  }
});
