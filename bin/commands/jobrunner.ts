// Owns `spiderpig jobrunner`: the jobrunner process.
import { configurationOf } from '../../schema/process/configuration-reader.ts';
import { prepareDataDirectory } from '../../schema/process/data-directory.ts';
import { becomeProcess, serviceEnvironment } from '../child-process.ts';

export async function run(args: readonly string[]): Promise<void> {
  const configuration = configurationOf(args);
  prepareDataDirectory(configuration);
  await becomeProcess('jobrunner', serviceEnvironment(configuration));
}
