// Tests how people manage their own account: second factor, sessions, tokens, authenticator. In Chromium, against a whole world.
import { Secret, TOTP } from 'otpauth';
import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { createHostCode } from '../../schema/model/account/second-factor/host-code.ts';
import { SecondFactor } from '../../schema/model/account/second-factor/second-factor.ts';
import { lockDuration } from '../../schema/model/account/second-factor/second-factor-lock.ts';
import { Session } from '../../schema/model/account/session.ts';
import { insertSignInLink } from '../../schema/model/account/sign-in-link.ts';
import { User, userNamed } from '../../schema/model/account/user.ts';
import { useWorld } from '../support/shared-world.ts';
import type { World } from '../support/world.ts';
import { useBrowser } from './visitor.ts';

const browser = useBrowser();
const shared = useWorld({
  jobrunner: false,
  environment: {
    SPIDERPIG_DEPLOYER_GROUPS: 'deployment',
    SPIDERPIG_ACCESS_HELP: 'Ask in https://chat.example/deploy',
  },
});

/** What the journeys need of a world; `url` can be another address of its server. */
type Place = Pick<World, 'database' | 'url'>;

/** The sign-in link to which the identity provider redirects. */
async function providerLink({ database, url }: Place, name: string): Promise<string> {
  const now = Date.now();
  const code = await database.write([], async (em) => {
    const user = await userNamed(em, name, now);
    await em.nativeUpdate(User, { id: user.id }, { groups: ['deployment', 'staff'] });
    return await insertSignInLink(em, { user, role: null, way: 'provider', expiresAt: now + 60_000 }, now);
  });
  return `${url}/sign-in#code=${code}`;
}

/** Opens the page that asks for the second factor, as after a sign-in at the identity provider. */
async function openSecondFactor(world: Place, name: string, context?: BrowserContext): Promise<Page> {
  const page = await (context ?? (await browser.newContext({ reducedMotion: 'reduce' }))).newPage();
  await page.goto(await providerLink(world, name));
  await page.getByRole('heading', { name: 'One more step' }).waitFor();
  return page;
}

const menu = (page: Page, name: string) => page.getByRole('button', { name: `Menu of ${name}` });
const account = async (page: Page, world: Pick<World, 'url'>): Promise<void> => {
  await page.goto(`${world.url}/account`);
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
};

