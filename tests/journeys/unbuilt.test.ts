// Tests the link of the first start, opened while the web client is still being built. In Chromium, against a server.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createSignInLink } from '../../schema/model/account/sign-in-link.ts';
import { webClientDirectory } from '../../schema/process/files.ts';
import { openServer } from '../support/test-server.ts';
import { useBrowser, watchForProblems } from './visitor.ts';

const browser = useBrowser();

it('a sign-in link that is opened too early waits for the page, and then signs in', async () => {
  await using world = await openServer({ webClientError: join('/nonexistent', 'error.txt') });
  const code = await createSignInLink(world.db, 'ada', 'deployer');
  const page = await (await browser.newContext()).newPage();
  const problems = watchForProblems(page, world.url);
  await page.goto(`${world.url}/sign-in#code=${code}`);
  await page.getByRole('heading', { name: 'The web client is being built…' }).waitFor();
  await page.waitForEvent('load');
  cpSync(webClientDirectory, world.staticDirectory, { recursive: true });
  await page.getByRole('button', { name: 'Menu of ada' }).waitFor();
  expect(problems).toEqual([]);
});
