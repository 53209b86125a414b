// Tests webhooks on the administration page in Chromium: a receiver on this machine verifies the signatures, fails, and gets the message again.
import { Webhook as Verifier } from 'standardwebhooks';
import { expect, it } from 'vitest';
import { Receiver } from '../support/network/receiver.ts';
import { useWorld } from '../support/shared-world.ts';
import { useBrowser } from './visitor.ts';

const browser = useBrowser();
const shared = useWorld({ environment: { SPIDERPIG_WEBHOOK_NETWORKS: '127.0.0.0/8' } });

it('an admin adds a webhook, sees a delivery that failed, and sends it again with a valid signature', async () => {
  const { world } = shared;
  await using receiver = new Receiver();
  receiver.answer = (response) => {
    response.writeHead(410).end('the bridge is <b>closed</b>');
  };
  const { page, problems } = await browser.visit(world, { name: 'Ada', role: 'admin' });
  await page.goto(`${world.url}/admin`);
  const section = page.getByRole('region', { name: 'Webhooks' });
  await section.getByText('No webhooks.').waitFor();
  await section.getByRole('button', { name: 'Add a webhook…' }).press('Enter');
  const form = page.getByRole('dialog', { name: 'New webhook' });
  await form.getByLabel('Name').fill('Bridge');
  await form.getByLabel('Address').fill('ftp://bridge.example/');
  await form.getByRole('button', { name: 'Create' }).click();
  await form.getByText(/^The address must be a URL/).waitFor();
  await form.getByLabel('Address').fill(await receiver.listen());
  await form.getByRole('button', { name: 'Create' }).click();
  const shown = page.getByRole('dialog', { name: 'Secret of Bridge' });
  const secret = await shown.locator('code').innerText();
  await shown.getByRole('button', { name: 'Done' }).click();
  const verify = (index: number): unknown => {
    const { headers = {}, body = '' } = receiver.received[index] ?? {};
    return new Verifier(secret).verify(
      body,
      Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    );
  };

  const token = await world.token('deploy', 'Amina');
  await world.run(token, 'mutation { startBackport(input: { changes: ["1102340"] }) { __typename } }');
  await expect.poll(() => receiver.received.length).toBeGreaterThan(0);
  expect(verify(0)).toMatchObject({ type: 'question', data: { question: { key: 'backport.confirm' } } });

  await page.reload();
  const card = section.getByRole('article', { name: 'Bridge' });
  await card.getByRole('button', { name: 'Deliveries of Bridge' }).press('Enter');
  const row = card.getByRole('row', { name: /question/ });
  await row.getByText('failed').waitFor();
  await row.getByText(/410/).first().waitFor();
  await row.getByText('Response').click();
  await row.getByText('the bridge is <b>closed</b>').waitFor();
  await card.getByText(/^The server disabled this webhook:/).waitFor();

  receiver.answer = (response) => void response.end('thanks');
  await card.getByRole('button', { name: 'Edit Bridge' }).click();
  const edit = page.getByRole('dialog', { name: 'Edit Bridge' });
  await edit.getByLabel('Enabled').check();
  await edit.getByRole('button', { name: 'Save' }).click();
  await edit.waitFor({ state: 'detached' });
  await row.getByRole('button', { name: /^Send delivery \d+ again$/ }).click();
  const again = card.getByRole('row').filter({ hasText: '(sent again)' });
  await again.getByText('delivered').waitFor();
  expect(verify(1)).toEqual(verify(0));
  expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([
    receiver.received[0]?.headers['webhook-id'],
    receiver.received[0]?.headers['webhook-id'],
  ]);
  expect(problems).toEqual([]);
});
