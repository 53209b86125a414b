// Owns `spiderpig login`: prints a single-use sign-in link.
import { createSignInLink } from '../../schema/model/account/sign-in-link.ts';
import { roles } from '../../schema/model/account/user.ts';
import {
  configurationWith,
  parseCommandLine,
} from '../../schema/process/configuration/configuration-reader.ts';
import { oneOf } from '../../schema/process/configuration/option-value.ts';
import { openExistingDatabase } from '../../schema/process/database.ts';
import { unixUserName } from '../../schema/process/unix-account.ts';
import { userName, userNameOf } from '../argument.ts';
import { serverUrl, signInLine } from '../sign-in-link.ts';

export async function run(args: readonly string[]): Promise<void> {
  const { options, own } = parseCommandLine(args, { own: { user: userName, role: oneOf(roles) } });
  const configuration = configurationWith(options);
  const user = userNameOf(own.user);
  const role = own.role ?? 'deployer';
  await using database = await openExistingDatabase(configuration);
  const code = await createSignInLink(database, user, role, Date.now(), unixUserName());
  const link = { url: serverUrl(configuration), code, user: `${user} (${role})` };
  process.stdout.write(signInLine(configuration, link));
}
