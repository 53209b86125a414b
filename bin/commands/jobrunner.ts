// Owns `spiderpig jobrunner`: the jobrunner process.
import { serviceConfigurationOf } from '../../schema/process/configuration/configuration-reader.ts';
import { prepareDataDirectory } from '../../schema/process/data-directory.ts';
import { becomeProcess, serviceEnvironment } from '../child-process.ts';

export async function run(args: readonly string[]): Promise<void> {
  const configuration = serviceConfigurationOf(args);
  prepareDataDirectory(configuration);
  await becomeProcess('jobrunner', serviceEnvironment(configuration));
}
