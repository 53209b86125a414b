// Owns how the values of options are read that only commands have, and who runs a command.
import { normalizedName, ownName, userNamePattern } from '../schema/model/account/name.ts';
import { InvalidValue, type Parser } from '../schema/process/configuration/option-value.ts';
import { ConfigurationError } from '../schema/process/error.ts';
import { unixUserName } from '../schema/process/unix-account.ts';

/** A user name. */
export const userName: Parser<string> = (value) => {
  const name = normalizedName(value);
  if (userNamePattern.test(name)) return name;
  throw new InvalidValue(
    `"${value}" is not a user name: use at most 85 letters, digits, spaces, ., @, _ and -`,
  );
};

/** The user name of `--user`; without it, `fallback`, which is that of a Unix user. */
export function userNameOf(given: string | undefined, fallback = unixUserName()): string {
  if (given !== undefined) return given;
  const name = normalizedName(fallback);
  if (userNamePattern.test(name)) return name;
  throw new ConfigurationError(`--user is needed: "${name}", who runs this command, is not a user name`);
}

/** The Unix user who runs the command; through sudo, the user who called sudo. */
export const operatorName = (): string => process.env['SUDO_USER'] || unixUserName();

/** The account of that Unix user; where the name is not a user name (`CORP\alice` of a domain), that of SpiderPig itself. */
export function operatorAccount(): string {
  const name = normalizedName(operatorName());
  return userNamePattern.test(name) ? name : ownName;
}

const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `30d`, `12h` or `90m` in milliseconds; at most 366 days. */
export const duration: Parser<number> = (value) => {
  const [, count, unit] = /^([1-9][0-9]{0,5})([mhd])$/.exec(value) ?? [];
  const milliseconds = Number(count) * units[unit === 'm' || unit === 'h' ? unit : 'd'];
  if (milliseconds > 0 && milliseconds <= 366 * units.d) return milliseconds;
  throw new InvalidValue(`"${value}" is not a duration such as 30d, 12h or 90m, of at most 366d`);
};
