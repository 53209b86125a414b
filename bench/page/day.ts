// Owns measuring a day of a deployer in Chromium: how many clicks, keystrokes and seconds three everyday tasks need. `Person` counts every action.
import type { Browser, Locator, Page } from 'playwright-core';
import type { World } from '../../tests/support/world.ts';
import { type Figure, figureOf } from '../report/figure.ts';
import { startJob } from '../support/job.ts';
import type { Bench } from '../support/section.ts';
import { signedIn, withBrowser } from './page.ts';

/** What a task needed. */
interface Effort {
  readonly clicks: number;
  readonly keys: number;
  /** From the first action to the result. */
  readonly seconds: number;
}

/** A person at a page, whose clicks and keystrokes are counted. */
class Person {
  readonly page: Page;
  #clicks = 0;
  #keys = 0;
  #began = performance.now();

  constructor(page: Page) {
    this.page = page;
  }

  begin(): void {
    this.#clicks = 0;
    this.#keys = 0;
    this.#began = performance.now();
  }

  /** @param x how far from the left edge, in pixels; without it in the middle */
  async click(target: Locator, x?: number): Promise<void> {
    await target.click(x === undefined ? {} : { position: { x, y: 12 } });
    this.#clicks++;
  }

  /** Types into what has the focus. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
    this.#keys += text.length;
  }

  async press(key: string): Promise<void> {
    await this.page.keyboard.press(key);
    this.#keys++;
  }

  /** Presses Tab until the focus is on an element. */
  async tabTo(target: Locator): Promise<void> {
    const isThere = (): Promise<boolean> => target.evaluate((element) => element === document.activeElement);
    for (let presses = 0; !(await isThere()); presses++) {
      if (presses > 100) throw new Error('Tab does not reach it');
      await this.press('Tab');
    }
  }

