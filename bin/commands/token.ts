// Owns `spiderpig token create|list|revoke`. The secret of a token is printed alone, once.
import { userInfo } from 'node:os';
import { table } from '../../client/cli/printer.ts';
import { hostSource } from '../../schema/model/account/audit.ts';
import { userNamePattern } from '../../schema/model/account/name.ts';
import { revokeTokenOf } from '../../schema/model/account/sign-out.ts';
import { activeTokensOf, createToken, tokenLifetime, tokenScopes } from '../../schema/model/account/token.ts';
import { userNamed } from '../../schema/model/account/user.ts';
import {
  type CommandLine,
  configurationWith,
  parseCommandLine,
} from '../../schema/process/configuration/configuration-reader.ts';
import { openExistingDatabase } from '../../schema/process/database.ts';
import { ConfigurationError } from '../../schema/process/error.ts';
import { minuteOf } from '../../schema/text/minute.ts';
import { durationOf, operatorName, userNameOf, wordOf } from '../argument.ts';
import { say, sayJson } from '../output.ts';

type Line = CommandLine<'name' | 'scope' | 'user' | 'expires'>;

const usage = `usage: spiderpig token create --name NAME --scope read|deploy, spiderpig token list, or spiderpig token revoke ID`;

export async function run(args: readonly string[]): Promise<void> {
  const line = parseCommandLine(args, {
    own: ['name', 'scope', 'user', 'expires'],
    switches: ['json'],
    allowPositionals: true,
  });
  const [action, id = '', ...more] = line.positionals;
  if (action === 'create' && id === '') await create(line);
  else if (action === 'list' && id === '') await list(line);
  else if (action === 'revoke' && /^[1-9][0-9]{0,8}$/.test(id) && more.length === 0)
    await revoke(line, Number(id));
  else throw new ConfigurationError(usage);
}

async function create({ options, own }: Line): Promise<void> {
  const configuration = configurationWith(options);
  const { name, scope: scopeName } = own;
  if (name === undefined || scopeName === undefined)
    throw new ConfigurationError(
      `--${name === undefined ? 'name' : 'scope'} is needed: spiderpig token create --name NAME --scope read|deploy`,
    );
  if (!userNamePattern.test(name)) throw new ConfigurationError(`--name: "${name}" is not a token name`);
  const scope = wordOf('--scope', scopeName, tokenScopes);
  const lifetime = own.expires === undefined ? tokenLifetime : durationOf('--expires', own.expires);
  const userName = userNameOf(own.user);
  const operator = userInfo().username;
  await using database = await openExistingDatabase(configuration);
  process.stdout.write(`${await createToken(database, { name, scope, userName, lifetime, operator })}\n`);
}

/** Prints the active tokens of a user, or of all users. */
async function list({ options, own, switches }: Line): Promise<void> {
  const userName = own.user === undefined ? null : userNameOf(own.user);
  await using database = await openExistingDatabase(configurationWith(options));
  const tokens = (await activeTokensOf(database.em(), userName)).map(
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
      table([['ID', 'USER', 'SCOPE', 'EXPIRES (UTC)', 'LAST USED', 'NAME'], ...tokens.map(rowOf)]),
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
  const operator = userNameOf(own.user ?? operatorName());
  await using database = await openExistingDatabase(configurationWith(options));
  const by = await database.write([], (em) => userNamed(em, operator, Date.now()));
  const { name } = await revokeTokenOf(database, { tokenId, by, through: hostSource });
  const object = { type: 'revoked', id: String(tokenId), name };
  if (switches.has('json')) sayJson(object);
  else say(`Token ${tokenId} (${name}) is revoked.`);
}
