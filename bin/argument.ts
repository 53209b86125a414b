// Owns the checks of arguments that only commands have. Each throws ConfigurationError, which names the option.
import { userInfo } from 'node:os';
import { normalizedName, ownName, userNamePattern } from '../schema/model/account/name.ts';
import { ConfigurationError } from '../schema/process/error.ts';

/** The user name of `--user`; without it, of the Unix user that runs the command. */
export function userNameOf(name: string | undefined): string {
  const user = normalizedName(name ?? userInfo().username);
  if (!userNamePattern.test(user)) throw new ConfigurationError(`--user: "${user}" is not a user name`);
  return user;
}

/** The Unix user who runs the command; through sudo, the user who called sudo. */
export const operatorName = (): string => process.env['SUDO_USER'] || userInfo().username;

/** The account of that Unix user; where the name is not a user name (`CORP\alice` of a domain), that of SpiderPig itself. */
export function operatorAccount(): string {
  const name = normalizedName(operatorName());
  return userNamePattern.test(name) ? name : ownName;
}

/** One of `words`. */
export function wordOf<Word extends string>(option: string, value: string, words: readonly Word[]): Word {
  const word = words.find((known) => known === value);
  if (word === undefined)
    throw new ConfigurationError(`${option}: "${value}" is not one of ${words.join(', ')}`);
  return word;
}

const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `30d`, `12h` or `90m` in milliseconds; at most 366 days. */
export function durationOf(option: string, value: string): number {
  const [, count, unit] = /^([1-9][0-9]{0,5})([mhd])$/.exec(value) ?? [];
  const duration = Number(count) * units[unit === 'm' || unit === 'h' ? unit : 'd'];
  if (duration > 0 && duration <= 366 * units.d) return duration;
  throw new ConfigurationError(
    `${option}: "${value}" is not a duration such as 30d, 12h or 90m, of at most 366d`,
  );
}
