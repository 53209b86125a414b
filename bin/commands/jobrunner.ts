// Owns `spiderpig jobrunner`: the jobrunner process.
import { prepareDataDirectory } from '../../schema/process/data-directory.ts';
import { becomeProcess, serviceEnvironment } from '../child-process.ts';
import { serviceConfigurationOf } from '../service-configuration.ts';

export async function run(args: readonly string[]): Promise<void> {
  const configuration = serviceConfigurationOf('jobrunner', args);
  prepareDataDirectory(configuration);
  await becomeProcess('jobrunner', serviceEnvironment(configuration));
}
