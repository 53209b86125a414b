// Owns `spiderpig sign-in` and `sign-out`: storing a token, and revoking and forgetting it. Not how a browser confirms it (device.ts).
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { harmlessName } from '../../../schema/text/harmless.ts';
import { createClient } from '../../sdk/client.ts';
import { SpiderPigError } from '../../sdk/error.ts';
import { post } from '../post.ts';
import type { Printer } from '../printer.ts';
import { hasPages } from '../server-name.ts';
import { Refused, type SignIn } from '../session.ts';
import { terminalText } from '../text.ts';
import { transportOf } from '../transport.ts';
import { requestToken } from './device.ts';
import { checkStore, checkToken, storedToken, storeToken, tokenFile } from './token.ts';

/** Gets a token, checks it at the server and stores it. Returns the exit status. */
export async function signIn(
  wanted: SignIn,
  { from, scope }: { readonly from: 'any' | 'browser' | 'input'; readonly scope: 'read' | 'deploy' },
): Promise<number> {
  const { url, printer, signal } = wanted;
  checkStore(process.env);
  const isTerminal = printer.terminal.stdin.isTTY === true;
  const byBrowser = from === 'browser' || (from === 'any' && isTerminal);
  const token = byBrowser
    ? await requestToken(wanted, scope)
    : checkToken(await askForToken(wanted, isTerminal), 'The input');
  await using client = createClient({ ...(await transportOf(url)), token, clientName: 'cli' });
  const viewer = await client.viewer(signal);
  if (viewer === null) throw new Refused('The server does not know who you are.', {}, 4);
  storeToken(url, token, process.env);
  const file = tokenFile(process.env);
  const rights = viewer.canDeploy ? 'may deploy' : 'may only look';
  await printer.text(
    terminalText(
      `Signed in at ${url} as ${harmlessName(viewer.user.name)}, who ${rights}; the token is in ${file}`,
    ),
  );
  await printer.text('\n');
  await printer.object({ type: 'signedIn', url, file, ...viewer });
  return 0;
}

async function askForToken({ url, printer, signal }: SignIn, isTerminal: boolean): Promise<string> {
  const page = hasPages(url)
    ? `at ${new URL('account', url.endsWith('/') ? url : `${url}/`).href}`
    : 'on the page *Your account*';
  if (isTerminal) printer.remark(`create a token ${page} and paste it here; it is not shown`);
  return await readSecret(printer, signal);
}

/** What the server did with the token, and the exit status that follows. */
const endings = {
  revoked: { status: 0, text: 'It is no longer valid.' },
  refused: { status: 0, text: 'The server did not accept it, so there was nothing to revoke.' },
  unreachable: {
    status: 3,
    text: 'The server could not be reached: the token stays valid until it expires, or until you revoke it on the page *Your account*.',
  },
  failed: {
    status: 1,
    text: 'The server could not revoke it: the token stays valid until it expires, or until you revoke it on the page *Your account*.',
  },
} as const;

/** Revokes the token of a server and forgets it. Returns the exit status. */
export async function signOut({ url, printer, signal }: SignIn): Promise<number> {
  const token = storedToken(url, process.env);
  if (token === null) {
    await printer.text(`There is no token for ${url}.\n`);
    await printer.object({ type: 'signedOut', url, had: false });
    return 0;
  }
  const ending = await revoke(url, token, signal);
  storeToken(url, null, process.env);
  const { status, text } = endings[ending];
  await printer.text(`Forgot the token for ${url}. ${text}\n`);
  await printer.object({ type: 'signedOut', url, had: true, token: ending });
  return status;
}

async function revoke(url: string, token: string, signal: AbortSignal): Promise<keyof typeof endings> {
  try {
    const { status } = await post(url, 'sign-out', {
      body: {},
      token: checkToken(token, 'The file'),
      signal,
    });
    if (status === 401) return 'refused';
    return status === 200 ? 'revoked' : 'failed';
  } catch (error) {
    if (error instanceof SpiderPigError) return 'unreachable';
    throw error;
  }
}

/** The first line of standard input, without echo. */
async function readSecret(printer: Printer, signal: AbortSignal): Promise<string> {
  const { stdin } = printer.terminal;
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: stdin, output: silent, terminal: stdin.isTTY === true, signal });
  reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    for await (const line of reader) return line.trim();
  } finally {
    reader.close();
  }
  signal.throwIfAborted();
  throw new Refused(
    'No token was given on standard input. `spiderpig sign-in --browser` shows a code to confirm in the browser.',
    {},
    2,
  );
}
