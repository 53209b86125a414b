// Owns `spiderpig sign-in` and `sign-out`: storing a token that was created on the page, and forgetting it.

import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { harmlessName } from '../../schema/text/harmless.ts';
import { createClient } from '../sdk/client.ts';
import type { Printer } from './printer.ts';
import { Refused } from './session.ts';
import { terminalText } from './text.ts';
import { checkToken, storeToken, tokenFile } from './token.ts';
import { hasPages, transportOf } from './transport.ts';

/** What both commands work with. There is no client yet: it needs the token. */
export interface SignIn {
  readonly url: string;
  readonly printer: Printer;
  readonly signal: AbortSignal;
}

/** Reads a token from the terminal (without showing it) or from standard input, checks it at the server and stores it. Returns the exit status. */
export async function signIn({ url, printer, signal }: SignIn): Promise<number> {
  const page = hasPages(url)
    ? `at ${new URL('account', url.endsWith('/') ? url : `${url}/`).href}`
    : 'on the page *Your account*';
  if (printer.terminal.stdin.isTTY === true)
    printer.remark(`create a token ${page} and paste it here; it is not shown`);
  const token = checkToken(await readSecret(printer, signal), 'The input');
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

/** Forgets the token of a server. Returns the exit status. */
export async function signOut({ url, printer }: SignIn): Promise<number> {
  const had = storeToken(url, null, process.env);
  const text = had
    ? `Forgot the token for ${url}. It stays valid until it expires, or until you revoke it on the page *Your account*.`
    : `There is no token for ${url}.`;
  await printer.text(`${text}\n`);
  await printer.object({ type: 'signedOut', url, had });
  return 0;
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
  throw new Refused('No token was given on standard input.', {}, 2);
}
