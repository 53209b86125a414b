// Owns `spiderpig doctor`. It runs in a process of the server's code, which it examines; nothing is created before it has looked.
import { configurationEnvironment, configurationOf } from '../../schema/process/configuration-reader.ts';
import { exitStatusOf, startProcess } from '../child-process.ts';
import { environmentFile } from '../environment-file.ts';

export async function run(args: readonly string[]): Promise<void> {
  const environment = configurationEnvironment(configurationOf(args));
  const file = environmentFile();
  const named = file === null ? {} : { SPIDERPIG_ENVIRONMENT_FILE: file };
  process.exitCode = await exitStatusOf(startProcess('doctor', { ...environment, ...named }, 'inherit'));
}
