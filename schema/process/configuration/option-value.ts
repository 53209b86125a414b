// Owns how the text of a configuration option becomes a value, and the error messages for invalid text. Reads files where the value names one.
import { accessSync, constants, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { InvalidMask, parseMasks } from '../../model/log/mask.ts';
import { dialectOf, sqliteFile } from '../../model/store/database.ts';
import { errorCode } from '../error.ts';
import { readTextFile } from '../text-file.ts';

/** Text that is not a value of its option. The message says why; the reader puts the name of the option or variable in front. */
export class InvalidValue extends Error {}

/** Environment variables, as in `process.env`. */
export type Environment = { readonly [name: string]: string | undefined };

/** Parses the text of an option. Throws {@link InvalidValue}. */
export type Parser<Value> = (text: string, environment: Environment) => Value;

/** How an option gets its value, and its default as text; null where there is no fixed default. */
export interface OptionValue<Value> {
  readonly default: string | null;
  /** `text` is null where the option is not set. */
  readonly read: (text: string | null, environment: Environment) => Value;
}

/** An option with a default, which is parsed like any other text. */
export const withDefault = <Value>(text: string, parse: Parser<Value>): OptionValue<Value> => ({
  default: text,
  read: (given, environment) => parse(given ?? text, environment),
});

/** An option that is null where it is not set. */
export const optional = <Value>(parse: Parser<Value>): OptionValue<Value | null> => ({
  default: null,
  read: (given, environment) => (given === null ? null : parse(given, environment)),
});

/** Any text that is visible, on one line. */
export const text: Parser<string> = (value) => {
  if (value.trim() === '') throw new InvalidValue('the value is empty: leave the option out instead');
  if (/\p{Cc}/u.test(value)) throw new InvalidValue(`${JSON.stringify(value)} contains a control character`);
  return value;
};

/** A path, made absolute. A shell would have replaced `~` and variables in most places, but not in `--data=~/x` and not in a file. */
export const path: Parser<string> = (value) => {
  const written = text(value, {});
  if (/^(?:~|\$\{?[A-Za-z_])/.test(written))
    throw new InvalidValue(
      `"${value}" begins with ~ or a variable, which are not replaced: write the whole path`,
    );
  // Node has put this character in place of bytes that it cannot read: it would be another path.
  if (written.includes('\uFFFD'))
    throw new InvalidValue(`"${value}" is not UTF-8: rename the file or directory`);
  return resolve(written);
};

/** The path of a Unix socket. */
export const socketPath: Parser<string> = (value, environment) => {
  if (/^unix:/.test(value)) throw new InvalidValue(`"${value}" is not a path: leave unix: out`);
  const file = path(value, environment);
  const bytes = Buffer.byteLength(file);
  if (bytes <= longestSocketPath) return file;
  throw new InvalidValue(
    `"${value}" is too long for a socket: ${bytes} bytes of at most ${longestSocketPath}`,
  );
};

/** What the kernel accepts, in bytes. */
const longestSocketPath = 107;

/** An index of OpenSearch or several, with `*` and commas. */
export const indexPattern: Parser<string> = (value, environment) => {
  if (!/\s/.test(text(value, environment))) return value;
  throw new InvalidValue(
    `"${value}" is not the name of an index, such as logstash-*: it contains white space`,
  );
};

/** A whole number of at most six digits. */
export const wholeNumber =
  (min: number, max: number): Parser<number> =>
  (value) => {
    const number = /^[0-9]{1,6}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    throw new InvalidValue(`"${value}" is not a whole number from ${min} to ${max}`);
  };

/** One of some words. */
export const oneOf =
  <Word extends string>(words: readonly Word[]): Parser<Word> =>
  (value) => {
    const word = words.find((known) => known === value);
    if (word === undefined) throw new InvalidValue(`"${value}" is not one of ${words.join(', ')}`);
    return word;
  };

/** Names of lanes with commas between them: at least one, each only once. */
export const laneNames: Parser<readonly string[]> = (value) => {
  const names = splitAt(value, ',');
  if (names.length === 0) throw new InvalidValue(`"${value}" names no lane`);
  for (const [at, name] of names.entries()) {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name))
      throw new InvalidValue(
        `"${name}" is not the name of a lane: use at most 64 letters, digits, ., _ and -, and commas between lanes`,
      );
    if (names.indexOf(name) < at) throw new InvalidValue(`"${name}" is named twice`);
  }
  return names;
};

