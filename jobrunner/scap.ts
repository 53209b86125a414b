// Owns which command deploys: the configured one, or the bundled simulator.
import { join } from 'node:path';
import type { Configuration } from '../schema/process/configuration.ts';

/** The repository or package that this code is in. */
export const repositoryRoot = join(import.meta.dirname, '..');

/** The command that deploys, as argv, and whether it is a stand-in. */
export function scapOf(configuration: Pick<Configuration, 'scap'>): {
  command: readonly string[];
  simulated: boolean;
} {
  if (configuration.scap) return { command: configuration.scap, simulated: false };
  return {
    command: [process.execPath, join(import.meta.dirname, 'simulator', 'scap', 'main.ts')],
    simulated: true,
  };
}
