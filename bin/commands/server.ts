// Owns `spiderpig server`: the server process, with the web client built and a Gerrit to ask.
import { prepareDataDirectory } from '../../schema/process/data-directory.ts';
import { becomeProcess, serviceEnvironment } from '../child-process.ts';
import { serviceConfigurationOf } from '../service-configuration.ts';
import { openGerrit } from '../simulated-gerrit.ts';
import { buildWebClient } from '../web-client.ts';

export async function run(args: readonly string[]): Promise<void> {
  const configuration = serviceConfigurationOf('server', args);
  prepareDataDirectory(configuration);
  if (!(await buildWebClient(configuration).done)) throw new Error('the web client could not be built');
  // A simulated Gerrit ends when this process does, because its stdin closes.
  const gerrit = await openGerrit(configuration);
  await becomeProcess('server', serviceEnvironment({ ...configuration, gerritUrl: gerrit.url }));
}
