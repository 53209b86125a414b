// Owns `spiderpig backup` and `spiderpig restore`.
import { resolve } from 'node:path';
import { hostSource, recordAudit } from '../../schema/model/account/audit.ts';
import { endAllSessionsIn } from '../../schema/model/account/sign-out.ts';
import { userNamed } from '../../schema/model/account/user.ts';
import { type BackupContent, backUp, checkBackupName } from '../../schema/model/backup/backup.ts';
import { restoreBackup } from '../../schema/model/backup/restore.ts';
import { openDatabase } from '../../schema/model/open.ts';
import { holdAfterRewind } from '../../schema/model/runner/rewind.ts';
import { databaseProblemOf } from '../../schema/model/store/problem.ts';
import type { Configuration } from '../../schema/process/configuration/configuration.ts';
import {
  configurationWith,
  parseCommandLine,
} from '../../schema/process/configuration/configuration-reader.ts';
import { prepareDataDirectory } from '../../schema/process/data-directory.ts';
import { openExistingDatabase } from '../../schema/process/database.ts';
import { startError } from '../../schema/process/start-error.ts';
import { counted } from '../../schema/text/counted.ts';
import { minuteInUtc } from '../../schema/text/minute.ts';
import { operatorAccount, operatorName } from '../argument.ts';
import { say } from '../output.ts';

const contentText = ({ jobs, lastOrderAt }: BackupContent): string =>
  `${counted(jobs, 'job')}, as of ${minuteInUtc(lastOrderAt)}`;

/** `spiderpig backup FILE` */
export async function run(args: readonly string[]): Promise<void> {
  const { options, operands } = parseCommandLine(args, { operands: true, check: oneFile('backup') });
  const file = resolve(operands[0] ?? '');
  const configuration = configurationWith(options);
  // First: a backup that cannot be made is not recorded.
  checkBackupName(file);
  await recordBackup(configuration, file);
  const content = await opening(configuration, (url) => backUp(url, file));
  say(`${file}: ${contentText(content)}, ${content.bytes} bytes`);
}

/** Says what is wrong when there is no database. One that cannot be written is backed up all the same: that may be why. */
async function recordBackup(configuration: Configuration, file: string): Promise<void> {
  await using database = await openExistingDatabase(configuration);
  const [name, at] = [operatorName(), Date.now()];
  const detail = `to ${file} by ${name}`;
  try {
    await database.write([], async (em) => {
      const user = await userNamed(em, operatorAccount(), at);
      await recordAudit(em, { at, user, action: 'backup', detail, through: hostSource });
    });
  } catch (error) {
    if (databaseProblemOf(error) === null) throw error;
    say(`The audit log has no entry of this backup: ${databaseProblemOf(error)?.message}`);
  }
}

/** Work with the database, with what to do if that cannot be reached or written. */
async function opening<T>(
  { databaseUrl }: Pick<Configuration, 'databaseUrl'>,
  work: (url: string) => Promise<T>,
): Promise<T> {
  return await work(databaseUrl).catch((error: unknown) => {
    throw startError(databaseUrl, error);
  });
}

/** `spiderpig restore FILE` */
export async function restore(args: readonly string[]): Promise<void> {
  const { options, operands } = parseCommandLine(args, { operands: true, check: oneFile('restore') });
  const file = resolve(operands[0] ?? '');
  const configuration = configurationWith(options);
  const { data } = configuration;
  const prepare = (): void => prepareDataDirectory(configuration);
  const restored = await opening(configuration, (url) => restoreBackup(url, file, { data, prepare }));
  await using database = await openDatabase(configuration.databaseUrl, { marks: configuration.data });
  const what = `A backup as of ${minuteInUtc(restored.lastOrderAt)} was restored by ${operatorName()}.`;
  let sessions = 0;
  await database.continuity.beginRestored(database, async (rewind) => {
    await holdAfterRewind(database, rewind, {
      what,
      also: async (em) => {
        const by = await userNamed(em, operatorAccount(), Date.now());
        // Some of them were ended after the backup was made.
        sessions = await endAllSessionsIn(em, { by, through: hostSource, but: null });
      },
    });
  });
  say(`restored ${contentText(restored)}.`);
  if (restored.before !== null) say(`The database that was there is now ${restored.before}.`);
  say(
    `All sessions have ended (${sessions}). Tokens, bans and passkeys are those of the backup: revoke and ban again what was revoked and banned since.`,
  );
  say(
    'Deployments are held: stop queued jobs that have run already, then release the hold with spiderpig release, or on the page Administration.',
  );
}

/** The check that exactly one file is named. */
const oneFile =
  (command: string) =>
  ({ operands }: { readonly operands: readonly string[] }): string[] =>
    operands.length === 1 && operands[0] !== '' ? [] : [`one file is needed: spiderpig ${command} FILE`];
