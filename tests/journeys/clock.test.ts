// Tests what browsers show whose clock is wrong, and of a job during which the clocks were set back. In Chromium, against a whole world.
import { expect, it } from 'vitest';
import { Interaction } from '../../schema/model/job/interaction.ts';
import { Job } from '../../schema/model/job/job.ts';
import { useWorld } from '../support/shared-world.ts';
import { useBrowser } from './visitor.ts';

const browser = useBrowser();
const shared = useWorld();

it('a browser whose clock is ten minutes wrong shows how long a question waits, and who handles it', async () => {
  const { world } = shared;
  const token = await world.token('deploy', 'Amina');
  await world.run(token, 'mutation { startBackport(input: { changes: ["1102340"] }) { __typename } }');
  const updates = 'subscription { jobUpdates { id state } }';
  let id = '';
  for await (const { jobUpdates } of world.subscribe<{ jobUpdates: { id: string; state: string } }>(
    token,
    updates,
  )) {
    ({ id } = jobUpdates);
    if (jobUpdates.state === 'WAITING') break;
  }
  // As if it had been asked five minutes ago.
  const askedAt = Date.now() - 300_000;
  await world.database.write(['jobs'], (em) =>
    em.nativeUpdate(Interaction, { job: Number(id) }, { askedAt }),
  );
  for (const [name, clockAhead] of [
    ['Amina', -600_000],
    ['Bo', 600_000],
  ] as const) {
    const { page, problems } = await browser.visit(world, { name, clockAhead });
    const wrong = await page.evaluate(() => Date.now());
    expect(Math.abs(wrong - Date.now() - clockAhead)).toBeLessThan(60_000);
    await page.goto(`${world.url}/jobs/${id}`);
    await page.getByText(/^waiting [5-9] min \d+ s$/).waitFor();
    // A claim lasts three minutes, so by the clock of the browser it would be over, or last for long.
    await page.getByRole('button', { name: /^I am handling this/ }).click();
    await page.getByText('You are handling this.').waitFor();
    await page.goto(world.url);
    await page.getByText(/^waiting [5-9] min \d+ s$/).waitFor();
    expect(problems).toEqual([]);
  }
});

it('a job during which the clocks were set back has its true duration, and local times that cannot be confused', async () => {
  const { world } = shared;
  const token = await world.token('deploy', 'Amina');
  await world.run(token, 'mutation { startBackport(input: { changes: ["1102341"] }) { __typename } }');
  const updates = 'subscription { jobUpdates { id state pendingInteraction { id } } }';
  let id = '';
  for await (const { jobUpdates } of world.subscribe<{
    jobUpdates: { id: string; state: string; pendingInteraction: { id: string } | null };
  }>(token, updates)) {
    ({ id } = jobUpdates);
    const question = jobUpdates.pendingInteraction;
    if (question !== null) {
      const input = { interactionId: question.id, answer: 'n' };
      await world.run(
        token,
        'mutation ($input: AnswerInteractionInput!) { answerInteraction(input: $input) { __typename } }',
        { input },
      );
    }
    if (jobUpdates.state === 'SUCCEEDED') break;
  }
  // It began at 02:50 before the clocks were set back, and ended at 02:10 after it.
  const startedAt = Date.parse('2026-10-25T00:50:00.000Z');
  const finishedAt = Date.parse('2026-10-25T01:10:00.000Z');
  await world.database.write(['jobs'], (em) =>
    em.nativeUpdate(Job, { id: Number(id) }, { queuedAt: startedAt, startedAt, finishedAt }),
  );
  const { page, problems } = await browser.visit(world, { timezoneId: 'Europe/Berlin' });
  const row = page.getByRole('row').filter({ hasText: 'Enable the new table of contents' });
  await row.getByText('20 min 0 s').waitFor();
  await row.getByText('01:10 UTC').waitFor();
  await page.getByText('Sun 25 Oct').waitFor();
  await row.getByRole('link').first().click();
  await page.getByRole('button', { name: 'More tools for the log' }).click();
  await page.getByRole('button', { name: 'Local', exact: true }).click();
  await page.getByText('25 Oct, 02:50 GMT+2').first().waitFor();
  await page.getByText('25 Oct, 02:10 GMT+1').first().waitFor();
  await page.getByText('20 min 0 s').first().waitFor();
  expect(problems).toEqual([]);
});
