// Owns a person at a browser: signed in, with what went wrong on their page. Not what they do (the journeys).
import type { Browser, Page } from 'playwright-core';
import type { Role } from '../../schema/model/account/user.ts';
import type { World } from '../support/world.ts';

/** A person's page. Whatever breaks its policy or throws in it is kept for the test to look at. */
export interface Visitor {
  readonly page: Page;
  /** Violations of the content security policy, uncaught errors, requests to elsewhere. */
  readonly wrongs: string[];
}

export interface VisitorOptions {
  readonly name?: string;
  readonly role?: Role;
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  /** With a finger, too. */
  readonly touch?: boolean;
}

/** Opens a browser of their own for somebody, and signs them in by a link. */
export async function visit(browser: Browser, world: World, options: VisitorOptions = {}): Promise<Visitor> {
  const {
    name = 'Amina',
    role = 'deployer',
    width = 1280,
    height = 800,
    dark = false,
    touch = false,
  } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    hasTouch: touch,
  });
  const page = await context.newPage();
  const wrongs: string[] = [];
  page.on('pageerror', (error) => wrongs.push(error.message));
  page.on('console', (message) => {
    if (/content security policy|refused to/i.test(message.text())) wrongs.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(world.url) && !/^(data|blob):/.test(request.url()))
      wrongs.push(request.url());
  });
  await page.goto(await world.link(name, role));
  await page.getByRole('button', { name: `Menu of ${name}` }).waitFor();
  return { page, wrongs };
}

/** The numbers of the log lines that the page holds, in their order; hidden ones count as the first of their run. */
export async function shownNumbers(page: Page): Promise<number[]> {
  const texts = await page.locator('.log__row .log__number').allTextContents();
  return texts.map(Number);
}
