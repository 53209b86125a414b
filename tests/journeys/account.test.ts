// What a person does with their own account (second factor, sessions, tokens, authenticator), in a real Chromium.
import { Secret, TOTP } from 'otpauth';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHostCode, lockDuration, SecondFactor } from '../../schema/model/account/second-factor.ts';
import { insertSignInLink, Session } from '../../schema/model/account/session.ts';
import { User, userNamed } from '../../schema/model/account/user.ts';
import { openBrowser } from '../support/browser.ts';
import { openWorld, type World } from '../support/world.ts';
import { visit } from './visitor.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** The link with which the identity provider sends somebody back. */
async function providerLink({ database, url }: World, name: string): Promise<string> {
  const now = Date.now();
  const code = await database.write([], async (em) => {
    const user = await userNamed(em, name, now);
    await em.nativeUpdate(User, { id: user.id }, { groups: ['deployment', 'staff'] });
    return await insertSignInLink(em, { user, role: null, way: 'provider', expiresAt: now + 60_000 }, now);
  });
  return `${url}/sign-in#code=${code}`;
}

const open = (): Promise<World> =>
  openWorld({ jobrunner: false, environment: { SPIDERPIG_DEPLOYER_GROUPS: 'deployment' } });

/** Somebody who comes back from the identity provider, at the page that asks for a code. */
async function comeBack(world: World, name: string, context?: BrowserContext): Promise<Page> {
  const page = await (context ?? (await browser.newContext({ reducedMotion: 'reduce' }))).newPage();
  await page.goto(await providerLink(world, name));
  await page.getByRole('heading', { name: 'One more step' }).waitFor();
  return page;
}

const menu = (page: Page, name: string) => page.getByRole('button', { name: `Menu of ${name}` });
const account = async (page: Page, world: World): Promise<void> => {
  await page.goto(`${world.url}/account`);
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
};

