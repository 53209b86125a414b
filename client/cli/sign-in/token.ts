// Owns where the terminal client gets its API token from: the environment, or the file of `spiderpig sign-in`. No secret is an argument, because
// other users of a machine can read those.
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { Refused } from '../session.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The exit status for what is not allowed. */
const notAllowed = 4;

/** The file with the tokens of this user, by the URL of the server. */
export function tokenFile(env: Environment): string {
  const [configuration = '', home = ''] = [env['XDG_CONFIG_HOME'], env['HOME']];
  // Relative paths have no effect, as the specification of these directories says.
  const directory = isAbsolute(configuration)
    ? configuration
    : join(isAbsolute(home) ? home : ownHome(), '.config');
  return join(directory, 'spiderpig', 'tokens.json');
}

/** A user without an entry in the list of users, as in a container, has no home. */
function ownHome(): string {
  try {
    const home = homedir();
    if (isAbsolute(home)) return home;
  } catch {}
  throw new Refused('You have no home directory: set HOME, or SPIDERPIG_TOKEN', {}, notAllowed);
}

/** The token for a server. Throws `Refused` without one, and when other users can read the file. */
export function readToken(url: string, env: Environment): string {
  const { SPIDERPIG_TOKEN: given } = env;
  if (given) return checkToken(given, 'SPIDERPIG_TOKEN');
  const file = tokenFile(env);
  const token = readTokens(file)[keyOf(url)];
  if (token !== undefined) return checkToken(token, file);
  throw new Refused(
    `You are not signed in at ${url}: \`spiderpig sign-in\` stores a token, or set SPIDERPIG_TOKEN`,
    {},
    notAllowed,
  );
}

/** The stored token for a server; null if none exists. */
export const storedToken = (url: string, env: Environment): string | null =>
  readTokens(tokenFile(env))[keyOf(url)] ?? null;

/** The token, if it can be one. It is sent in a header, which allows only these characters. */
export function checkToken(token: string, source: string): string {
  if (!/^[!-~]+$/.test(token))
    throw new Refused(`${source} contains characters that no token has`, {}, notAllowed);
  return token;
}

/** Throws `Refused` if no token could be stored. To call before one is created, which would be lost. Creates nothing. */
export function checkStore(env: Environment): void {
  const file = tokenFile(env);
  readTokens(file);
  let directory = dirname(file);
  while (!existsSync(directory)) directory = dirname(directory);
  // With the slash, only a directory is accepted.
  writing(file, () => accessSync(join(directory, '/'), constants.W_OK));
}

/** Stores the token for a server; null forgets it. Returns whether there was one before. Throws `Refused` if that is not possible. */
export function storeToken(url: string, token: string | null, env: Environment): boolean {
  const file = tokenFile(env);
  const { [keyOf(url)]: before, ...others } = readTokens(file);
  const tokens = token === null ? others : { ...others, [keyOf(url)]: token };
  writing(file, () => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // Written beside it and renamed, so that a full disk does not cost the other tokens.
    const written = `${file}.${process.pid}`;
    writeFileSync(written, `${JSON.stringify(tokens, null, 2)}\n`, { mode: 0o600 });
    chmodSync(written, 0o600);
    renameSync(written, file);
  });
  return before !== undefined;
}

function writing(file: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw new Refused(`${file} cannot be written (${codeOf(error)}), so no token can be stored`);
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

/** One server has one key, with or without a slash at the end. */
const keyOf = (url: string): string => new URL(url).href.replace(/\/$/, '');

function readTokens(file: string): Readonly<Record<string, string>> {
  let text: string;
  try {
    const { mode, uid } = statSync(file);
    if ((mode & 0o077) !== 0 || uid !== process.getuid?.())
      throw new Refused(
        `${file} can be read by other users: run \`chmod 600 ${file}\`, and replace its tokens`,
        {},
        notAllowed,
      );
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Refused) throw error;
    if (codeOf(error) === 'ENOENT') return {};
    throw new Refused(`${file} cannot be read (${codeOf(error)})`, {}, notAllowed);
  }
  return tokensIn(text) ?? {};
}

/** The tokens of a file; null if it is malformed, for example empty, and is written again. */
function tokensIn(text: string): Record<string, string> | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return null;
    return Object.fromEntries(
      Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    return null;
  }
}
