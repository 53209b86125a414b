// Owns `spiderpig otp`: prints a code for the second factor of a sign-in at the identity provider.
import { userInfo } from 'node:os';
import { createHostCode, hostCodeLifetime } from '../../schema/model/account/host-code.ts';
import { isSecondFactorPending } from '../../schema/model/account/second-factor.ts';
import { configurationWith, parseCommandLine } from '../../schema/process/configuration-reader.ts';
import { openExistingDatabase } from '../../schema/process/database.ts';
import { userNameOf } from '../argument.ts';

/**
 * Prints the code alone on stdout, so that it can be piped, and what to do with it on stderr. Anyone who can open the database may name any
 * user: they could write the row themselves (decision 8). Through sudo, the code is for the user who called sudo.
 */
export async function run(args: readonly string[]): Promise<void> {
  const { options, own } = parseCommandLine(args, { own: ['user'] });
  const configuration = configurationWith(options);
  const caller = process.env['SUDO_USER'] || userInfo().username;
  const user = userNameOf(own.user ?? caller);
  await using database = await openExistingDatabase(configuration);
  const code = await createHostCode(database, user, caller);
  process.stdout.write(`${code}\n`);
  process.stderr.write(
    `This is a code for ${user}: enter it on the page within ${hostCodeLifetime / 60_000} minutes. It works once.\n`,
  );
  if (!(await isSecondFactorPending(database, user))) {
    process.stderr.write(
      `No page is waiting for it: ${user} has not signed in there yet, or has another user name there (--user NAME).\n`,
    );
  }
}