/** Names of environment variables, or prefixes that end in `*`. SpiderPig's own variables are refused, because some hold secrets. */
export const variableNames: Parser<readonly string[]> = (value) => {
  const names = splitAt(value, ',');
  for (const name of names) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*\*?$/.test(name))
      throw new InvalidValue(`"${name}" is not the name of a variable, nor a prefix that ends in *`);
    const prefix = name.replace(/\*$/, '');
    if (prefix.startsWith('SPIDERPIG_') || (name.endsWith('*') && 'SPIDERPIG_'.startsWith(prefix)))
      throw new InvalidValue(`"${name}" would pass on SpiderPig's own variables, which can hold secrets`);
  }
  return names;
};

/** Words with white space between them. There is no quoting. */
export const words: Parser<readonly string[]> = (value) => value.split(/\s+/).filter((word) => word !== '');

/** Names of groups. They can contain commas, as those of LDAP do: with a semicolon anywhere, the items are separated by semicolons. */
export const groupNames: Parser<readonly string[]> = (value) =>
  splitAt(value, value.includes(';') ? ';' : ',');

const splitAt = (value: string, separator: string): string[] =>
  value
    .split(separator)
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** Networks as `ADDRESS/BITS`, with commas between them. */
export const networks: Parser<readonly string[]> = (value) => {
  const items = splitAt(value, ',');
  for (const item of items) {
    const [address = '', bits = '', ...more] = item.split('/');
    const family = isIP(address);
    const largest = family === 4 ? 32 : 128;
    if (
      family === 0 ||
      address.includes('%') ||
      more.length > 0 ||
      !/^(?:0|[1-9][0-9]{0,2})$/.test(bits) ||
      Number(bits) > largest
    )
      throw new InvalidValue(`"${item}" is not a network, such as 10.0.0.0/8`);
  }
  return items;
};

/** `on` or `off`. */
export const onOff: Parser<boolean> = (value) => {
  if (value !== 'on' && value !== 'off') throw new InvalidValue(`"${value}" is neither on nor off`);
  return value === 'on';
};

/** The path of a URL, without a slash at its end; `/` becomes empty. Its characters need no escaping in a URL, in HTML or in the path of a cookie. */
export const urlPath: Parser<string> = (value) => {
  const path = value.replace(/\/$/, '');
  if (/^(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/.test(path)) return path;
  throw new InvalidValue(`"${value}" is not a path such as /spiderpig, with letters, digits, ., _ and -`);
};

/** A host name or an address. */
export const hostName: Parser<string> = (value) => {
  if (isHost(value)) return value;
  throw new InvalidValue(
    `"${value}" is not a host name, or an address such as 127.0.0.1 or ::1, without a port`,
  );
};

/** Whether a text is an address, or a host name. A name that looks like a malformed address is neither. */
function isHost(name: string): boolean {
  if (isIP(name) !== 0) return !name.includes('%');
  const label = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;
  const labels = name.replace(/\.$/, '').split('.');
  return (
    name.length <= 253 && labels.every((each) => label.test(each)) && !/^[0-9]+$/.test(labels.at(-1) ?? '')
  );
}

/** Host names or addresses as in a `Host` header, each with or without a port, with commas between them. */
export const hosts: Parser<readonly string[]> = (value) => {
  const items = splitAt(value, ',');
  for (const item of items) {
    const [, address, name = '', port = '1'] =
      /^(?:\[([0-9A-Fa-f:.]+)\]|([^:]*))(?::([1-9][0-9]{0,4}))?$/.exec(item) ?? [];
    const isValid = address === undefined ? isHost(name) : isIP(address) === 6;
    if ((isValid && Number(port) <= 65_535) || (isIP(item) === 6 && isHost(item))) continue;
    throw new InvalidValue(
      `"${item}" is not a host name such as spiderpig.example.org, with or without a port`,
    );
  }
  return items;
};

/** Credentials would be shown in links, logs and the arguments of a process. */
const hasCredentials = ({ username, password }: URL): boolean => username !== '' || password !== '';

/** An http or https URL without a user name. A slash is added at its end. */
export const baseUrl: Parser<string> = (value) => {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url && hasCredentials(url)) throw new InvalidValue('the URL must have no user name or password');
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw new InvalidValue(`"${value}" is not an http or https URL`);
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
};

/** A {@link baseUrl} without a user name, query and fragment. */
export const serviceUrl: Parser<string> = (value, environment) => {
  const url = new URL(baseUrl(value, environment));
  if (url.search === '' && url.hash === '') return url.href;
  throw new InvalidValue('the URL must have no user name, query or fragment');
};

/** The http or https URL of a page, which may have a query and a fragment. */
export const dashboardUrl: Parser<string> = (value) => {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url !== null && hasCredentials(url))
    throw new InvalidValue('the URL must have no user name or password');
  if (url !== null && /^https?:$/.test(url.protocol)) return url.href;
  throw new InvalidValue(`"${value}" is not an http or https URL`);
};

