// Tests what people see of production's errors: beside a question, on the page of errors, while the search fails, and after a job. In Chromium, against a whole world.
import { createServer } from 'node:http';
import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { usualMessages } from '../../jobrunner/simulator/error-log/document.ts';
import { startErrorLog } from '../../jobrunner/simulator/error-log/error-log.ts';
import { userNamed } from '../../schema/model/account/user.ts';
import { createWebhook } from '../../schema/model/notification/webhook.ts';
import { openWorld, type World } from '../support/world.ts';
import { useBrowser } from './visitor.ts';

const browser = useBrowser();
/** The server searches every second instead of every 15 seconds. */
const oftenSearched = { 15000: 1_000 };

/** Records the heights of the place of the panel in each frame, on each page that is loaded from now on. Returns those since the load. */
async function watchHeights(page: Page): Promise<() => Promise<unknown>> {
  await page.addInitScript(() => {
    const heights = new Set<number>();
    Reflect.set(window, 'heights', heights);
    const look = (): void => {
      const place = document.querySelector('.health-place');
      if (place instanceof HTMLElement) heights.add(place.offsetHeight);
      requestAnimationFrame(look);
    };
    look();
  });
  return () => page.evaluate(() => [...Reflect.get(window, 'heights')]);
}

it('a deployer sees errors beside a question, on the page of errors, and after the job, also while the search fails', async () => {
  await using errorLog = await startErrorLog();
  await using world = await openWorld({
    speed: 100,
    shortTimers: oftenSearched,
    environment: { SPIDERPIG_LOGSTASH_URL: errorLog.url },
  });
  const { page, problems } = await browser.visit(world);
  const token = await world.token('deploy', 'Amina');
  await world.run(token, 'mutation { startBackport(input: { changes: ["1102340"] }) { __typename } }');
  const yes = page.getByRole('button', { name: /^Yes\b/ });
  const panel = page.getByRole('group').filter({ hasText: 'Errors of MediaWiki' });
  await page.goto(`${world.url}/jobs/1`);
  await yes.waitFor();
  await panel.getByText('Errors of MediaWiki').click();
  await panel.getByRole('row', { name: /^Canaries/ }).waitFor();

  // The browser keeps the panel open, and its numbers move nothing.
  const heights = await watchHeights(page);
  await page.reload();
  await panel.getByRole('row', { name: /^Canaries/ }).waitFor();
  expect(await heights()).toHaveLength(1);

  await page.getByRole('button', { name: 'Menu of Amina' }).click();
  await page.getByRole('link', { name: 'Errors of MediaWiki' }).click();
  const table = page.getByRole('table', { name: 'Messages' });
  await table.getByRole('row', { name: /DBQueryTimeoutError/ }).waitFor();
  await page.getByRole('searchbox').fill('acquire lock');
  await expect.poll(() => table.getByRole('row').count()).toBe(2);
  await page.getByRole('checkbox', { name: 'Show the number of errors in the header' }).check();
  const total = page.getByRole('banner').getByRole('link', { name: /^Errors: \d/ });
  await total.waitFor();

  // The next search fails. The old address of the page works, too.
  errorLog.failure = 503;
  await page.goto(`${world.url}/mediawiki/logs`);
  await table.getByRole('row', { name: /DBQueryTimeoutError/ }).waitFor();
  await page.getByText(/^Old numbers, from/).waitFor();
  expect(await table.getByRole('row').count()).toBeGreaterThan(1);
  await total.filter({ hasText: 'old number' }).waitFor();

  await page.goto(`${world.url}/jobs/1`);
  await yes.click();
  await page.getByRole('region', { name: /Continue with deployment/ }).waitFor();
  await yes.click();
  await page.getByText(/^Errors are watched until/).waitFor();
  expect(problems).toEqual([]);
});

/** Receives the messages of a webhook. Returns them as they arrive, decoded. */
async function receiveEvents(world: World): Promise<readonly { readonly type: string }[]> {
  const received: { readonly type: string }[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request) text += String(piece);
    received.push(JSON.parse(text));
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const events = ['quiet', 'errors_rose'] as const;
  const settings = { name: 'chat', format: 'json', template: null, enabled: true, events } as const;
  const by = await userNamed(world.database.em(), 'root', Date.now());
  await createWebhook(
    world.database,
    { ...settings, url: `http://127.0.0.1:${port}/` },
    { by, through: { channel: 'page', address: null } },
  );
  return received;
}

