// Owns `spiderpig otp`: prints a code for the second factor of a sign-in at the identity provider.
import { existsSync } from 'node:fs';
import { createHostCode, hostCodeLifetime } from '../../schema/model/account/second-factor/host-code.ts';
import { isSecondFactorPending } from '../../schema/model/account/second-factor/second-factor.ts';
import {
  type CommandLine,
  configurationWith,
  parseCommandLine,
} from '../../schema/process/configuration/configuration-reader.ts';
import { path } from '../../schema/process/configuration/option-value.ts';
import { openExistingDatabase } from '../../schema/process/database.ts';
import { ConfigurationError } from '../../schema/process/error.ts';
import { operatorName, userName, userNameOf } from '../argument.ts';
import { askForCode, codeSocket } from '../code-socket.ts';
import { peerOfStdin } from '../peer.ts';

type Arguments = CommandLine<{ user: string; from: string }>;

/**
 * Prints the code alone on stdout, so that it can be piped, and what to do with it on stderr. Anyone who can open the database may name any
 * user: they could write the row themselves (decision 8). Through sudo, the code is for the user who called sudo; with `--peer`, for the user at
 * the other end of the socket that is stdin. Others ask at that socket.
 */
export async function run(args: readonly string[]): Promise<void> {
  const parsed = parseCommandLine(args, {
    own: { user: userName, from: path },
    switches: ['peer'],
    check: ({ switches }, given) =>
      switches.has('peer') && given.has('user')
        ? ['--user cannot be used with --peer: the code is for the user who asks']
        : [],
  });
  const socket = socketOf(parsed);
  if (socket === null) return await createCode(parsed);
  const { code, message } = await askForCode(socket);
  if (code === null)
    throw new ConfigurationError(
      message ||
        `${socket} gave no code: ask an operator for the reason, which is in the log of spiderpig-otp@.service`,
    );
  process.stdout.write(`${code}\n`);
  process.stderr.write(`${message}\n`);
}

/** The socket to ask; null: the database is used. A user without a configuration of SpiderPig has no access to its database. */
function socketOf({ options, own, switches }: Arguments): string | null {
  if (own.from !== undefined) return own.from;
  const isConfigured =
    Object.keys(options).length > 0 ||
    ['SPIDERPIG_DATA', 'SPIDERPIG_DATABASE_URL', 'SUDO_USER'].some((name) => process.env[name]);
  const isPlain = own.user === undefined && switches.size === 0 && !isConfigured;
  return isPlain && existsSync(codeSocket) ? codeSocket : null;
}

/** Creates a code in the database, and prints it. */
async function createCode({ options, own, switches }: Arguments): Promise<void> {
  const configuration = configurationWith(options);
  const caller = switches.has('peer') ? peerOfStdin() : operatorName();
  const user = userNameOf(own.user, caller);
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
