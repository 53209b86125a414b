// Owns `spiderpig token create|list|revoke`. The secret of a token is printed alone, once.
import { table } from '../../client/cli/table.ts';
import { hostSource } from '../../schema/model/account/audit.ts';
import { userNamePattern } from '../../schema/model/account/name.ts';
import { revokeTokenOf } from '../../schema/model/account/sign-out.ts';
import { activeTokensOf, createToken, tokenLifetime, tokenScopes } from '../../schema/model/account/token.ts';
import {
  type CommandLine,
  configurationWith,
  parseCommandLine,
} from '../../schema/process/configuration/configuration-reader.ts';
import { InvalidValue, oneOf, type Parser } from '../../schema/process/configuration/option-value.ts';
import { openExistingDatabase } from '../../schema/process/database.ts';
import { ConfigurationError } from '../../schema/process/error.ts';
import { unixUserName } from '../../schema/process/unix-account.ts';
import { minuteOf } from '../../schema/text/minute.ts';
import { duration, operatorName, userName, userNameOf } from '../argument.ts';
import { say, sayJson } from '../output.ts';

interface Own {
  readonly name: string;
  readonly scope: (typeof tokenScopes)[number];
  readonly user: string;
  readonly expires: number;
}

type Line = CommandLine<Own>;

const usage = `usage: spiderpig token create --name NAME --scope read|deploy, spiderpig token list, or spiderpig token revoke ID`;

export async function run(args: readonly string[]): Promise<void> {
  const line = parseCommandLine<Own>(args, {
    own: { name: tokenName, scope: oneOf(tokenScopes), user: userName, expires: duration },
    switches: ['json'],
    operands: true,
    check: mistakesOf,
  });
  const [action, id] = line.operands;
  if (action === 'create') await create(line);
  else if (action === 'list') await list(line);
  else await revoke(line, Number(id));
}

/** The actions and their operands, or the missing options of the action. */
function mistakesOf({ operands }: Line, given: ReadonlySet<string>): string[] {
  const [action, id, ...more] = operands;
  const isRevocation = action === 'revoke' && /^[1-9][0-9]{0,8}$/.test(id ?? '') && more.length === 0;
  if (!isRevocation && (operands.length !== 1 || (action !== 'create' && action !== 'list'))) return [usage];
  if (action !== 'create') return [];
  return ['name', 'scope']
    .filter((name) => !given.has(name))
    .map((name) => `--${name} is needed: spiderpig token create --name NAME --scope read|deploy`);
}

/** Prints the token alone, so that it can be piped; with `--json` what it is, too. */
async function create({ options, own, switches }: Line): Promise<void> {
  const { name, scope, expires: lifetime = tokenLifetime } = own;
  // The check of the command line has refused this.
  if (name === undefined || scope === undefined) throw new ConfigurationError(usage);
  const configuration = configurationWith(options);
  const user = userNameOf(own.user);
  await using database = await openExistingDatabase(configuration);
  const now = Date.now();
  const wanted = { name, scope, userName: user, lifetime, operator: unixUserName() };
  const token = await createToken(database, wanted, now);
  const expiresAt = new Date(now + lifetime).toISOString();
  if (switches.has('json')) sayJson({ type: 'token', token, name, scope, user, expiresAt });
  else process.stdout.write(`${token}\n`);
}

const tokenName: Parser<string> = (value) => {
  if (userNamePattern.test(value)) return value;
  throw new InvalidValue(
    `"${value}" is not a token name: use at most 85 letters, digits, spaces, ., @, _ and -`,
  );
};

/** Prints the active tokens of a user, or of all users. */
async function list({ options, own, switches }: Line): Promise<void> {
  const owner = own.user ?? null;
  await using database = await openExistingDatabase(configurationWith(options));
  const tokens = (await activeTokensOf(database.em(), owner)).map(
    ({ token: { id, name, scope, expiresAt, lastUsedAt }, user }) => ({
      type: 'token',
      ...{ id: String(id), name, scope, user },
      expiresAt: new Date(expiresAt).toISOString(),
      lastUsedAt: lastUsedAt == null ? null : new Date(lastUsedAt).toISOString(),
    }),
  );
  if (switches.has('json')) for (const token of tokens) sayJson(token);
  else if (tokens.length === 0) process.stderr.write('No active tokens.\n');
  else
    process.stdout.write(
      table(
        [['ID', 'USER', 'SCOPE', 'EXPIRES (UTC)', 'LAST USED', 'NAME'], ...tokens.map(rowOf)],
        process.stdout.isTTY ? process.stdout.columns : null,
      ),
    );
}

const rowOf = (token: {
  readonly id: string;
  readonly user: string;
  readonly scope: string;
  readonly expiresAt: string;
  readonly lastUsedAt: string | null;
  readonly name: string;
}): string[] => [
  token.id,
  token.user,
  token.scope,
  minuteOf(token.expiresAt),
  token.lastUsedAt === null ? 'never' : minuteOf(token.lastUsedAt),
  token.name,
];

async function revoke({ options, own, switches }: Line, tokenId: number): Promise<void> {
  const operator = userNameOf(own.user, operatorName());
  await using database = await openExistingDatabase(configurationWith(options));
  const { name } = await revokeTokenOf(database, { tokenId, by: operator, through: hostSource });
  const object = { type: 'revoked', id: String(tokenId), name };
  if (switches.has('json')) sayJson(object);
  else say(`Token ${tokenId} (${name}) is revoked.`);
}