/** Records the notifications of a page that is loaded from now on, as if the user looked elsewhere. */
async function recordNotifications(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const shown: string[] = [];
    class Shown {
      static readonly permission = 'granted';
      constructor(title: string) {
        shown.push(title);
      }
    }
    Object.assign(window, { shown, Notification: Shown });
    document.hasFocus = () => false;
    localStorage.setItem('spiderpig.notifications', 'all');
  });
  return () => page.evaluate(() => Reflect.get(window, 'shown'));
}

/** How long errors are watched, and the time in which a search finds the newest ones. */
const [quarter, indexing] = [15 * 60_000, 20_000];
/** Deploys a merged change, which can be reverted, with the answers of the page, and sets back the times of the job: its watch ends now. */
async function deployQuarterAgo(world: World, page: Page, job: number): Promise<void> {
  const token = await world.token('deploy', 'Amina');
  await world.run(token, 'mutation { startBackport(input: { changes: ["1102347"] }) { __typename } }');
  await page.goto(`${world.url}/jobs/${job}`);
  const yes = page.getByRole('button', { name: /^Yes\b/ });
  await yes.click();
  await page.getByRole('region', { name: /Continue with deployment/ }).waitFor();
  await yes.click();
  await page.getByText(/^Errors are watched until/).waitFor();
  // The end of the job comes last: a search between the two must not find a job that ended before its stages.
  for (const [table, column] of [
    ['job_stage', 'job_id'],
    ['job', 'id'],
  ])
    await world.database.execute(
      `update ${table} set started_at = started_at - ?, finished_at = finished_at - ? where ${column} = ?`,
      [quarter + indexing, quarter + indexing, job],
    );
}

it('after a job, a notification and a webhook say whether errors rose, and the revert is one click away', async () => {
  await using errorLog = await startErrorLog();
  await using world = await openWorld({
    speed: 200,
    shortTimers: oftenSearched,
    environment: { SPIDERPIG_LOGSTASH_URL: errorLog.url, SPIDERPIG_WEBHOOK_NETWORKS: '127.0.0.1/32' },
  });
  const received = await receiveEvents(world);
  const { page, problems } = await browser.visit(world, { name: 'Amina' });
  const notifications = await recordNotifications(page);

  await deployQuarterAgo(world, page, 1);
  await page.getByText('Quiet since the end.').waitFor();
  await expect.poll(notifications).toContain('Job 1: quiet since the end');

  const from = Date.now() - quarter + 2 * indexing;
  errorLog.messages = [
    ...usualMessages,
    {
      text: 'TypeError: new',
      perMinute: 90,
      target: 'production',
      versions: ['1.47.0-wmf.16'],
      wikis: ['enwiki'],
      from,
    },
  ];
  await deployQuarterAgo(world, page, 2);
  // A message that occurs once in ten minutes can be new by chance, too.
  await page.getByText(/^Errors rose after the deployment: .* [1-3] new messages?\./).waitFor();
  await expect.poll(notifications).toContain('Errors rose after job 2');
  await expect.poll(() => received.map(({ type }) => type)).toEqual(['quiet', 'errors_rose']);
  expect(JSON.stringify(received)).not.toContain('TypeError');

  await page.getByRole('button', { name: /^Revert/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /^Revert/ }).click();
  await expect
    .poll(async () => [await dialog.allInnerTexts(), new URL(page.url()).pathname])
    .toEqual([[], '/jobs/3']);
  // The revert asks for its reason. Nothing of it may be left after the test.
  await page.getByRole('textbox', { name: 'Your answer' }).waitFor();
  const token = await world.token('deploy', 'Amina');
  await world.run(token, 'mutation { stopJob(input: { jobId: 3 }) { __typename } }');
  const updates = world.subscribe(token, 'subscription { jobUpdates(id: 3) { state } }');
  for await (const _ of updates);
  expect(problems).toEqual([]);
});
