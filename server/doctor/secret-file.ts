// Owns the checks that no other user has access to files with secrets, nor can change the configuration file.
import { readFileSync, statSync } from 'node:fs';
import type { Configuration } from '../../schema/process/configuration/configuration.ts';
import { parseConfigurationFile } from '../../schema/process/configuration/configuration-file.ts';
import {
  exposureOf,
  holdSecrets,
  openToChanges,
  secretFilesOf,
} from '../../schema/process/configuration/secret-file.ts';
import { errorCode } from '../../schema/process/error.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

/** Where the units in `packaging/` expect the variables. */
const packagedFile = '/etc/spiderpig.env';

/** `configurationFile`: the one that was read; null if none. */
export function* secretFileFindings(
  configuration: Pick<Configuration, 'provider' | 'errorLog' | 'trainServices' | 'masks'>,
  configurationFile: string | null,
): Generator<Finding, void> {
  for (const file of new Set([configurationFile, packagedFile])) {
    const found = file === null ? undefined : statSync(file, { throwIfNoEntry: false });
    if (file !== null && found) yield configurationFinding(file);
  }
  for (const { option, file } of secretFilesOf(configuration)) yield secretFinding(option, file);
}

function configurationFinding(file: string): Finding {
  const found = statSync(file);
  const changes = openToChanges(file, found);
  if (changes)
    return fail(
      `configuration file: ${file}: ${changes.who}, and with it which program is run as scap. Services refuse to start`,
      changes.next,
    );
  const exposure = exposureOf(file, found);
  if (exposure === null) return ok(`configuration file: ${file}, with access only for SpiderPig`);
  return mayHoldSecrets(file)
    ? fail(
        `configuration file: ${file} contains secrets, and ${exposure.who}. Services refuse to start`,
        `${exposure.next}, and replace the secrets if others may have read them`,
      )
    : warn(
        `configuration file: ${file} contains no secrets yet, but ${exposure.who}`,
        `${exposure.next} before a password is written to it`,
      );
}

/** Also true if this user cannot read it. */
function mayHoldSecrets(file: string): boolean {
  try {
    return holdSecrets(parseConfigurationFile(file, readFileSync(file, 'utf8')).variables);
  } catch {
    return true;
  }
}

function secretFinding(option: string, file: string): Finding {
  const what = `secret file: ${file} (${option})`;
  try {
    const exposure = exposureOf(file, statSync(file));
    if (exposure)
      return fail(
        `${what}: ${exposure.who}. Services refuse to start`,
        `${exposure.next}, and replace the secret if others may have read it`,
      );
    if (readFileSync(file, 'utf8').trim() === '') return fail(`${what} is empty`, 'write the secret to it');
    return ok(`${what}, with access only for SpiderPig`);
  } catch (error) {
    return fail(
      `${what} cannot be read (${errorCode(error)})`,
      'make it readable only for the user of the service',
    );
  }
}
