// Owns a `spiderpig` command in a directory, for shells and programs that find it on their PATH. Not what it does.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { entryUnderTest } from './build.ts';

/** Writes the command into a directory. */
export function writeCommand(directory: string): void {
  const command = `#!/bin/sh\nexec '${process.execPath}' '${entryUnderTest('spiderpig')}' "$@"\n`;
  writeFileSync(join(directory, 'spiderpig'), command, { mode: 0o755 });
}

/** The environment of a program that finds the command, and nothing else of this process. */
export const environmentWithCommand = (directory: string): Record<string, string> => ({
  PATH: `${directory}:${process.env['PATH'] ?? ''}`,
  HOME: directory,
});