/** A URL to which secrets are sent: https, or http on this machine; without query, fragment and user name. Kept as it is written. */
export const secureUrl: Parser<string> = (value) => {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url !== null && hasCredentials(url))
    throw new InvalidValue('the URL must have no user name or password');
  if (url === null) throw new InvalidValue(`"${value}" is not a URL`);
  if (url.search !== '' || url.hash !== '')
    throw new InvalidValue(`"${value}" must have no query or fragment`);
  const isLocal = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLocal)) return value;
  throw new InvalidValue(`"${value}" must be https, or http on this machine`);
};

/** A {@link secureUrl} without a path, as an origin. */
export const secureOrigin: Parser<string> = (value, environment) => {
  const { origin, pathname } = new URL(secureUrl(value, environment));
  if (pathname !== '/') throw new InvalidValue(`"${value}" must have no path`);
  return origin;
};

/** The URL of a SQLite file or a PostgreSQL database. */
export const databaseUrl: Parser<string> = (value) => {
  const dialect = dialectOf(value);
  if (dialect === 'sqlite' && sqliteFile(value) === '')
    throw new InvalidValue(`"${value}" names no file: write sqlite:FILE`);
  if (dialect === 'postgresql' && /^[^:]+:\/\/([^/]*@)?[^/@]*,/.test(value))
    throw new InvalidValue(
      `"${withoutPassword(value)}" names several hosts, which is not supported: name one that always is the primary (a virtual address, a DNS name or a proxy)`,
    );
  if (dialect === 'sqlite' || (dialect === 'postgresql' && URL.canParse(value))) return value;
  throw new InvalidValue(
    `"${withoutPassword(value)}" is not a database URL (postgresql://USER@HOST/DATABASE, or sqlite:FILE)`,
  );
};

/** A database URL that can be shown: `…` stands for the password. Of a text that is not a URL, rather too much is hidden than too little. */
export function withoutPassword(url: string): string {
  const authority = URL.canParse(url) ? /^[^/?#]*\/\/[^/?#]*/ : /^.*/s;
  return url
    .replace(authority, (part) => part.replace(/(:\/\/[^:@/]*):.*@/s, '$1:…@'))
    .replaceAll(/([?&])([^=&#]*)=[^&#]*/g, (parameter, sign: string, name: string) =>
      isPasswordName(name) ? `${sign}${name}=…` : parameter,
    );
}

/** Whether the name of a parameter, which can be encoded, is that of a password. */
const isPasswordName = (name: string): boolean =>
  [...new URLSearchParams(`${name}=`).keys()].some((decoded) => /^(ssl)?password$/i.test(decoded));

/** Whether a database URL contains a password, before the host or as a parameter. Pure. */
export const hasPassword = (url: string): boolean => withoutPassword(url) !== url;

/** A file of masks: its absolute path and its patterns. */
export const maskFile: Parser<{ readonly file: string; readonly patterns: readonly string[] }> = (value) => {
  const file = path(value, {});
  let content: string;
  try {
    content = readTextFile(file);
  } catch (error) {
    throw new InvalidValue(`${file} cannot be read (${errorCode(error)})`);
  }
  try {
    return { file, patterns: parseMasks(content) };
  } catch (error) {
    if (!(error instanceof InvalidMask)) throw error;
    throw new InvalidValue(`${file}, line ${error.line}: ${error.message}`);
  }
};

/** A command as argv, as {@link formatCommand} writes it: no shell runs it, so there is no quoting. The program is searched for on PATH. */
export const command: Parser<readonly string[]> = (value, environment) => {
  const [program, ...rest] = listedWords(value) ?? words(value, environment);
  if (program === undefined) throw new InvalidValue('the command is empty');
  const file = program.includes('/') ? resolve(program) : findOnPath(program, environment);
  if (file === null || !isExecutable(file))
    throw new InvalidValue(`"${program}" is not an executable program`);
  return [file, ...rest];
};

/** A command with white space between its words; as a JSON array if a word itself contains white space, such as the path of a program on PATH. */
export const formatCommand = (argv: readonly string[]): string =>
  argv.some((word) => /\s/.test(word)) ? JSON.stringify(argv) : argv.join(' ');

/** The words of a JSON array; null for any other text: `[` is a program too. */
function listedWords(value: string): readonly string[] | null {
  try {
    const list: unknown = JSON.parse(value);
    return Array.isArray(list) && list.every((word) => typeof word === 'string') ? list : null;
  } catch {
    return null;
  }
}

/** The absolute path of a program on PATH; null when it is not found. */
export function findOnPath(program: string, environment: Environment): string | null {
  for (const directory of (environment['PATH'] ?? '').split(delimiter)) {
    if (isAbsolute(directory) && isExecutable(join(directory, program))) return join(directory, program);
  }
  return null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
