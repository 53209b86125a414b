// Tests what admins do, and what other people then see in their browsers. In Chromium, against a whole world.
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { User } from '../../schema/model/account/user.ts';
import { Hold, holdDeployments } from '../../schema/model/job/hold.ts';
import { Job } from '../../schema/model/job/job.ts';
import { requestStop } from '../../schema/model/job/stop.ts';
import { useWorld } from '../support/shared-world.ts';
import { useBrowser } from './visitor.ts';

const browser = useBrowser();
const shared = useWorld();

const startButton = (page: Page) => page.getByRole('button', { name: 'Start', exact: true });
const held = 'Deployments are on hold (by Ada, since';

/** Adds a change to the start form. */
async function addChange(page: Page, change: string): Promise<void> {
  const input = page.getByRole('combobox', { name: 'Changes' });
  await input.fill(change);
  await input.press('Enter');
}

async function openAdmin(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Menu of/ }).click();
  await page.getByRole('link', { name: 'Administration' }).click();
  await page.getByRole('heading', { name: 'Administration' }).waitFor();
}

describe('administration', () => {
  it('a hold is shown to everyone and disables Start until an admin releases it', async () => {
    const { world } = shared;
    const ada = await browser.visit(world, { name: 'Ada', role: 'admin' });
    const grace = await browser.visit(world, { name: 'Grace' });
    await addChange(grace.page, '1102340');
    expect(await startButton(grace.page).isEnabled()).toBe(true);

    await openAdmin(ada.page);
    await ada.page.getByRole('button', { name: 'Hold deployments' }).click();
    await ada.page.getByRole('alert').getByText('Enter a reason.').waitFor();
    await ada.page.getByLabel('Reason (visible to everyone)').fill('database switchover');
    await ada.page.getByRole('radio', { name: 'after a number of minutes' }).check();
    await ada.page.getByLabel('Minutes until the hold ends').fill('90');
    await ada.page.getByRole('button', { name: 'Hold deployments' }).click();

    for (const { page } of [ada, grace]) {
      const banner = page.getByRole('status').getByText(held);
      await banner.waitFor();
      expect(await banner.textContent()).toMatch(
        /^Deployments are on hold \(by Ada, since .*UTC, until .*UTC\): “database switchover”$/,
      );
    }
    expect(await startButton(grace.page).isDisabled()).toBe(true);
    expect(await startButton(grace.page).getAttribute('title')).toContain(held);
    await grace.page.getByRole('form', { name: 'Start a backport' }).getByText(held).waitFor();
    // The form keeps its changes.
    await grace.page.getByRole('button', { name: 'Remove 1102340' }).waitFor();

    await ada.page.getByRole('button', { name: 'Release deployments' }).click();
    const dialog = ada.page.getByRole('dialog', { name: 'Release deployments?' });
    await dialog.getByRole('button', { name: 'Release deployments' }).click();
    for (const { page } of [ada, grace])
      await page.getByRole('status').getByText(held).waitFor({ state: 'detached' });
    await startButton(grace.page).click();
    await grace.page.waitForURL(/\/jobs\/\d+$/);
    await grace.page.getByRole('button', { name: 'Yes y' }).waitFor();
    expect([...ada.problems, ...grace.problems]).toEqual([]);
  });

  it('a queued job shows that a hold delays it, and starts when the hold expires', async () => {
    const { world } = shared;
    const grace = await browser.visit(world, { name: 'Grace' });
    const { page } = grace;
    await addChange(page, '1102340');
    await startButton(page).click();
    await page.waitForURL(/\/jobs\/\d+$/);
    const first = page.url();
    await page.getByRole('button', { name: 'Yes y' }).waitFor();
    await page.getByRole('link', { name: 'Overview' }).first().click();
    await addChange(page, '1102341');
    await page.getByRole('button', { name: /^Queue behind job/ }).click();
    await page.waitForURL((url) => /\/jobs\/\d+$/.test(url.href) && url.href !== first);

    const { database } = world;
    const user = await database.em().findOneOrFail(User, { name: 'Grace' });
    const { id } = await holdDeployments(database, {
      reason: 'maintenance',
      endsAt: Date.now() + 3_600_000,
      user,
    });
    await page.getByText('This job starts automatically when the hold ends.').waitFor();
    const running = await database.em().findOneOrFail(Job, { state: 'waiting' });
    await requestStop(database, { jobId: running.id, mode: 'kill', user });
    await page.getByRole('main').getByText('queued', { exact: true }).first().waitFor();
    // The hour is over in two seconds.
    const endsAt = Date.now() + 2_000;
    await database.write(['holds'], (em) => em.nativeUpdate(Hold, { id }, { endsAt }));
    await page.getByRole('button', { name: 'Yes y' }).waitFor();
    const job = await database.em().findOneOrFail(Job, { state: 'waiting' });
    expect(job.startedAt).toBeGreaterThanOrEqual(endsAt);
    expect(Number(job.startedAt) - endsAt).toBeLessThan(5_000);
    await page.getByRole('status').getByText('Deployments are on hold').waitFor({ state: 'detached' });
    expect(grace.problems).toEqual([]);
  });

  it('a suspended person reads the reason immediately, and the audit log shows and exports the suspension', async () => {
    const { world } = shared;
    const ada = await browser.visit(world, { name: 'Ada', role: 'admin' });
    const grace = await browser.visit(world, { name: 'Grace' });
    await openAdmin(ada.page);
    expect(await ada.page.getByRole('button', { name: 'Ban Ada' }).isDisabled()).toBe(true);
    await ada.page.getByRole('button', { name: 'Ban Grace' }).click();
    const dialog = ada.page.getByRole('dialog', { name: 'Ban Grace?' });
    expect(await dialog.getByRole('button', { name: 'Ban Grace' }).isDisabled()).toBe(true);
    await dialog.getByLabel('Reason (shown to this person)').fill('left <b>the</b> project');
    await dialog.getByRole('button', { name: 'Ban Grace' }).click();
    await dialog.waitFor({ state: 'detached' });
    await grace.page.getByRole('heading', { name: 'Your account is suspended' }).waitFor();
    await grace.page.getByText('left <b>the</b> project').waitFor();
    await ada.page
      .getByRole('row', { name: /^Grace/ })
      .getByText('Banned')
      .waitFor();

    const filter = ada.page.getByRole('form', { name: 'Filter the audit log' });
    await filter.getByLabel('Action').selectOption('BAN');
    await filter.getByLabel('User').fill('Ada');
    await filter.getByRole('button', { name: 'Search' }).click();
    const log = ada.page.getByRole('region', { name: 'Audit log' });
    await log.getByText('1 shown of 1').waitFor();
    expect(await log.getByRole('row').count()).toBe(2);
    await log.getByText('Grace: “left <b>the</b> project”').waitFor();
    const [download] = await Promise.all([
      ada.page.waitForEvent('download'),
      log.getByRole('link', { name: 'Export' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('spiderpig-audit.jsonl');
    const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { user: 'Ada', action: 'ban', detail: 'Grace: “left <b>the</b> project”', channel: 'page' },
    ]);

    await ada.page.getByRole('button', { name: 'Unban Grace' }).click();
    await ada.page.getByRole('dialog').getByRole('button', { name: 'Unban' }).click();
    await ada.page.getByRole('button', { name: 'Ban Grace' }).waitFor();
    expect(ada.problems).toEqual([]);
  });

  it('an admin revokes a token and signs out everyone else', async () => {
    const { world } = shared;
    const ada = await browser.visit(world, { name: 'Ada', role: 'admin' });
    const grace = await browser.visit(world, { name: 'Grace' });
    await world.token('deploy', 'Grace');
    await openAdmin(ada.page);
    await ada.page.getByRole('button', { name: /^Revoke token .* of Grace$/ }).click();
    await ada.page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await ada.page.getByText('No active tokens.').waitFor();
    await ada.page.getByRole('button', { name: 'Sign everyone out' }).click();
    const dialog = ada.page.getByRole('dialog', { name: 'Sign everyone out?' });
    expect(await dialog.getByRole('checkbox', { name: 'Keep this browser signed in' }).isChecked()).toBe(
      true,
    );
    await dialog.getByRole('button', { name: 'Sign everyone out' }).click();
    await dialog.waitFor({ state: 'detached' });
    await grace.page.getByText('You are signed out: the session was ended').waitFor();
    await ada.page.getByRole('row', { name: /^Ada/ }).waitFor();
    expect(ada.problems).toEqual([]);
  });
});

describe('viewers', () => {
  it('G1 disabled buttons and the administration page say which role they need', async () => {
    const { world } = shared;
    const ada = await browser.visit(world, { name: 'Ada', role: 'admin' });
    await addChange(ada.page, '1102340');
    await startButton(ada.page).click();
    await ada.page.waitForURL(/\/jobs\/\d+$/);
    await ada.page.getByRole('button', { name: 'Yes y' }).waitFor();
    const vera = await browser.visit(world, { name: 'Vera', role: 'viewer' });
    const { page } = vera;
    const start = page.getByRole('button', { name: /^Queue behind job/ });
    const stop = page.getByRole('button', { name: /^Stop job/ });
    await stop.waitFor();
    const yes = page.getByRole('button', { name: 'Yes y' });
    for (const button of [start, stop, yes]) {
      expect(await button.isDisabled()).toBe(true);
      expect(await button.getAttribute('title')).toContain('deployer role');
      const reason = await button.evaluate(
        (element) => document.getElementById(element.getAttribute('aria-describedby') ?? '')?.textContent,
      );
      expect(reason).toContain('deployer role');
    }
    await page.getByRole('button', { name: /^Menu of/ }).click();
    expect(await page.getByRole('link', { name: 'Administration' }).count()).toBe(0);
    await page.goto(`${world.url}/admin`);
    await page.getByText('You need the admin role to see this page; your role is viewer.').waitFor();
    expect(await page.getByRole('table').count()).toBe(0);
    expect(vera.problems).toEqual([]);
  });
});
