// Tests that GraphiQL works in Chromium under its content security policy, loads nothing from other origins, and runs subscriptions.
import { expect, test } from 'vitest';
import { createSignInLink } from '../../schema/model/account/sign-in-link.ts';
import { openBrowser } from '../support/browser.ts';
import { openServer, queuedJob } from '../support/test-server.ts';

test('a signed-in browser opens GraphiQL and runs a subscription', async () => {
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
    // The sign-in request must come from a page of the same origin.
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
    // The subscription must be open before the job is queued, or its event would be missed.
    const followers = () => world.server.sources.jobs.followers;
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
