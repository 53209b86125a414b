// Tests a week of the train: two people at two browsers move it from the cut of its branch to all wikis, with a roll-back. In Chromium, against a whole world.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { startTrainServices } from '../../jobrunner/simulator/train/phorge.ts';
import { createStaging, newVersion, readWikiVersions } from '../../jobrunner/simulator/train/staging.ts';
import { openWorld } from '../support/world.ts';
import { useBrowser } from './visitor.ts';

const browser = useBrowser();

/** Chooses a station, confirms, and answers the question before production. */
async function move(page: Page, station: string, action: 'Promote to' | 'Roll back to'): Promise<void> {
  await page.getByRole('radio', { name: new RegExp(`^${station}\\b`) }).check();
  await page.getByRole('button', { name: `${action} ${station}` }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: `${action} ${station}` }).click();
  await dialog.waitFor({ state: 'detached' });
}

/** Waits until the page says where the train is. */
const isAt = (page: Page, station: string): Promise<void> =>
  page
    .getByText(new RegExp(`${newVersion} is at ${station}`))
    .first()
    .waitFor();

it('two people move the train through a week, with a roll-back', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'spiderpig-week-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const staging = join(directory, 'staging');
  createStaging(staging);
  await using services = await startTrainServices({ staging });
  await using world = await openWorld({
    speed: 200,
    trainStaging: staging,
    environment: { SPIDERPIG_TRAIN_TASK_URL: services.taskUrl, SPIDERPIG_PHORGE_URL: services.phorgeUrl },
  });
  const amina = await browser.visit(world);
  const bo = await browser.visit(world, { name: 'Bo', width: 360, height: 740, touch: true });
  for (const { page } of [amina, bo]) await page.goto(`${world.url}/train`);

  // The branch is cut, and not checked out: only the next train can go to testwikis.
  await amina.page.getByRole('button', { name: /^Next train/ }).click();

  const week = [
    [amina.page, 'testwikis', 'Promote to'],
    [bo.page, 'group0', 'Promote to'],
    [amina.page, 'group1', 'Promote to'],
    [bo.page, 'group0', 'Roll back to'],
    [amina.page, 'group1', 'Promote to'],
    [bo.page, 'group2', 'Promote to'],
  ] as const;
  for (const [page, station, action] of week) {
    await move(page, station, action);
    const other = page === amina.page ? bo.page : amina.page;
    // The other person sees the train run, and answers the question before production.
    await other
      .getByRole('article')
      .getByRole('button', { name: /^Yes\b/ })
      .click();
    await page.getByRole('article').waitFor({ state: 'detached' });
    await Promise.all([amina.page, bo.page].map((each) => isAt(each, station)));
  }
  expect(new Set(readWikiVersions(staging).values())).toEqual(new Set([newVersion]));
  for (const { problems } of [amina, bo]) expect(problems).toEqual([]);
});
