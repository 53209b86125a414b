// Tests that every page works under its content security policy, and that the browser enforces the policy.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { useWorld } from '../support/shared-world.ts';
import { program } from '../support/world.ts';
import { useBrowser } from './visitor.ts';

const browser = useBrowser();
const shared = useWorld({ scap: program('question/counts-and-asks') });

/** Every page, and paths that do not exist. */
const pages = (job: string): readonly string[] => [
  '/',
  `/jobs/${job}`,
  '/jobs/999999',
  '/sign-in',
  '/account',
  '/admin',
  '/nowhere',
];

/** Runs typical injection attacks in the page. Returns the result of each: `tried`, or the name of the error. */
async function attempts(elsewhere: string): Promise<Record<string, string>> {
  const ran: string[] = [];
  addEventListener('attack', (event) => ran.push(event instanceof CustomEvent ? String(event.detail) : ''));
  const mark = (name: string): string => `dispatchEvent(new CustomEvent('attack', { detail: '${name}' }))`;
  const results: Record<string, string> = {};
  const attempt = async (name: string, attack: () => unknown): Promise<void> => {
    try {
      await attack();
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
  await attempt('an event handler attribute', () => {
    const image = document.createElement('img');
    image.setAttribute('onerror', mark('an event handler attribute'));
    image.setAttribute('src', 'data:,x');
    document.body.append(image);
  });
  await attempt('markup from text', () => {
    document.createElement('div').innerHTML = '<b>x</b>';
  });
  await attempt('a script from elsewhere', async () => {
    const script = document.createElement('script');
    script.src = `${elsewhere}/script.js`;
    results['a script from elsewhere loads'] = await loaded(script);
  });
  // Code that developer tools evaluate may use eval; code that runs later may not.
  await new Promise((resolve) => setTimeout(resolve, 50));
  await attempt('text as a program', () => Reflect.construct(Function, [mark('text as a program')])());
  await attempt('a frame from elsewhere', () => {
    const frame = document.createElement('iframe');
    frame.src = `${elsewhere}/frame`;
    document.body.append(frame);
  });
  await attempt('a request to elsewhere', () => fetch(`${elsewhere}/request`));
  await attempt('its own policy', () => {
    const factory: unknown = Reflect.get(window, 'trustedTypes');
    if (typeof factory === 'object' && factory !== null && 'createPolicy' in factory)
      Reflect.apply(Object(factory).createPolicy, factory, ['own', { createHTML: (text: string) => text }]);
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  return { ...results, ran: ran.join() };
}

it('no page violates its content security policy, and the policy blocks injected scripts, frames and requests', async () => {
  const asked: string[] = [];
  const elsewhere = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.setHeader('access-control-allow-origin', '*');
    response.end("dispatchEvent(new CustomEvent('attack', { detail: 'from elsewhere' }))");
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  const foreign = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
  try {
    const { world } = shared;
    const token = await world.token();
    const started = await world.run<{ startBackport: { job: { id: string } } }>(
      token,
      'mutation { startBackport(input: { changes: ["1102340"], acceptUnverified: true }) { ... on StartBackportSuccess { job { id } } } }',
    );
    const job = started.startBackport.job.id;
    const { page, problems } = await browser.visit(world, { role: 'admin' });
    for (const path of pages(job)) {
      await page.goto(`${world.url}${path}`);
      await page.locator('#content').waitFor();
      // Wait for everything that the page loads later: log lines, icons, the WebSocket.
      await page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => {});
      expect([path, problems]).toEqual([path, []]);
      const results = await page.evaluate(attempts, foreign);
      expect([path, results]).toEqual([
        path,
        {
          // Inserting succeeds, but the script does not run.
          'an inline script': 'tried',
          'an event handler attribute': 'TypeError',
          'markup from text': 'TypeError',
          'a script from elsewhere': 'TypeError',
          'text as a program': 'EvalError',
          'a frame from elsewhere': 'tried',
          'a request to elsewhere': 'TypeError',
          'its own policy': 'TypeError',
          ran: '',
        },
      ]);
      expect(asked).toEqual([]);
      problems.splice(0);
    }
  } finally {
    elsewhere.closeAllConnections();
    await new Promise((resolve) => elsewhere.close(resolve));
  }
});

it('the policy blocks scripts, event handlers and a base URL that were injected into the markup of the page', async () => {
  const markup = [
    "<script>document.documentElement.dataset.ran = 'inline'</script>",
    `<img src="data:," onerror="document.documentElement.dataset.ran += ' handler'">`,
    '<base href="https://elsewhere.invalid/">',
  ].join('');
  const { world } = shared;
  const { page } = await browser.visit(world);
  const account = `${world.url}/account`;
  /** Loads the page with the injected markup, with or without its policy. */
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
  // Without the policy the attack succeeds, so this test can fail.
  expect(await outcome(false)).toEqual({ ran: 'inline handler', base: 'https://elsewhere.invalid/' });
  expect(await outcome(true)).toEqual({ ran: null, base: account });
});

it('a page that is older than the server offers to reload, and works after the reload', async () => {
  const { world } = shared;
  const { page } = await browser.visit(world);
  const posted: unknown[] = [];
  // The answer of a server that does not know the operation.
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
});
