// Tests the web client and the terminal client below a base path, behind a real nginx. In Chromium, against a whole world.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { hasNginx, openNginx } from '../support/network/nginx.ts';
import { openWorld, program } from '../support/world.ts';
import { shownNumbers, useBrowser } from './visitor.ts';

const browser = useBrowser();

/** The settings of docs/operations.md, for one server. */
const proxied = (url: string): string => `
    location /tools/spiderpig/ {
      proxy_pass ${new URL(url).origin};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_buffering off;
    }
    location = /tools/spiderpig { return 308 /tools/spiderpig/; }
    location / { return 418; }`;

it.skipIf(!hasNginx)('everything works below a path of a proxy', async () => {
  await using world = await openWorld({
    scap: program('question/counts-and-asks'),
    environment: { SPIDERPIG_BASE_PATH: '/tools/spiderpig' },
  });
  await using nginx = await openNginx(proxied(world.url));
  world.url = `${nginx.origin}/tools/spiderpig`;
  const { page, problems } = await browser.visit(world, { role: 'admin' });
  const failed: string[] = [];
  page.on('response', (response) => {
    if (response.status() >= 400) failed.push(`${response.status()} ${response.url()}`);
  });
  expect(page.url()).toBe(`${world.url}/`);
  expect((await page.context().cookies()).map(({ path }) => path)).toEqual(['/tools/spiderpig/']);

  const input = page.getByRole('combobox', { name: 'Changes' });
  await input.fill('1102340');
  await input.press('Enter');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.waitForURL(`${world.url}/jobs/1`);
  await page.getByText('live', { exact: true }).waitFor();
  await page.reload();
  await expect.poll(async () => (await shownNumbers(page)).length).toBeGreaterThan(1);
  await page.getByRole('button', { name: 'More tools for the log' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download with colours' }).click(),
  ]);
  expect(readFileSync(await download.path(), 'utf8')).not.toBe('');
  await page.keyboard.press('Escape');

  // Links inside of the page, the history of the browser, and a lazily loaded page.
  await page
    .getByRole('link', { name: /SpiderPig/ })
    .first()
    .click();
  await page.waitForURL(`${world.url}/`);
  await page.goBack();
  await page.waitForURL(`${world.url}/jobs/1`);
  await page.getByRole('button', { name: 'Menu of Amina' }).click();
  await page.getByRole('link', { name: /account/i }).click();
  await page.waitForURL(`${world.url}/account`);
  await page.getByRole('heading', { level: 1 }).waitFor();

  await page.getByRole('button', { name: 'Menu of Amina' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('spiderpig login').waitFor();
  // The end of the session may reach the page before the response that deletes the cookie.
  await expect.poll(() => page.context().cookies()).toEqual([]);
  expect([problems, failed]).toEqual([[], []]);
});
