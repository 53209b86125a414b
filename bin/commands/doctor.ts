// Owns `spiderpig doctor`. It runs in a process of the server's code, which it examines; nothing is created before it has looked.
import {
  configurationEnvironment,
  configurationWith,
  parseCommandLine,
  sourcesOf,
} from '../../schema/process/configuration/configuration-reader.ts';
import { exitStatusOf, startProcess } from '../child-process.ts';

export async function run(args: readonly string[]): Promise<void> {
  const { options } = parseCommandLine(args);
  const environment = configurationEnvironment(configurationWith(options));
  const { file } = sourcesOf(options);
  const examined = file ? { SPIDERPIG_EXAMINED_FILE: file.path } : {};
  process.exitCode = await exitStatusOf(startProcess('doctor', { ...environment, ...examined }, 'inherit'));
}
