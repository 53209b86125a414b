// Owns `spiderpig lose`: closes a job whose host will not come back.
import { closeUnreachableJob } from '../../schema/model/job/loss.ts';
import { configurationWith, parseCommandLine } from '../../schema/process/configuration-reader.ts';
import { openExistingDatabase } from '../../schema/process/database.ts';
import { ConfigurationError } from '../../schema/process/error.ts';
import { userNameOf } from '../argument.ts';
import { say } from '../output.ts';

export async function run(args: readonly string[]): Promise<void> {
  const { options, own, positionals } = parseCommandLine(args, { own: ['user'], allowPositionals: true });
  const [job] = positionals;
  if (positionals.length !== 1 || !/^[1-9][0-9]{0,8}$/.test(job ?? ''))
    throw new ConfigurationError('one job number is needed: spiderpig lose JOB');
  const configuration = configurationWith(options);
  const operator = userNameOf(own.user);
  await using database = await openExistingDatabase(configuration);
  say(`job ${job} is lost. ${await closeUnreachableJob(database, Number(job), operator)}`);
}