describe('second factor', () => {
  it('C7 a host code that was pasted with spaces signs in both tabs, after a wrong code and a reload', async () => {
    const { world } = shared;
    const context = await browser.newContext({ reducedMotion: 'reduce' });
    const page = await openSecondFactor(world, 'Zoe', context);
    await page.getByText('You are signed in as Zoe.').waitFor();
    await page.getByText('spiderpig otp', { exact: true }).waitFor();
    const other = await context.newPage();
    await other.goto(world.url);
    await other.getByRole('heading', { name: 'One more step' }).waitFor();
    await page.reload();
    const field = page.getByLabel('Code', { exact: true });
    await field.waitFor();
    expect(await field.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
    expect(await field.getAttribute('autocomplete')).toBe('one-time-code');
    await field.fill('WRNGWRNG');
    await field.press('Enter');
    await page.getByText('4 attempts are left').waitFor();
    const code = await createHostCode(world.database, 'Zoe');
    await field.fill(` ${code.slice(0, 4)} ${code.slice(4).toLowerCase()} `);
    await page.getByRole('button', { name: 'Continue' }).click();
    await menu(page, 'Zoe').waitFor();
    await menu(other, 'Zoe').waitFor();
    await page.getByText('live', { exact: true }).waitFor();
    await page.reload();
    await menu(page, 'Zoe').waitFor();
  });

  it('C7 five wrong codes lock the second factor, and the page counts down until the lock expires', async () => {
    const { world } = shared;
    const page = await openSecondFactor(world, 'Yan');
    const field = page.getByLabel('Code', { exact: true });
    for (const left of ['4 attempts are', '3 attempts are', '2 attempts are', 'One attempt is']) {
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
    // The lock expires by the clock of the page, and in the database.
    await page.clock.install();
    await page.clock.fastForward(lockDuration + 2_000);
    await world.database.em().nativeUpdate(SecondFactor, {}, { lockedUntil: Date.now() });
    await expect.poll(() => field.isDisabled()).toBe(false);
  });

  it('C7 a person signs out instead of giving a code, and reads why when the session has ended meanwhile', async () => {
    const { world } = shared;
    const page = await openSecondFactor(world, 'Xi');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out.').waitFor();
    const again = await openSecondFactor(world, 'Xi');
    await world.database.em().nativeUpdate(Session, { endedAt: null }, { endedAt: Date.now() });
    await again.getByLabel('Code', { exact: true }).fill('x');
    await again.getByLabel('Code', { exact: true }).press('Enter');
    await again.getByText('You are signed out: the session was ended').waitFor();
  });
});

it('C8 a suspended person reads the reason and whom to ask', async () => {
  const { world } = shared;
  const { page } = await browser.visit(world, { name: 'Wim' });
  await world.database.write(['sessions'], (em) =>
    em.nativeUpdate(User, { name: 'Wim' }, { bannedAt: Date.now(), banReason: 'A laptop\nwas stolen.' }),
  );
  // Without a reload.
  await page.getByRole('heading', { name: 'Your account is suspended' }).waitFor({ timeout: 5_000 });
  await page.getByText('was stolen.').waitFor();
  await page.locator('a[href="https://chat.example/deploy"]').waitFor();
});

describe('account page', () => {
  it('C8 ending another session signs out its browser immediately and says why', async () => {
    const { world } = shared;
    const here = await browser.visit(world, { name: 'Vera' });
    const there = await browser.visit(world, { name: 'Vera' });
    const third = await browser.visit(world, { name: 'Vera' });
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
    await dialog.waitFor();
    // The focus is not on the button that ends the session.
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
    expect([...here.problems, ...there.problems, ...third.problems]).toEqual([]);
  });

  it('C9 a new token is shown once, works, and is refused after it was revoked', async () => {
    const { world } = shared;
    const { page, problems } = await browser.visit(world, { name: 'Uma' });
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
    await tokens.locator('span[role="status"]', { hasText: 'Copied' }).waitFor();
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
    expect(problems).toEqual([]);
  });

  it('C7 a person adds an authenticator after a recent second factor, and signs in with its code', async () => {
    const { world } = shared;
    const page = await openSecondFactor(world, 'Tom');
    await page.getByLabel('Code', { exact: true }).fill(await createHostCode(world.database, 'Tom'));
    await page.getByRole('button', { name: 'Continue' }).click();
    await menu(page, 'Tom').waitFor();
    // The second factor was given too long ago.
    const anHourAgo = { secondFactorAt: Date.now() - 3_600_000 };
    await world.database.em().nativeUpdate(Session, { endedAt: null }, anHourAgo);
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
    await section.getByText('This is not the current code').waitFor();
    const step = totp.counter();
    await section.getByLabel('First code').fill(totp.generate({ timestamp: step * 30_000 }));
    await section.getByRole('button', { name: 'Confirm' }).click();
    await section.getByText('The authenticator was added.').waitFor();
    // The page is still connected, with the page key that came with the new second factor.
    await page.getByText('live', { exact: true }).waitFor();

    const phone = await openSecondFactor(world, 'Tom');
    await phone.getByText('Or enter the code that your authenticator shows now.').waitFor();
    await phone.getByLabel('Code', { exact: true }).fill(totp.generate({ timestamp: (step + 1) * 30_000 }));
    await phone.getByRole('button', { name: 'Continue' }).click();
    await menu(phone, 'Tom').waitFor();

    await section.getByRole('button', { name: 'Remove…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await section.getByText('The authenticator was removed.').waitFor();
    await section.getByRole('button', { name: 'Add an authenticator' }).waitFor();
  });

  it('C7 a person adds a passkey, uses it as the second factor, and removes it', async () => {
    const { world } = shared;
    // Browsers have no passkeys at an IP address.
    const url = world.url.replace(/\/\/[^:/]+/, '//localhost');
    const page = await openSecondFactor({ database: world.database, url }, 'Pia');
    const devices = await page.context().newCDPSession(page);
    await devices.send('WebAuthn.enable');
    await devices.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await page.getByLabel('Code', { exact: true }).fill(await createHostCode(world.database, 'Pia'));
    await page.getByRole('button', { name: 'Continue' }).click();
    await menu(page, 'Pia').waitFor();
    await account(page, { url });
    const section = page.getByRole('region', { name: 'Passkeys' });
    await section.getByText('No passkeys.').waitFor();
    await section.getByLabel('Name of the passkey').fill('my laptop');
    await section.getByRole('button', { name: 'Add a passkey' }).click();
    await section.getByText('The passkey was added.').waitFor();
    const rename = section.getByRole('button', { name: /^Rename passkey my/ });
    await rename.press('Enter');
    await page.getByRole('dialog').locator('input:focus').waitFor();
    await page.keyboard.type('my old laptop');
    await page.keyboard.press('Enter');
    await section.getByRole('button', { name: 'Remove passkey my old laptop' }).waitFor();
    await expect.poll(() => rename.evaluate((button) => button === document.activeElement)).toBe(true);
    await section.getByRole('rowheader', { name: 'my old laptop' }).waitFor();

    // As after a new sign-in at the identity provider.
    const { id: user } = await world.database.em().findOneOrFail(User, { name: 'Pia' });
    // An open page would end the session when one of its requests is refused.
    await page.goto('about:blank');
    await world.database.em().nativeUpdate(Session, { user }, { secondFactorAt: null });
    await page.goto(`${url}/account`);
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await menu(page, 'Pia').waitFor();

    // As hours later: removing it asks for the second factor again, for which the passkey is enough.
    await world.database.em().nativeUpdate(Session, { user }, { secondFactorAt: 1 });
    const remove = async () => {
      await section.getByRole('button', { name: 'Remove passkey my old laptop' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    };
    await remove();
    await section.getByRole('button', { name: 'Use a passkey' }).click();
    await section.getByText('Your second factor was verified.').waitFor();
    await remove();
    await section.getByText('No passkeys.').waitFor();
  });
});
