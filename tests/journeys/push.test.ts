// Tests the service worker in Chromium: messages that arrive while nobody looks at a page, and the page as an app.
import { expect, it } from 'vitest';
import { useWorld } from '../support/shared-world.ts';
import { useBrowser } from './visitor.ts';

const browser = useBrowser({ complete: true });
const shared = useWorld();

it('a message is shown when no page has the focus, and the page can be installed', async () => {
  const { page, problems } = await browser.visit(shared.world, { name: 'Ada' });
  const { origin } = new URL(page.url());
  const context = page.context();
  await context.grantPermissions(['notifications'], { origin });
  const session = await context.newCDPSession(page);
  const registered = new Promise<string>((resolve) => {
    session.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
      const active = versions.find(({ status }) => status === 'activated');
      if (active) resolve(active.registrationId);
    });
  });
  await session.send('ServiceWorker.enable');
  await page.getByRole('button', { name: /^Menu of/ }).click();
  await page.getByRole('radio', { name: 'All jobs' }).check();
  const registrationId = await registered;
  // Chromium has no push service in tests, and the menu says so.
  await page.getByText(/only while a page of SpiderPig is open/).waitFor();

  // Chromium reports to each page of the test that it has the focus.
  await session.send('Emulation.setFocusEmulationEnabled', { enabled: false });
  const other = await context.newPage();
  await other.bringToFront();
  const message = { title: 'Job 7 needs an answer', body: 'Why?', tag: 'spiderpig-job-7', path: '/jobs/7' };
  await session.send('ServiceWorker.deliverPushMessage', {
    origin,
    registrationId,
    data: JSON.stringify(message),
  });
  const shown = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      const found = await registration.getNotifications();
      return found.map(({ title, body, data }) => ({ title, body, path: data?.path }));
    });
  await expect.poll(shown).toEqual([{ title: message.title, body: 'Why?', path: '/jobs/7' }]);

  const { errors } = await session.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  // The contexts of the tests are private windows, which install nothing.
  expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
  expect(await page.evaluate(async () => (await caches.keys()).length)).toBe(0);
  expect(problems).toEqual([]);
});