describe('C7: somebody who is half way in', () => {
  it('reads what to run, mistypes, pastes the code with blanks, and is in, also in the other tab and after a reload', async () => {
    await using world = await open();
    const context = await browser.newContext({ reducedMotion: 'reduce' });
    const page = await comeBack(world, 'Zoe', context);
    await page.getByText('You are signed in as Zoe.').waitFor();
    await page.getByText('spiderpig otp', { exact: true }).waitFor();
    const other = await context.newPage();
    await other.goto(world.url);
    await other.getByRole('heading', { name: 'One more step' }).waitFor();
    await page.reload();
    const field = page.getByLabel('Code', { exact: true });
    await field.waitFor();
    // The keyboard is there already.
    expect(await field.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
    expect(await field.getAttribute('autocomplete')).toBe('one-time-code');
    await field.fill('WRNGWRNG');
    await field.press('Enter');
    await page.getByText('4 attempts left').waitFor();
    const code = await createHostCode(world.database, 'Zoe');
    await field.fill(` ${code.slice(0, 4)} ${code.slice(4).toLowerCase()} `);
    await page.getByRole('button', { name: 'Continue' }).click();
    await menu(page, 'Zoe').waitFor();
    await menu(other, 'Zoe').waitFor();
    await page.getByText('live', { exact: true }).waitFor();
    await page.reload();
    await menu(page, 'Zoe').waitFor();
    await context.close();
  });

  it('is locked out after five wrong codes, sees the time run, and goes on when it is over', async () => {
    await using world = await open();
    const page = await comeBack(world, 'Yan');
    const field = page.getByLabel('Code', { exact: true });
    for (const left of ['4 attempts', '3 attempts', '2 attempts', 'One attempt']) {
      await field.fill('WRNGWRNG');
      await field.press('Enter');
      await page.getByText(`${left} left`).waitFor();
    }
    await field.fill('WRNGWRNG');
    await field.press('Enter');
    await page.getByText('Too many wrong codes').waitFor();
    expect(await field.isDisabled()).toBe(true);
    const running = page.getByText(/\d:\d\d left/);
    const first = await running.textContent();
    await expect.poll(() => running.textContent(), { timeout: 5_000 }).not.toBe(first);
    await page.reload();
    await page.getByText('Too many wrong codes').waitFor();
    // The time is over, as the clock of the page has it.
    await page.clock.install();
    await page.clock.fastForward(lockDuration + 2_000);
    await world.database.em().nativeUpdate(SecondFactor, {}, { lockedUntil: Date.now() });
    await expect.poll(() => field.isDisabled()).toBe(false);
    await page.context().close();
  });

  it('signs out; and when the session is ended meanwhile, reads why', async () => {
    await using world = await open();
    const page = await comeBack(world, 'Xi');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out.').waitFor();
    const again = await comeBack(world, 'Xi');
    await world.database.em().nativeUpdate(Session, { endedAt: null }, { endedAt: Date.now() });
    await again.getByLabel('Code', { exact: true }).fill('x');
    await again.getByLabel('Code', { exact: true }).press('Enter');
    await again.getByText('You are signed out: the session was ended').waitFor();
    await page.context().close();
    await again.context().close();
  });
});

it('C8: who is banned reads why, and whom to ask', async () => {
  await using world = await openWorld({
    jobrunner: false,
    environment: { SPIDERPIG_ACCESS_HELP: 'Ask in https://chat.example/deploy' },
  });
  const { page } = await visit(browser, world, { name: 'Wim' });
  await world.database.write(['sessions'], (em) =>
    em.nativeUpdate(User, { name: 'Wim' }, { bannedAt: Date.now(), banReason: 'A laptop\nwas stolen.' }),
  );
  // At once, without a reload.
  await page.getByRole('heading', { name: 'Your account is suspended' }).waitFor({ timeout: 5_000 });
  await page.getByText('was stolen.').waitFor();
  await page.locator('a[href="https://chat.example/deploy"]').waitFor();
  await page.context().close();
});

describe('the account', () => {
  it('C8: ends another session, whose browser reads at once why it is out', async () => {
    await using world = await open();
    const here = await visit(browser, world, { name: 'Vera' });
    const there = await visit(browser, world, { name: 'Vera' });
    const third = await visit(browser, world, { name: 'Vera' });
    await menu(here.page, 'Vera').click();
    await here.page.getByRole('link', { name: 'Your account' }).click();
    const sessions = here.page.getByRole('region', { name: 'Sessions' });
    await sessions.getByText('this browser').waitFor();
    expect(await sessions.getByRole('row').count()).toBe(4);
    await sessions
      .getByRole('button', { name: /^Sign out Chrome/ })
      .first()
      .click();
    const dialog = here.page.getByRole('dialog');
    // A stray Enter ends nothing.
    await here.page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    expect(await sessions.getByRole('row').count()).toBe(4);
    await sessions
      .getByRole('button', { name: /^Sign out Chrome/ })
      .first()
      .click();
    const out = (page: Page) => page.getByText('You are signed out: the session was ended').waitFor();
    const one = Promise.race([out(there.page).then(() => there), out(third.page).then(() => third)]);
    await dialog.getByRole('button', { name: 'Sign out' }).click();
    const ended = await one;
    await expect.poll(() => sessions.getByRole('row').count()).toBe(3);
    await sessions.getByRole('button', { name: 'Sign out all others' }).click();
    await dialog.getByRole('button', { name: 'Sign out all others' }).click();
    await out((ended === there ? third : there).page);
    await sessions.getByText('No other sessions.').waitFor();
    expect([...here.wrongs, ...there.wrongs, ...third.wrongs]).toEqual([]);
    for (const { page } of [here, there, third]) await page.context().close();
  });

  it('C9: makes a token, which works, is shown once, and does not work any more once it is ended', async () => {
    await using world = await open();
    const { page, wrongs } = await visit(browser, world, { name: 'Uma' });
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await account(page, world);
    const tokens = page.getByRole('region', { name: 'Tokens' });
    await tokens.getByText('No tokens.').waitFor();
    await tokens.getByLabel('What is it for?').fill('-bad');
    await tokens.getByRole('button', { name: 'Create token' }).click();
    await tokens.getByText('Not created: A token needs a name').waitFor();
    await tokens.getByLabel('What is it for?').fill('my bot');
    await tokens.getByLabel('Scope').selectOption('DEPLOY');
    await tokens.getByLabel('Expires after').selectOption('7');
    await tokens.getByRole('button', { name: 'Create token' }).click();
    await tokens.getByText('it is shown only once').waitFor();
    const token = (await tokens.locator('.made-token__token').textContent()) ?? '';
    expect(token).toMatch(/^spiderpig_[\w-]{43}$/);
    await tokens.getByRole('button', { name: 'Copy token' }).click();
    await tokens.getByText('Copied').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(token);
    const viewer = '{ viewer { user { name } role } }';
    expect((await world.graphql(token, viewer)).data).toEqual({
      viewer: { user: { name: 'Uma' }, role: 'DEPLOYER' },
    });
    await page.reload();
    await tokens.getByRole('rowheader', { name: 'my bot' }).waitFor();
    expect(await page.content()).not.toContain(token);
    await tokens.getByRole('button', { name: 'Revoke token my bot' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await tokens.getByText('No tokens.').waitFor();
    expect((await world.graphql(token, viewer)).status).toBe(401);
    expect(wrongs).toEqual([]);
    await page.context().close();
  });

  it('C7: enrols an authenticator with a fresh second factor, and signs in with its code', async () => {
    await using world = await open();
    const page = await comeBack(world, 'Tom');
    await page.getByLabel('Code', { exact: true }).fill(await createHostCode(world.database, 'Tom'));
    await page.getByRole('button', { name: 'Continue' }).click();
    await menu(page, 'Tom').waitFor();
    // It was a while ago.
    const long = { secondFactorAt: Date.now() - 3_600_000 };
    await world.database.em().nativeUpdate(Session, { endedAt: null }, long);
    await account(page, world);
    const groups = page.getByText('staff', { exact: true });
    await groups.waitFor();
    await page.getByText(/verified 1 h 00 min ago/).waitFor();
    const section = page.getByRole('region', { name: 'Authenticator' });
    await section.getByRole('button', { name: 'Add an authenticator' }).click();
    await section.getByText('verify your second factor again').waitFor();
    await section.getByLabel('Code', { exact: true }).fill(await createHostCode(world.database, 'Tom'));
    await section.getByRole('button', { name: 'Continue' }).click();
    await section.getByRole('img', { name: /QR code/ }).waitFor();
    const secret = ((await section.locator('.enrolment__secret code').textContent()) ?? '').replaceAll(
      ' ',
      '',
    );
    const totp = new TOTP({ secret: Secret.fromBase32(secret) });
    await section.getByLabel('First code').fill('000 000');
    await section.getByRole('button', { name: 'Confirm' }).click();
    await section.getByText('This is not the code').waitFor();
    const step = totp.counter();
    await section.getByLabel('First code').fill(totp.generate({ timestamp: step * 30_000 }));
    await section.getByRole('button', { name: 'Confirm' }).click();
    await section.getByText('The authenticator was added.').waitFor();
    // The page is still connected, with the key that the fresh second factor brought.
    await page.getByText('live', { exact: true }).waitFor();

    const phone = await comeBack(world, 'Tom');
    await phone.getByText('Or enter the code that your authenticator shows now.').waitFor();
    await phone.getByLabel('Code', { exact: true }).fill(totp.generate({ timestamp: (step + 1) * 30_000 }));
    await phone.getByRole('button', { name: 'Continue' }).click();
    await menu(phone, 'Tom').waitFor();

    await section.getByRole('button', { name: 'Remove…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await section.getByText('The authenticator was removed.').waitFor();
    await section.getByRole('button', { name: 'Add an authenticator' }).waitFor();
    await page.context().close();
    await phone.context().close();
  });
});
