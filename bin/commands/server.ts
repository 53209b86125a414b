// Owns `spiderpig server`: the server process, with the web client built and a Gerrit to ask.
import { configurationOf } from '../../schema/process/configuration-reader.ts';
import { prepareDataDirectory } from '../../schema/process/data-directory.ts';
import { runProcess, serviceEnvironment } from '../child-process.ts';
import { openGerrit } from '../simulated-gerrit.ts';
import { buildWebClient } from '../web-client.ts';

export async function run(args: readonly string[]): Promise<void> {
  const configuration = configurationOf(args);
  prepareDataDirectory(configuration);
  await buildWebClient();
  await using gerrit = await openGerrit(configuration);
  await runProcess('server', serviceEnvironment({ ...configuration, gerritUrl: gerrit.url }));
}
