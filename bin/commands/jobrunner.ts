// Owns `spiderpig jobrunner`: the jobrunner process.
import { configurationOf } from '../../schema/process/configuration-reader.ts';
import { prepareDataDirectory } from '../../schema/process/data-directory.ts';
import { runProcess, serviceEnvironment } from '../child-process.ts';

export async function run(args: readonly string[]): Promise<void> {
  const configuration = configurationOf(args);
  prepareDataDirectory(configuration);
  await runProcess('jobrunner', serviceEnvironment(configuration));
}
