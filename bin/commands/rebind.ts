// Owns `spiderpig rebind`: frees an account for the next person who signs in at the identity provider with its name.
import { hostSource } from '../../schema/model/account/audit.ts';
import { rebindUser } from '../../schema/model/account/rebinding.ts';
import { User } from '../../schema/model/account/user.ts';
import {
  configurationWith,
  parseCommandLine,
} from '../../schema/process/configuration/configuration-reader.ts';
import { openExistingDatabase } from '../../schema/process/database.ts';
import { ConfigurationError } from '../../schema/process/error.ts';
import { unixUserName } from '../../schema/process/unix-account.ts';
import { userName, userNameOf } from '../argument.ts';
import { say } from '../output.ts';

export async function run(args: readonly string[]): Promise<void> {
  const { options, own } = parseCommandLine(args, {
    own: { user: userName },
    check: (_line, given) => (given.has('user') ? [] : ['--user is needed: spiderpig rebind --user NAME']),
  });
  const name = userNameOf(own.user);
  const configuration = configurationWith(options);
  await using database = await openExistingDatabase(configuration);
  const user = await database.em().findOne(User, { name });
  if (!user) throw new ConfigurationError(`--user: there is no user "${name}"`);
  const operator = unixUserName();
  await rebindUser(database, { userId: user.id, by: null, operator, through: hostSource });
  say(
    `${name} no longer belongs to a person: the next one who completes a sign-in with this name gets the account. Its sessions have ended, its tokens are revoked, and its passkeys and its authenticator are removed.`,
  );
}
