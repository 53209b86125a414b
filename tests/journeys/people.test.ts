// Tests where two people meet at one job: who handles a question, and who is responsible. Two browsers, against a whole world.
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { AuditEntry } from '../../schema/model/account/audit.ts';
import { Interaction } from '../../schema/model/job/interaction.ts';
import { Receiver } from '../support/network/receiver.ts';
import { useWorld } from '../support/shared-world.ts';
import type { World } from '../support/world.ts';
import { useBrowser } from './visitor.ts';

const browser = useBrowser();
const shared = useWorld({
  environment: { SPIDERPIG_WEBHOOK_NETWORKS: '127.0.0.0/8', SPIDERPIG_ESCALATE_AFTER: '1' },
});

/** A phone does not show the key of the answer. */
const answers = (page: Page) => page.getByRole('button', { name: /^Yes( y)?$/ });

/** Starts a job of Amina over the API and returns the address of its page. */
async function start(world: World): Promise<string> {
  const token = await world.token('deploy', 'Amina');
  const { startBackport } = await world.run<{ startBackport: { job: { id: string } } }>(
    token,
    'mutation { startBackport(input: { changes: ["1102340"] }) { ... on StartBackportSuccess { job { id } } } }',
  );
  return `${world.url}/jobs/${startBackport.job.id}`;
}

/** Lets a page notify of its own jobs, and returns the titles of the notifications, which it shows as if another window had the focus. */
async function watchNotifications(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    document.hasFocus = () => false;
    class Recorded {
      static readonly permission = 'granted';
      static readonly requestPermission = () => Promise.resolve('granted');
      constructor(title: string) {
        const { dataset } = document.documentElement;
        dataset['notified'] = [...(dataset['notified']?.split('\n') ?? []), title].join('\n');
      }
    }
    Object.defineProperty(globalThis, 'Notification', { value: Recorded });
  });
  await page.reload();
  await page.getByRole('button', { name: /^Menu of/ }).click();
  await page.getByRole('radio', { name: 'My jobs' }).check();
  await page.keyboard.press('Escape');
  return () =>
    page.evaluate(() =>
      (document.documentElement.dataset['notified'] ?? '').split('\n').filter((title) => title !== ''),
    );
}

it('a deployer says that they handle a question, another one takes it over, and both browsers show it', async () => {
  const { world } = shared;
  const address = await start(world);
  const path = new URL(address).pathname;
  const amina = await browser.visit(world, { name: 'Amina', path });
  const bo = await browser.visit(world, { name: 'Bo', path, width: 360, height: 740, touch: true });
  for (const { page } of [amina, bo]) await answers(page).waitFor();
  await amina.page.getByText('Bo is looking at this too.').waitFor();
  await amina.page.getByRole('button', { name: 'I am handling this' }).click();
  await amina.page.getByText('You are handling this.').waitFor();
  await bo.page.getByText('Amina is handling this.').waitFor();
  await bo.page.getByRole('button', { name: 'I am handling this instead' }).click();
  await bo.page.getByText('You are handling this.').waitFor();
  await amina.page.getByText('Bo is handling this.').waitFor();
  await amina.page.getByRole('link', { name: 'Overview' }).first().click();
  await amina.page.getByText('Bo is handling this.').waitFor();
  // On a phone, the answers of the overview are on the first screen.
  await bo.page.goto(world.url);
  const { y = 10_000, height = 0 } = (await answers(bo.page).boundingBox()) ?? {};
  expect(y + height).toBeLessThan(740);
  // It prevents nobody from answering.
  await answers(amina.page).click();
  await bo.page.getByText('Bo is handling this.').waitFor({ state: 'detached' });
  expect([...amina.problems, ...bo.problems]).toEqual([]);
});

it('a job that begins while a number is typed does not move the field away', async () => {
  const { world } = shared;
  const { page } = await browser.visit(world);
  const field = page.getByRole('combobox', { name: 'Changes' });
  await field.pressSequentially('11');
  const before = await field.boundingBox();
  await start(world);
  await answers(page).waitFor();
  const { x, y } = before ?? { x: -1, y: -1 };
  // Only its width changes, because the button beside it is called otherwise.
  expect(await field.boundingBox()).toMatchObject({ x, y });
  expect(await field.inputValue()).toBe('11');
});

it('a job is handed over: both browsers show it immediately, the new responsible is notified, and it is audited', async () => {
  const { world } = shared;
  const address = await start(world);
  const bo = await browser.visit(world, { name: 'Bo' });
  const notified = await watchNotifications(bo.page);
  const amina = await browser.visit(world, { name: 'Amina', path: new URL(address).pathname });
  await answers(amina.page).waitFor();
  await bo.page.goto(address);
  await answers(bo.page).waitFor();
  expect(await notified()).toEqual([]);
  await amina.page.getByText('Bo is looking at this too.').waitFor();
  await amina.page.getByRole('button', { name: 'Hand over…' }).click();
  const dialog = amina.page.getByRole('dialog', { name: /^Hand over job \d+\?$/ });
  await dialog.getByRole('button', { name: 'Bo', exact: true }).click();
  await dialog.getByRole('button', { name: 'Hand over', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  const number = address.split('/').at(-1);
  for (const { page } of [amina, bo]) {
    await page.getByText('(handed over to Bo)').waitFor();
    await page.getByText('Backport by Amina').waitFor();
  }
  await expect.poll(notified).toEqual([`Job ${number} was handed over to you`]);
  const recorded = await world.database.em().find(AuditEntry, { action: 'hand over' });
  expect(recorded.map(({ jobId, detail }) => [String(jobId), detail])).toEqual([
    [number, 'handed over to Bo'],
  ]);
  // Who gave it away can take it back; the page of another deployer offers only that.
  await amina.page.getByRole('button', { name: 'Take over' }).click();
  for (const { page } of [amina, bo])
    await page.getByText('(handed over to Bo)').waitFor({ state: 'detached' });
  expect([...amina.problems, ...bo.problems]).toEqual([]);
});

it('a question that nobody handles for a minute is reported to a webhook', async () => {
  const { world } = shared;
  await using receiver = new Receiver();
  const url = await receiver.listen();
  const ada = await browser.visit(world, { name: 'Ada', role: 'admin', path: '/admin' });
  await ada.page.getByRole('button', { name: 'Add a webhook…' }).click();
  const form = ada.page.getByRole('dialog', { name: 'New webhook' });
  await form.getByLabel('Name').fill('On call');
  await form.getByLabel('Address').fill(url);
  for (const other of ['question', 'ended']) await form.getByLabel(other, { exact: true }).uncheck();
  await form.getByLabel('unanswered for a while').check();
  await form.getByLabel('one line of text').check();
  await form.getByRole('button', { name: 'Create' }).click();
  await ada.page.getByRole('button', { name: 'Done' }).click();

  const address = await start(world);
  await ada.page.goto(address);
  await answers(ada.page).waitFor();
  expect(receiver.received).toEqual([]);
  // The minute is over: the question is older, and the server looks again.
  const askedAt = Date.now() - 61_000;
  await world.database.write(['events', 'jobs'], (em) =>
    em.nativeUpdate(Interaction, { answeredAt: null, closedAt: null }, { askedAt }),
  );
  await expect.poll(() => receiver.received.map(({ body }) => body), { timeout: 20_000 }).toHaveLength(1);
  const [{ body } = { body: '' }] = receiver.received;
  expect(body).toContain(`Nobody has answered job ${address.split('/').at(-1)} yet: “Backport the changes?”`);
  expect(ada.problems).toEqual([]);
});
