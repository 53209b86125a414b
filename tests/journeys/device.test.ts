// Tests the sign-in of a terminal: the real client in a pseudo-terminal, confirmed on the page, below a base path. In Chromium, against a whole world.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { ownTokens } from '../../schema/model/account/token.ts';
import { User } from '../../schema/model/account/user.ts';
import { entryUnderTest } from '../support/package/build.ts';
import { useWorld } from '../support/shared-world.ts';
import { useBrowser } from './visitor.ts';

const browser = useBrowser();
const shared = useWorld({ jobrunner: false, environment: { SPIDERPIG_BASE_PATH: '/tools' } });

it('a terminal is signed in when its code is confirmed on the page', async () => {
  const { world } = shared;
  const { page, problems } = await browser.visit(world, { width: 360, name: 'Amina' });
  const command = `'${process.execPath}' '${entryUnderTest('spiderpig')}' sign-in`;
  const terminal = spawn('script', ['-qefc', command, '/dev/null'], {
    env: { HOME: world.directory, PATH: process.env['PATH'] ?? '', TERM: 'xterm', SPIDERPIG_URL: world.url },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const closed = once(terminal, 'close');
    let output = '';
    terminal.stdout.setEncoding('utf8').on('data', (piece: string) => {
      output += piece;
    });
    await expect.poll(() => output, { timeout: 30_000 }).toMatch(/[A-Z]{4}-[A-Z]{4}/);
    const [code = ''] = /[A-Z]{4}-[A-Z]{4}/.exec(output) ?? [];
    expect(output).toContain(`open ${world.url}/device in your browser`);

    await page.goto(`${world.url}/device`);
    await page.getByLabel('Code', { exact: true }).fill(code.toLowerCase());
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('Only confirm if you started this yourself').waitFor();
    await page.getByText('127.0.0.1').waitFor();
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText(/^Confirmed\./).waitFor();

    expect(await closed).toEqual([0, null]);
    expect(output).toContain('as Amina, who may deploy');
    const em = world.database.em();
    const { id } = await em.findOneOrFail(User, { name: 'Amina' });
    expect(await ownTokens(em, id)).toMatchObject([{ scope: 'deploy' }]);
    expect(problems).toEqual([]);
  } finally {
    terminal.kill('SIGKILL');
  }
});
