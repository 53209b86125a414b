// Owns a person at a browser: signed in, with everything that went wrong on their page. Not what they do (the journeys).
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { Role } from '../../schema/model/account/user.ts';
import { type BrowserNeeds, openBrowser } from '../support/browser.ts';
import type { World } from '../support/world.ts';

/** A person's page. */
export interface Visitor {
  readonly page: Page;
  /** Violations of the content security policy, uncaught errors, and requests to other origins. */
  readonly problems: string[];
}

export interface VisitorOptions {
  readonly name?: string;
  readonly role?: Role;
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  /** Whether the device has a touch screen. */
  readonly touch?: boolean;
  /** An IANA time zone (default: that of the machine). */
  readonly timezoneId?: string;
  /** The page that the person opens, already signed in (default: the overview, which follows the sign-in with a link). */
  readonly path?: string;
  /** How many milliseconds the clock of the browser is ahead. */
  readonly clockAhead?: number;
}

/** The state of a browser after a sign-in. It takes one request instead of a page that nobody looks at. */
async function signedIn(world: World, name: string, role: Role): Promise<BrowserContextOptions> {
  const link = new URL(await world.link(name, role));
  const response = await fetch(`${world.url}/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: link.origin },
    body: JSON.stringify({ code: link.hash.slice('#code='.length) }),
  });
  const [cookie = ''] = response.headers.getSetCookie();
  const [, key = '', value = ''] = /^([^=]+)=([^;]+)/.exec(cookie) ?? [];
  const { pageKey } = JSON.parse(await response.text());
  return {
    storageState: {
      cookies: [
        {
          name: key,
          value,
          domain: link.hostname,
          path: '/',
          expires: -1,
          httpOnly: true,
          secure: false,
          sameSite: 'Strict',
        },
      ],
      origins: [{ origin: link.origin, localStorage: [{ name: 'spiderpig.pageKey', value: pageKey }] }],
    },
  };
}

/** The browser of a test file. */
export interface TestBrowser {
  /** Opens a new browser context, and signs a person in with a link. */
  visit(world: World, options?: VisitorOptions): Promise<Visitor>;
  /** Opens a new browser context in which nobody is signed in. */
  newContext(options?: BrowserContextOptions): Promise<BrowserContext>;
}

/** A context whose pages wait longer than by default for an element: eight pages that load at the same time need that on a slow machine. */
async function patientContext(browser: Browser, options?: BrowserContextOptions): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(60_000);
  return context;
}

/** Collects everything that goes wrong on a page. `url`: the only origin that it may send requests to; without it, any. */
export function watchForProblems(page: Page, url?: string): string[] {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (/content security policy|refused to/i.test(message.text())) problems.push(message.text());
  });
  page.on('request', (request) => {
    if (url !== undefined && !request.url().startsWith(url) && !/^(data|blob):/.test(request.url()))
      problems.push(request.url());
  });
  return problems;
}

/** Opens one browser for all tests of a file. After each test it closes what the test opened. */
export function useBrowser(needs: BrowserNeeds = {}): TestBrowser {
  let opened: Browser | null = null;
  const browser = (): Browser => {
    if (!opened) throw new Error('the browser is open only while tests run');
    return opened;
  };
  beforeAll(async () => {
    opened = await openBrowser(needs);
  });
  afterEach(async () => {
    await Promise.all(
      browser()
        .contexts()
        .map((context) => context.close()),
    );
  });
  afterAll(() => opened?.close());
  return {
    newContext: (options) => patientContext(browser(), options),
    async visit(world, options = {}) {
      const {
        name = 'Amina',
        role = 'deployer',
        width = 1280,
        height = 800,
        dark = false,
        touch = false,
        timezoneId,
        path,
        clockAhead = 0,
      } = options;
      const context = await patientContext(browser(), {
        viewport: { width, height },
        colorScheme: dark ? 'dark' : 'light',
        reducedMotion: 'reduce',
        hasTouch: touch,
        ...(timezoneId === undefined ? {} : { timezoneId }),
        ...(path === undefined ? {} : await signedIn(world, name, role)),
      });
      const page = await context.newPage();
      if (clockAhead !== 0) await page.clock.install({ time: Date.now() + clockAhead });
      const problems = watchForProblems(page, world.url);
      await page.goto(path === undefined ? await world.link(name, role) : `${world.url}${path}`);
      await page.getByRole('button', { name: `Menu of ${name}` }).waitFor();
      return { page, problems };
    },
  };
}

/** The numbers of the log lines in the document, in order. A run of hidden lines has the number of its first line. */
export async function shownNumbers(page: Page): Promise<number[]> {
  const texts = await page.locator('.log__row .log__number').allTextContents();
  return texts.map(Number);
}
