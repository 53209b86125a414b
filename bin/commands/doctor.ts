// Owns `spiderpig doctor`. It runs in a process of the server's code, which it examines; nothing is created before it has looked.
import { configurationEnvironment, configurationOf } from '../../schema/process/configuration-reader.ts';
import { exitStatusOf, startProcess } from '../child-process.ts';

export async function run(args: readonly string[]): Promise<void> {
  const environment = configurationEnvironment(configurationOf(args));
  process.exitCode = await exitStatusOf(startProcess('doctor', environment, 'inherit'));
}
