// Owns measuring how soon the page of a job acknowledges an action: from the click to the first frame in which its effect is visible, on a slow processor. Not how soon the action is done.
import type { Browser, CDPSession, Locator, Page } from 'playwright-core';
import { program } from '../../tests/support/world.ts';
import { type Figure, figureOf } from '../report/figure.ts';
import { startJob } from '../support/job.ts';
import type { Bench } from '../support/section.ts';
import { signedIn, withBrowser } from './page.ts';

/** How many times slower than this machine the processor of the page is. */
const slowdown = 4;
/** An action is acknowledged if something has changed within so many milliseconds. */
const aim = '100 ms';

/** One action on the page of a job. */
interface Action {
  readonly name: string;
  readonly target: (page: Page) => Locator;
  /** A selector that matches once the action is acknowledged, and not before. */
  readonly effect: string;
  /** Puts the page back, for the next time. */
  readonly after?: (page: Page) => Promise<unknown>;
}

const button = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name });
const pressEscape = (page: Page) => page.keyboard.press('Escape');

/** In this order: the last one ends the question. */
const actions: readonly Action[] = [
  {
    name: 'menu of the job',
    target: button(/^More about job/),
    effect: '.job-menu__panel',
    after: pressEscape,
  },
  {
    name: 'menu of the log',
    target: button('More tools for the log'),
    effect: '.log-menu__panel',
    after: pressEscape,
  },
  {
    name: 'timeline',
    target: button(/^Timeline /),
    effect: '.log-guide',
    after: (page) => button(/^Timeline /)(page).click(),
  },
  {
    name: 'a line is selected',
    target: (page) => page.locator('.log__number').last(),
    effect: '.log__selection',
    after: (page) => button('Clear the selection')(page).click(),
  },
  { name: 'dialog before a stop', target: button(/^Stop job/), effect: 'dialog[open]', after: pressEscape },
  { name: 'menu of the header', target: button(/^Menu of/), effect: '.menu__panel', after: pressEscape },
  {
    name: 'a claim is sent',
    target: button(/^I am (?:still )?handling this/),
    effect: '.question__claim .send-button--sending',
  },
  { name: 'an answer is sent', target: button(/^Yes\b/), effect: '.question__receipt' },
];

/** Measures each action in a page whose processor is four times slower. */
export const measureAcknowledgement = (bench: Bench): Promise<Figure[]> =>
  withBrowser((browser) => measure(bench, browser));

async function measure(bench: Bench, browser: Browser): Promise<Figure[]> {
  const took = new Map<string, number[]>(actions.map(({ name }) => [name, []]));
  await using world = await bench.open({ scap: program('question/counts-and-asks', 100, 300) });
  const token = await world.token();
  const page = await signedIn(browser, world);
  const session = await page.context().newCDPSession(page);
  const bare = await onBarePage(page, session, bench.quick ? 3 : 20);
  for (let run = 0; run < (bench.quick ? 1 : 7) && !bench.timeIsUp(); run++) {
    const id = await startJob(world, token);
    await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    await page.goto(`${world.url}/jobs/${id}`);
    await page.locator('button[data-code="y"][aria-disabled="false"]').waitFor();
    await page.locator('.log__row').first().waitFor();
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
    for (const action of actions) {
      took.get(action.name)?.push(await acknowledged(page, action));
      await action.after?.(page);
    }
  }
  return actions.map(({ name }) =>
    figureOf(`${name}: click → visible effect, processor ${slowdown}× slower`, 'ms', took.get(name) ?? [], {
      baseline: ['a button of a bare page', bare],
      reference: aim,
    }),
  );
}

/** The same of a page that has only a button, which shows a word: the time that this machine and this browser need in any case. */
async function onBarePage(page: Page, session: CDPSession, times: number): Promise<number[]> {
  const took: number[] = [];
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  await page.goto('about:blank');
  for (let time = 0; time < times; time++) {
    await page.setContent(
      `<button onclick="document.body.append(Object.assign(document.createElement('p'), { className: 'done', textContent: 'Done' }))">Do it</button>`,
    );
    took.push(await acknowledged(page, { name: 'bare', target: button('Do it'), effect: '.done' }));
  }
  return took;
}

/** Milliseconds from the click, as the browser received it, to the first painted frame with the effect. */
async function acknowledged(page: Page, { target, effect }: Action): Promise<number> {
  const result = page.evaluate(
    (selector) =>
      new Promise<number>((resolve) => {
        addEventListener(
          'click',
          ({ timeStamp }) => {
            const look = (): void => {
              if (document.querySelector(selector) === null) {
                requestAnimationFrame(look);
                return;
              }
              // A message that is posted within a frame arrives after its painting.
              const { port1, port2 } = new MessageChannel();
              port1.onmessage = () => resolve(performance.now() - timeStamp);
              port2.postMessage(null);
            };
            requestAnimationFrame(look);
          },
          { once: true, capture: true },
        );
      }),
    effect,
  );
  await target(page).first().click();
  return await result;
}
