// Owns `spiderpig login`: prints a single-use sign-in link.
import { userInfo } from 'node:os';
import { createSignInLink } from '../../schema/model/account/sign-in-link.ts';
import { roles } from '../../schema/model/account/user.ts';
import {
  configurationWith,
  parseCommandLine,
} from '../../schema/process/configuration/configuration-reader.ts';
import { openExistingDatabase } from '../../schema/process/database.ts';
import { userNameOf, wordOf } from '../argument.ts';
import { serverUrl, signInLine } from '../sign-in-link.ts';

export async function run(args: readonly string[]): Promise<void> {
  const { options, own } = parseCommandLine(args, { own: ['user', 'role'] });
  const configuration = configurationWith(options);
  const user = userNameOf(own.user);
  const role = wordOf('--role', own.role ?? 'deployer', roles);
  await using database = await openExistingDatabase(configuration);
  const code = await createSignInLink(database, user, role, Date.now(), userInfo().username);
  const link = { url: serverUrl(configuration), code, user: `${user} (${role})` };
  process.stdout.write(signInLine(configuration, link));
}
