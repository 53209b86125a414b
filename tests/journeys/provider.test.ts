// Tests the sign-in at an identity provider in Chromium. The provider is a real OpenID Connect server on another origin.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { freePort } from '../support/network/port.ts';
import { openIdentityProvider } from '../support/sign-in/identity-provider.ts';
import { openWorld } from '../support/world.ts';
import { useBrowser, watchForProblems } from './visitor.ts';

const browser = useBrowser();

it('a sign-in at the identity provider returns to the job that was opened', async () => {
  const publicUrl = `http://127.0.0.1:${await freePort()}`;
  const people = new Map([['ada', { preferred_username: 'ada', groups: ['deployers'] }]]);
  await using idp = await openIdentityProvider({ publicUrl, people });
  const directory = await mkdtemp(join(tmpdir(), 'spiderpig-secret-'));
  const secretFile = join(directory, 'secret');
  await writeFile(secretFile, idp.clientSecret, { mode: 0o600 });
  try {
    await using world = await openWorld({
      server: false,
      jobrunner: false,
      environment: {
        SPIDERPIG_OIDC_ISSUER: idp.issuer,
        SPIDERPIG_OIDC_CLIENT_ID: idp.clientId,
        SPIDERPIG_OIDC_CLIENT_SECRET_FILE: secretFile,
        SPIDERPIG_PUBLIC_URL: publicUrl,
        SPIDERPIG_DEPLOYER_GROUPS: 'deployers',
        SPIDERPIG_SECOND_FACTOR: 'off',
      },
    });
    world.url = publicUrl;
    await world.startServer();
    await world.run(
      await world.token(),
      'mutation { startBackport(input: { changes: ["1102340"] }) { __typename } }',
    );

    const pages: string[][] = [];
    const open = async (): Promise<Page> => {
      const page = await (await browser.newContext()).newPage();
      pages.push(watchForProblems(page));
      return page;
    };
    const name = new URL(idp.issuer).host;
    const page = await open();
    await page.goto(`${publicUrl}/jobs/1`);
    await page.getByText('spiderpig login').waitFor();
    await page.getByRole('link', { name: `Sign in with ${name}` }).click();

    await page.getByLabel('Your name').fill('ada');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Menu of ada' }).waitFor();
    expect(page.url()).toBe(`${publicUrl}/jobs/1`);
    await page.getByRole('heading', { name: /^Job 1:/ }).waitFor();
    const cookies = await page.context().cookies(publicUrl);
    expect(cookies.find((cookie) => cookie.name === 'spiderpig')).toMatchObject({
      httpOnly: true,
      sameSite: 'Strict',
    });
    // A reload works, because the address has no authorization code.
    await page.reload();
    await page.getByRole('button', { name: 'Menu of ada' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out.').waitFor();

    // Another person refuses, reads that, and tries again.
    const other = await open();
    await other.goto(`${publicUrl}/jobs/1`);
    await other.getByRole('link', { name: `Sign in with ${name}` }).click();
    await other.getByRole('button', { name: 'Cancel' }).click();
    const alert = other.getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toContain('Try again if that was a mistake');
    expect(other.url()).toBe(`${publicUrl}/sign-in?next=%2Fjobs%2F1`);
    await other.getByRole('link', { name: `Sign in with ${name}` }).click();
    await other.getByLabel('Your name').fill('ada');
    await other.getByRole('button', { name: 'Continue' }).click();
    await other.getByRole('button', { name: 'Menu of ada' }).waitFor();
    expect(other.url()).toBe(`${publicUrl}/jobs/1`);
    expect(pages.flat()).toEqual([]);
  } finally {
    await rm(directory, { recursive: true });
  }
}, 180_000);
