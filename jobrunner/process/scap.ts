// Owns which command deploys: the configured one, or the bundled simulator.
import type { Configuration } from '../../schema/process/configuration/configuration.ts';
import { entryFile } from '../../schema/process/files.ts';

/** The command that deploys, as argv, and whether it is the simulator. */
export function scapOf(configuration: Pick<Configuration, 'scap'>): {
  command: readonly string[];
  simulated: boolean;
} {
  if (configuration.scap) return { command: configuration.scap, simulated: false };
  return {
    command: [process.execPath, entryFile('simulated-scap')],
    simulated: true,
  };
}
