// Owns the check that each page keeps to its policy in a real browser, and that the browser keeps others to it.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { program, World } from '../support/world.ts';
import { visit } from './visitor.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** Every page there is, and one that there is not. */
const pages = (job: string): readonly string[] => [
  '/',
  `/jobs/${job}`,
  '/jobs/999999',
  '/sign-in',
  '/account',
  '/admin',
  '/nowhere',
];

/** Tries in the page what somebody would try who got text into it; what came of each. */
async function attempts(elsewhere: string): Promise<Record<string, string>> {
  const ran: string[] = [];
  addEventListener('attack', (event) => ran.push(event instanceof CustomEvent ? String(event.detail) : ''));
  const mark = (name: string): string => `dispatchEvent(new CustomEvent('attack', { detail: '${name}' }))`;
  const results: Record<string, string> = {};
  const attempt = async (name: string, deed: () => unknown): Promise<void> => {
    try {
      await deed();
      results[name] = 'tried';
    } catch (error) {
      results[name] = error instanceof Error ? error.name : String(error);
    }
  };
  const loaded = (element: HTMLElement): Promise<string> =>
    new Promise((resolve) => {
      element.addEventListener('load', () => resolve('loaded'));
      element.addEventListener('error', () => resolve('refused'));
      document.body.append(element);
      setTimeout(() => resolve('nothing'), 1_000);
    });
  await attempt('an inline script', () => {
    const script = document.createElement('script');
    script.append(document.createTextNode(mark('an inline script')));
    document.body.append(script);
  });
  await attempt('a handler in an attribute', () => {
    const image = document.createElement('img');
    image.setAttribute('onerror', mark('a handler in an attribute'));
    image.setAttribute('src', 'data:,x');
    document.body.append(image);
  });
  await attempt('markup of text', () => {
    document.createElement('div').innerHTML = '<b>x</b>';
  });
  await attempt('a script from elsewhere', async () => {
    const script = document.createElement('script');
    script.src = `${elsewhere}/script.js`;
    results['a script from elsewhere loads'] = await loaded(script);
  });
  // What developer tools evaluate may do this; what a page does later may not.
  await new Promise((resolve) => setTimeout(resolve, 50));
  await attempt('text as a program', () => Reflect.construct(Function, [mark('text as a program')])());
  await attempt('a frame from elsewhere', () => {
    const frame = document.createElement('iframe');
    frame.src = `${elsewhere}/frame`;
    document.body.append(frame);
  });
  await attempt('a request to elsewhere', () => fetch(`${elsewhere}/request`));
  await attempt('a policy of its own', () => {
    const factory: unknown = Reflect.get(window, 'trustedTypes');
    if (typeof factory === 'object' && factory !== null && 'createPolicy' in factory)
      Reflect.apply(Object(factory).createPolicy, factory, ['own', { createHTML: (text: string) => text }]);
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  return { ...results, ran: ran.join() };
}

it('every page keeps to its policy, and no text that gets into one can run, load or send anything', async () => {
  const asked: string[] = [];
  const elsewhere = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.setHeader('access-control-allow-origin', '*');
    response.end("dispatchEvent(new CustomEvent('attack', { detail: 'from elsewhere' }))");
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  const foreign = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
  try {
    await using world = await World.open({ scap: program('counts-and-asks') });
    const token = await world.token();
    const started = await world.run<{ startBackport: { job: { id: string } } }>(
      token,
      'mutation { startBackport(input: { changes: ["1102340"], acceptUnverified: true }) { ... on StartBackportSuccess { job { id } } } }',
    );
    const job = started.startBackport.job.id;
    const { page, wrongs } = await visit(browser, world, { role: 'admin' });
    for (const path of pages(job)) {
      await page.goto(`${world.url}${path}`);
      await page.locator('#content').waitFor();
      // What the page does once it is there, too: its lines, its icons, its socket.
      await page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => {});
      expect([path, wrongs]).toEqual([path, []]);
      const results = await page.evaluate(attempts, foreign);
      expect([path, results]).toEqual([
        path,
        {
          // It stands there and does not run.
          'an inline script': 'tried',
          'a handler in an attribute': 'TypeError',
          'markup of text': 'TypeError',
          'a script from elsewhere': 'TypeError',
          'text as a program': 'EvalError',
          'a frame from elsewhere': 'tried',
          'a request to elsewhere': 'TypeError',
          'a policy of its own': 'TypeError',
          ran: '',
        },
      ]);
      expect(asked).toEqual([]);
      wrongs.splice(0);
    }
    await world.run(
      token,
      'mutation ($id: ID!) { stopJob(input: { jobId: $id, how: KILL }) { __typename } }',
      { id: job },
    );
    await page.context().close();
  } finally {
    elsewhere.closeAllConnections();
    await new Promise((resolve) => elsewhere.close(resolve));
  }
});

it('what got into the markup of the page itself does not run, nor does it lead the page elsewhere', async () => {
  const markup = [
    "<script>document.documentElement.dataset.ran = 'inline'</script>",
    `<img src="data:," onerror="document.documentElement.dataset.ran += ' handler'">`,
    '<base href="https://elsewhere.invalid/">',
  ].join('');
  await using world = await World.open();
  const { page } = await visit(browser, world);
  const account = `${world.url}/account`;
  /** What comes of the markup, on a page with its policy or without. */
  const outcome = async (policy: boolean): Promise<{ ran: string | null; base: string }> => {
    await page.route(account, async (route) => {
      const response = await route.fetch();
      const { 'content-security-policy': own = '', ...others } = response.headers();
      const headers = policy ? { ...others, 'content-security-policy': own } : others;
      const body = (await response.text()).replace('<body', `${markup}<body`);
      await route.fulfill({ response, headers, body });
    });
    await page.goto(account);
    await page.unroute(account);
    return await page.evaluate(() => {
      const { ran = null } = { ...document.documentElement.dataset };
      return { ran, base: document.baseURI };
    });
  };
  // Without the policy it does: the check can fail.
  expect(await outcome(false)).toEqual({ ran: 'inline handler', base: 'https://elsewhere.invalid/' });
  expect(await outcome(true)).toEqual({ ran: null, base: account });
  await page.context().close();
});

it('a page of another version says so on every page, and is right again once it is loaded anew', async () => {
  await using world = await World.open({ jobrunner: false });
  const { page } = await visit(browser, world);
  const posted: unknown[] = [];
  // As a server of another version answers what it does not know.
  await page.route('**/graphql', async (route) => {
    posted.push(route.request().postDataJSON());
    const errors = [{ message: 'reload the page', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }];
    await route.fulfill({ status: 400, json: { errors } });
  });
  await page.goto(world.url);
  const reload = page.getByRole('button', { name: 'Reload the page' });
  await reload.waitFor();
  expect(posted.length).toBeGreaterThan(0);
  for (const body of posted) {
    expect(body).toMatchObject({ documentId: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) });
    expect(body).not.toHaveProperty('query');
  }
  await page.unroute('**/graphql');
  await reload.click();
  await page.getByRole('button', { name: 'Menu of Amina' }).waitFor();
  expect(await reload.count()).toBe(0);
  await page.context().close();
});
