// Main: `npm run screenshots`. Takes the screenshots in docs/images from a real server with the simulated scap, in a real browser.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { type Client, createClient } from '../client/sdk/client.ts';
import { packageRoot } from '../schema/process/files.ts';
import { openBrowser } from '../tests/support/browser.ts';
import { buildIfChanged } from '../tests/support/package/build.ts';
import { openWorld, type World } from '../tests/support/world.ts';

const directory = join(packageRoot, 'docs', 'images');

/** One CSS pixel is one pixel of the image: readable, and small enough for a repository. */
const wide = { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 } as const;
const narrow = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 1,
  isMobile: true,
  hasTouch: true,
} as const;

/** A client of the public API with a token of that user. */
async function clientOf(world: World, userName: string): Promise<Client> {
  const token = await world.token('deploy', userName);
  return createClient({ url: world.url, token, clientName: 'screenshots' });
}

/** Starts a job and returns its number. */
async function start(client: Client, changes: readonly string[]): Promise<string> {
  const result = await client.startBackport({ changes: [...changes] });
  if (result.__typename !== 'StartBackportSuccess') throw new Error(result.message);
  return result.job.id;
}

/**
 * Answers each question of a job until the job ends or `pause` accepts a question: with its first choice, or as `answerTo` says for
 * the first line of its prompt.
 */
async function play(
  client: Client,
  jobId: string,
  pause: (prompt: string) => boolean = () => false,
  answerTo: Readonly<Record<string, string>> = {},
): Promise<void> {
  for await (const { pendingInteraction: question } of client.watchJob(jobId)) {
    if (!question) continue;
    if (pause(question.prompt)) return;
    const line = question.prompt.split('\n')[0] ?? '';
    const answer = answerTo[line] ?? question.choices[0]?.code ?? '';
    await client.answerInteraction({ interactionId: question.id, answer });
  }
}

/** Signs in to a new browser with a link and takes one screenshot. */
async function picture(
  world: World,
  name: string,
  shot: {
    readonly path: string;
    readonly browser: BrowserContextOptions;
    readonly ready: (page: Page) => Promise<void>;
  },
): Promise<void> {
  const browser = await openBrowser();
  try {
    const context = await browser.newContext({
      ...shot.browser,
      locale: 'en-GB',
      timezoneId: 'UTC',
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    await page.goto(await world.link('Amina'));
    await page.waitForURL(`${world.url}/`);
    await page.goto(world.url + shot.path);
    await page.getByText('live', { exact: true }).first().waitFor();
    await shot.ready(page);
    const file = join(directory, `${name}.png`);
    const png = await page.screenshot({ path: file, type: 'png', animations: 'disabled', caret: 'hide' });
    process.stdout.write(`${file}: ${Math.round(png.length / 1000)} kB\n`);
  } finally {
    await browser.close();
  }
}

if (import.meta.main) {
  await buildIfChanged();
  mkdirSync(directory, { recursive: true });

  // At the simulator's normal speed, so that times and durations look real.
  await using world = await openWorld({ speed: 1 });
  await using amina = await clientOf(world, 'Amina');
  await using jonas = await clientOf(world, 'Jonas');
  await using priya = await clientOf(world, 'Priya');
  // A history with several outcomes and owners.
  await play(jonas, await start(jonas, ['1102341']));
  await play(amina, await start(amina, ['1102348']), undefined, { 'Canary checks failed.': 'b' });
  await play(priya, await start(priya, ['1102342', '1102347']));
  const job = await start(amina, ['1102343', '1102344']);
  await play(jonas, job, (prompt) => prompt.includes('Continue with deployment?'));

  const asked = async (page: Page): Promise<void> => {
    await page.getByRole('button', { name: /Yes, continue with deployment/ }).waitFor();
  };
  const logged = async (page: Page): Promise<void> => {
    await asked(page);
    // The last line before the question.
    await page
      .getByText(/Finished check-testservers/)
      .last()
      .waitFor();
    // The section headings are drawn after the lines.
    await page.locator('.log__fold').first().waitFor();
  };
  const light = { colorScheme: 'light' } as const;
  const dark = { colorScheme: 'dark' } as const;
  const path = `/jobs/${job}`;
  await picture(world, 'overview', { path: '/', browser: { ...wide, ...light }, ready: asked });
  await picture(world, 'job', { path, browser: { ...wide, ...light }, ready: logged });
  await picture(world, 'job-dark', { path, browser: { ...wide, ...dark }, ready: logged });
  await picture(world, 'phone', { path, browser: { ...narrow, ...light }, ready: logged });

  await play(jonas, job);
}
