// Owns measuring how soon the page acknowledges an action: from the click or the key to the first frame in which its effect is visible, on a slow processor. Not how soon the action is done.
import { setTimeout as wait } from 'node:timers/promises';
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
/** How long the pointer rests before it presses, and how long it presses, in milliseconds: as briefly as a person can. */
const rest = 150;
const press = 50;

/** One action on a page. */
interface Action {
  readonly name: string;
  readonly target: (page: Page) => Locator;
  /** A key that is pressed in the target, instead of a click. */
  readonly key?: string;
  /** A selector that matches once the action is acknowledged, and not before. */
  readonly effect: string;
  /** Puts the page back, for the next time. */
  readonly after?: (page: Page) => Promise<unknown>;
}

const button = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name });
const pressEscape = (page: Page) => page.keyboard.press('Escape');
const clickAgain = (target: Action['target']) => (page: Page) => target(page).click();

/** On the page of a job that asks. In this order: the last one ends the question. */
const jobActions: readonly Action[] = [
  {
    name: 'menu of the job',
    target: button(/^More about job/),
    effect: '.job-menu__panel > div',
    after: pressEscape,
  },
  {
    name: 'menu of the log',
    target: button('More tools for the log'),
    effect: '.log-menu__panel > *',
    after: pressEscape,
  },
  {
    name: 'timeline',
    target: button(/^Timeline /),
    effect: '.log-guide',
    after: clickAgain(button(/^Timeline /)),
  },
  {
    name: 'a line is selected',
    target: (page) => page.locator('.log__number').last(),
    effect: '.log__selection',
    after: clickAgain(button('Clear the selection')),
  },
  {
    name: 'a letter in the search of the log',
    target: (page) => page.getByRole('textbox', { name: 'Search the log' }),
    key: 'q',
    effect: '.log-search__field button',
    after: pressEscape,
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

const openHeaderMenu = (page: Page) => button(/^Menu of/)(page).click();
const theme = (name: string) => (page: Page) => page.getByRole('radio', { name, exact: true });

/** On the overview, with a job that runs and some that have ended. */
const overviewActions: readonly Action[] = [
  {
    name: 'the open changes are listed',
    target: button('Show open changes'),
    effect: '.change-menu',
    after: pressEscape,
  },
  {
    name: 'a letter in the field for changes',
    target: (page) => page.getByLabel('Changes', { exact: true }),
    key: '1',
    effect: '.chip-input:not(:has(.chip-input__browse))',
    after: (page) => page.keyboard.press('Backspace'),
  },
  {
    name: 'more filters of the history',
    target: button(/^Filters$/),
    effect: '.history-search__more:not([hidden])',
    after: clickAgain(button(/^Filters$/)),
  },
  {
    name: 'the history of one user',
    target: button(/^Mine$/),
    effect: '.history-search__quick [aria-pressed="true"]:nth-child(2)',
    after: clickAgain(button(/^All$/)),
  },
  {
    name: 'the dark theme',
    target: theme('Dark'),
    effect: ':root[data-theme="dark"]',
    after: (page) => theme('Light')(page).click(),
  },
];

/** Measures each action in a page whose processor is four times slower. */
export const measureAcknowledgement = (bench: Bench): Promise<Figure[]> =>
  withBrowser((browser) => measure(bench, browser));

async function measure(bench: Bench, browser: Browser): Promise<Figure[]> {
  const actions = [...jobActions, ...overviewActions];
  const took = new Map<string, number[]>(actions.map(({ name }) => [name, []]));
  await using world = await bench.open({ scap: program('question/counts-and-asks', 100, 300) });
  const token = await world.token();
  const page = await signedIn(browser, world);
  const session = await page.context().newCDPSession(page);
  const slow = (rate: number) => session.send('Emulation.setCPUThrottlingRate', { rate });
  const bare = await onBarePage(page, session, bench.quick ? 3 : 20);
  const measureAll = async (all: readonly Action[]): Promise<void> => {
    await slow(slowdown);
    for (const action of all) {
      took.get(action.name)?.push(await acknowledged(page, action));
      await action.after?.(page);
    }
    await slow(1);
  };
  for (let run = 0; run < (bench.quick ? 1 : 7) && !bench.timeIsUp(); run++) {
    const id = await startJob(world, token);
    await page.goto(`${world.url}/jobs/${id}`);
    await page.locator('button[data-code="y"][aria-disabled="false"]').waitFor();
    await page.locator('.log__row').first().waitFor();
    await measureAll(jobActions);
    await page.goto(world.url);
    await button(/^Filters$/)(page).waitFor();
    await openHeaderMenu(page);
    await theme('Light')(page).click();
    await pressEscape(page);
    await measureAll(overviewActions.slice(0, -1));
    await openHeaderMenu(page);
    await measureAll(overviewActions.slice(-1));
  }
  return actions.map(({ name, key }) =>
    figureOf(
      `${name}: ${key === undefined ? 'click' : 'key'} → visible effect, processor ${slowdown}× slower`,
      'ms',
      took.get(name) ?? [],
      { baseline: ['a button of a bare page', bare], reference: aim },
    ),
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
  await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  return took;
}

/** Milliseconds from the click or the key, as the browser received it, to the first painted frame with the effect. */
async function acknowledged(page: Page, { target, key, effect }: Action): Promise<number> {
  const element = target(page).first();
  // Before anything is measured: Playwright looks for elements and checks what covers them on the main thread of the page.
  await element.scrollIntoViewIfNeeded();
  const box = await element.boundingBox();
  if (box === null) throw new Error('the target of an action is not on the page');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  if (key !== undefined) await element.focus();
  await wait(rest);
  const expected: Expected = { event: key === undefined ? 'click' : 'keydown', selector: effect };
  const measured = await page.evaluateHandle(untilEffect, expected);
  if (key === undefined) {
    await page.mouse.down();
    await wait(press);
    await page.mouse.up();
  } else await page.keyboard.press(key);
  // Asking for the result would be work for the page.
  await wait(rest);
  return await measured.evaluate(({ took }) => took);
}

/** What the page waits for. */
interface Expected {
  readonly event: 'click' | 'keydown';
  readonly selector: string;
}

/** In the page: waits for the next event of this kind, then for the effect. */
const untilEffect = ({ event, selector }: Expected) => ({
  took: new Promise<number>((resolve) => {
    addEventListener(
      event,
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
});
