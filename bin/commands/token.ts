// Owns `spiderpig token create`: creates an API token and prints it alone, once.
import { userInfo } from 'node:os';
import { createToken, tokenLifetime, tokenScopes } from '../../schema/model/account/token.ts';
import { userNamePattern } from '../../schema/model/account/user.ts';
import { configurationWith, parseCommandLine } from '../../schema/process/configuration-reader.ts';
import { prepareDataDirectory } from '../../schema/process/data-directory.ts';
import { openMigratedDatabase } from '../../schema/process/database.ts';
import { ConfigurationError } from '../../schema/process/error.ts';
import { durationOf, userNameOf, wordOf } from '../argument.ts';

export async function run(args: readonly string[]): Promise<void> {
  const { options, own, positionals } = parseCommandLine(args, {
    own: ['name', 'scope', 'user', 'expires'],
    allowPositionals: true,
  });
  if (positionals.length !== 1 || positionals[0] !== 'create')
    throw new ConfigurationError('usage: spiderpig token create --name NAME --scope read|deploy');
  const configuration = configurationWith(options);
  const name = own.name ?? '';
  if (!userNamePattern.test(name)) throw new ConfigurationError(`--name: "${name}" is not a token name`);
  const scope = wordOf('--scope', own.scope ?? '', tokenScopes);
  const lifetime = own.expires === undefined ? tokenLifetime : durationOf('--expires', own.expires);
  const userName = userNameOf(own.user);
  const operator = userInfo().username;
  prepareDataDirectory(configuration);
  await using database = await openMigratedDatabase(configuration);
  process.stdout.write(`${await createToken(database, { name, scope, userName, lifetime, operator })}\n`);
}