  effort(): Effort {
    return { clicks: this.#clicks, keys: this.#keys, seconds: (performance.now() - this.#began) / 1_000 };
  }
}

const change = '1102340';
const startButton = (page: Page) => page.getByRole('button', { name: 'Start', exact: true });
const yes = (page: Page) => page.getByRole('button', { name: /^Yes\b/ });
const firstQuestion = (page: Page) => page.getByRole('region', { name: /Backport the changes/ });
const secondQuestion = (page: Page) => page.getByRole('region', { name: /Continue with deployment/ });
const deployed = (page: Page) => page.getByRole('heading', { name: /^Deployed/ }).waitFor();

/** “I have a change number”, with the overview open → it is deployed. */
async function deployByMouse(world: World, person: Person): Promise<Effort> {
  const { page } = person;
  await page.goto(world.url);
  const field = page.getByRole('combobox', { name: 'Changes' });
  await field.waitFor();
  person.begin();
  await person.click(field);
  await person.type(change);
  await person.click(startButton(page));
  for (const question of [firstQuestion(page), secondQuestion(page)])
    await person.click(question.getByRole('button', { name: /^Yes\b/ }));
  await deployed(page);
  return person.effort();
}

/** The same without a mouse. */
async function deployByKeyboard(world: World, person: Person): Promise<Effort> {
  const { page } = person;
  await page.goto(world.url);
  const field = page.getByRole('combobox', { name: 'Changes' });
  await field.waitFor();
  person.begin();
  await person.tabTo(field);
  await person.type(change);
  await person.tabTo(startButton(page));
  await person.press('Enter');
  await firstQuestion(page).waitFor();
  await person.press('a');
  await answerByKey(person, firstQuestion(page));
  // The focus follows to the next question.
  await secondQuestion(page).waitFor();
  await answerByKey(person, secondQuestion(page));
  await deployed(page);
  return person.effort();
}

async function answerByKey(person: Person, question: Locator): Promise<void> {
  // New buttons ignore keys for a moment, so that an answer to one question does not answer the next.
  await question.locator('button[data-code="y"][aria-disabled="false"]').waitFor();
  await person.press('y');
}

/** The same from a link with the number, as a bot or a calendar can write it. */
async function deployByLink(world: World, person: Person): Promise<Effort> {
  const { page } = person;
  person.begin();
  // The click on the link.
  await page.goto(`${world.url}/?changes=${change}`);
  await person.click(startButton(page));
  for (const question of [firstQuestion(page), secondQuestion(page)])
    await person.click(question.getByRole('button', { name: /^Yes\b/ }));
  await deployed(page);
  const { clicks, ...rest } = person.effort();
  return { clicks: clicks + 1, ...rest };
}

/** A question begins to wait while another deployer looks at another page → their answer is there. */
async function answerElsewhere(world: World, asks: () => Promise<string>, person: Person): Promise<Effort> {
  const { page } = person;
  await page.goto(`${world.url}/statistics`);
  await page.getByRole('heading', { name: /^Statistics/ }).waitFor();
  const id = await asks();
  const link = page.getByRole('link', { name: new RegExp(`job ${id} waits`) });
  await link.waitFor();
  person.begin();
  await person.click(link);
  await person.click(yes(page));
  await page
    .getByText(/^“Yes” \(y\)/)
    .first()
    .waitFor();
  return person.effort();
}

/** The same on a phone whose page is open: the question is on the first screen. */
async function answerOnPhone(world: World, asks: () => Promise<string>, person: Person): Promise<Effort> {
  const { page } = person;
  await page.goto(world.url);
  await page.getByRole('heading', { name: 'History' }).waitFor();
  await asks();
  await firstQuestion(page).waitFor();
  person.begin();
  await person.click(yes(page));
  await firstQuestion(page).waitFor({ state: 'detached' });
  return person.effort();
}

/** “What failed on that day?” → the line of the log with the error. */
async function findLine(world: World, person: Person): Promise<Effort> {
  const { page } = person;
  await page.goto(world.url);
  const filters = page.getByRole('button', { name: 'Filters' });
  await filters.waitFor();
  const [year = '', month = '', date = ''] = new Date().toISOString().slice(0, 10).split('-');
  person.begin();
  await person.click(filters);
  const day = page.getByLabel('Ended from (UTC)');
  // On the first part of the date, which is the month in the language of this browser.
  await person.click(day, 16);
  await person.type(`${month}${date}${year}`);
  await page.waitForURL(/[?&]from=/);
  await person.click(page.getByRole('button', { name: 'Problems', exact: true }));
  await person.click(
    page
      .getByRole('table')
      .getByRole('link', { name: /error line/ })
      .first(),
  );
  await page.locator('.log__row--selected').first().waitFor();
  return person.effort();
}

/** Tasks that one person does alone, each with its result. */
const alone = [
  ['a change number → deployed, by mouse', deployByMouse],
  ['a change number → deployed, by keyboard', deployByKeyboard],
  ['a link with the number → deployed', deployByLink],
] as const;

/** Measures each task some times. The counts are the same each time; the seconds are those of the page, the server and the simulated scap. */
export const measureDay = (bench: Bench): Promise<Figure[]> =>
  withBrowser((browser) => measure(bench, browser));

async function measure(bench: Bench, browser: Browser): Promise<Figure[]> {
  await using world = await bench.open({});
  const times = bench.quick ? 1 : 3;
  const deployer = new Person(await signedIn(browser, world));
  const figures: Figure[] = [];
  const add = async (name: string, task: () => Promise<Effort>): Promise<void> => {
    const efforts: Effort[] = [];
    for (let time = 0; time < times && !bench.timeIsUp(); time++) efforts.push(await task());
    if (efforts.length === 0) return;
    for (const [unit, of] of [
      ['clicks', ({ clicks }: Effort) => clicks],
      ['keystrokes', ({ keys }: Effort) => keys],
      ['s', ({ seconds }: Effort) => seconds],
    ] as const)
      figures.push(figureOf(name, unit, efforts.map(of)));
  };
  for (const [name, task] of alone) await add(name, () => task(world, deployer));
  await measureAnswers(bench, browser, world, add);
  await failOnce(world);
  await add('“what failed that day?” → the line of the log', () => findLine(world, deployer));
  return figures;
}

/** Measures answering a question of another deployer's job, from another page and on a phone. */
async function measureAnswers(
  bench: Bench,
  browser: Browser,
  world: World,
  add: (name: string, task: () => Promise<Effort>) => Promise<void>,
): Promise<void> {
  const token = await world.token('deploy', 'Amina');
  let last: string | null = null;
  /** Starts a job that asks, and ends the one before. */
  const asks = async (): Promise<string> => {
    if (last !== null) await finish(world, token, last, bench.signal);
    last = await startJob(world, token);
    return last;
  };
  const other = new Person(await signedIn(browser, world));
  await add('a question waits, another page is open → answered', () => answerElsewhere(world, asks, other));
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true });
  const phone = new Person(await context.newPage());
  await phone.page.goto(await world.link('Bo'));
  await phone.page.getByRole('button', { name: 'Menu of Bo' }).waitFor();
  await add('a question waits, a phone shows the overview → answered', () =>
    answerOnPhone(world, asks, phone),
  );
  if (last !== null) await finish(world, token, last, bench.signal);
}

interface Asking {
  readonly jobUpdates: {
    readonly state: string;
    readonly pendingInteraction: {
      readonly id: string;
      readonly choices: readonly { code: string }[];
    } | null;
  };
}

/** Answers the questions of a job with their first choice, or with `preferred` where it is one, until it has ended. */
async function finish(
  world: World,
  token: string,
  id: string,
  signal: AbortSignal,
  preferred = 'y',
): Promise<void> {
  const updates = world.subscribe<Asking>(
    token,
    'subscription ($id: ID) { jobUpdates(id: $id) { state pendingInteraction { id choices { code } } } }',
    { id },
  );
  for await (const { jobUpdates } of updates) {
    signal.throwIfAborted();
    const { pendingInteraction: question } = jobUpdates;
    if (question === null) continue;
    const codes = question.choices.map(({ code }) => code);
    const answer = codes.includes(preferred) ? preferred : (codes[0] ?? '');
    await world.run(
      token,
      'mutation ($input: AnswerInteractionInput!) { answerInteraction(input: $input) { __typename } }',
      { input: { interactionId: question.id, answer } },
    );
  }
}

/** A change whose checks on the canaries fail. */
const failingChange = '1102348';

/** Runs a job that fails, and is rolled back. */
async function failOnce(world: World): Promise<void> {
  const token = await world.token('deploy', 'Amina');
  const { startBackport } = await world.run<{ startBackport: { job: { id: string } } }>(
    token,
    'mutation ($input: StartBackportInput!) { startBackport(input: $input) { ... on StartBackportSuccess { job { id } } } }',
    { input: { changes: [failingChange] } },
  );
  await finish(world, token, startBackport.job.id, AbortSignal.timeout(60_000), 'b');
}
