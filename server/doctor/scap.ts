// Owns the checks of the scap command and the masks of secrets.
import { statSync } from 'node:fs';
import type { Configuration } from '../../schema/process/configuration.ts';
import { type Finding, fail, isOpenToOthers, octal, ok, warn } from './finding.ts';

export function* scapFindings({
  scap,
  masks,
}: Pick<Configuration, 'scap' | 'masks'>): Generator<Finding, void> {
  if (scap === null)
    yield warn(
      'scap: not on PATH, so scap is simulated and nothing is deployed',
      'on a deployment host, set the command with --scap',
    );
  else yield ok(`scap: ${scap.join(' ')}`);
  if (masks === null)
    yield warn(
      'masks: none, so a secret in the output of scap is stored and shown',
      'list known secrets in a file and pass it with --masks',
    );
  else {
    const { mode } = statSync(masks.file);
    yield isOpenToOthers(mode)
      ? fail(
          `masks: other users can read ${masks.file} (mode ${octal(mode)}), which contains secrets`,
          `chmod 0600 ${masks.file}`,
        )
      : ok(`masks: ${masks.patterns.length} in ${masks.file}`);
  }
}
