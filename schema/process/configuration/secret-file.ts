// Owns who may have access to files with secrets, and to the configuration file: SpiderPig does not start while another user has. Not reading their values.
import { closeSync, fstatSync, type Stats, statSync } from 'node:fs';
import { ConfigurationError } from '../error.ts';
import { openTextFile, readTextFile } from '../text-file.ts';
import type { Configuration } from './configuration.ts';
import type { ConfigurationFile } from './configuration-file.ts';
import type { Environment } from './option-value.ts';

/** Another user has access to a file with a secret. */
export class ExposedSecret extends Error {}

/** Who has access to a file, and what to do about it, as clauses. */
export interface Exposure {
  readonly who: string;
  readonly next: string;
}

/** What decides about access to a file. */
export type FileAccess = Pick<Stats, 'mode' | 'uid'>;

/** The user of this process; null where there are no such numbers. */
const ownUid = (): number | null => process.getuid?.() ?? null;

const octal = (mode: number): string => (mode & 0o777).toString(8).padStart(4, '0');

/**
 * Why a secret in a file is not safe; null if it is. As PostgreSQL has it: a file of this user is only for this user (0600), and one of root may also
 * be read by its group (0640), which is how a service gets its secrets. Pure.
 */
export function exposureOf(file: string, { mode, uid }: FileAccess, own = ownUid()): Exposure | null {
  if (own === null) return null;
  if (uid !== own && uid !== 0)
    return { who: `it belongs to another user (uid ${uid})`, next: `chown ${own} ${file}` };
  const allowed = uid === 0 ? 0o640 : 0o600;
  if ((mode & 0o077 & ~allowed) === 0) return null;
  const who = (mode & 0o022) === 0 ? 'other users can read it' : 'other users can change it';
  return { who: `${who} (mode ${octal(mode)})`, next: `chmod ${octal(allowed)} ${file}` };
}

/**
 * Why a configuration file without secrets is not safe; null if it is. It may be read by all, but it names the programs that are run, so only its
 * owner and its group may change it. Pure.
 */
export function openToChanges(file: string, { mode, uid }: FileAccess, own = ownUid()): Exposure | null {
  if (own === null) return null;
  if (uid !== own && uid !== 0)
    return { who: `it belongs to another user (uid ${uid})`, next: `chown ${own} ${file}` };
  if ((mode & 0o002) === 0) return null;
  return { who: `every user can change it (mode ${octal(mode)})`, next: `chmod 0640 ${file}` };
}

/** Variables that hold a secret themselves, and not the name of a file with one. */
const secretNames = /(?:PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIALS|API_?KEY|OTLP(?:_[A-Z]+)?_HEADERS)$/;
/** A URL with a password before the host, or as a parameter. */
const urlWithPassword = /:\/\/[^/@\s]*:[^/@\s]+@|[?&](?:ssl)?password=[^&#\s]/i;

/** Whether variables hold a secret. Pure. */
export const holdSecrets = (variables: Environment): boolean =>
  Object.entries(variables).some(
    ([name, value]) => value && (secretNames.test(name) || urlWithPassword.test(value)),
  );

export interface SecretFile {
  /** The option that names it, such as `--masks`. */
  readonly option: string;
  readonly file: string;
}

/** The files with secrets that a configuration names. Pure. */
export function secretFilesOf({
  provider,
  errorLog,
  trainServices,
  masks,
}: Pick<Configuration, 'provider' | 'errorLog' | 'trainServices' | 'masks'>): SecretFile[] {
  const named: readonly (readonly [string, string | null | undefined])[] = [
    ['--oidc-client-secret-file', provider?.clientSecretFile],
    ['--logstash-credentials-file', errorLog?.credentialsFile],
    ['--conduit-token-file', trainServices.conduitTokenFile],
    ['--masks', masks?.file],
  ];
  return named.flatMap(([option, file]) => (file == null ? [] : [{ option, file }]));
}

/** Who has access to the configuration file although it must not; null if nobody. Throws when the file is gone. */
const exposureOfConfiguration = ({ path, variables }: ConfigurationFile): Exposure | null =>
  (holdSecrets(variables) ? exposureOf : openToChanges)(path, statSync(path));

/** Throws {@link ConfigurationError} if another user can read a secret of this process, or change its configuration file. */
export function refuseExposedSecrets(configuration: Configuration, file: ConfigurationFile | null): void {
  const named = file === null ? [] : [mistake('--config', file.path, exposureOfConfiguration(file))];
  const others = secretFilesOf(configuration).map(({ option, file: path }) => {
    // A file that does not exist is reported by what reads it.
    const found = statSync(path, { throwIfNoEntry: false });
    return mistake(option, path, found ? exposureOf(path, found) : null);
  });
  const mistakes = [...named, ...others].filter((each) => each !== null);
  if (mistakes.length > 0) throw new ConfigurationError(mistakes);
}

const mistake = (option: string, file: string, exposure: Exposure | null): string | null =>
  exposure === null
    ? null
    : `${option}: ${file} is not safe: ${exposure.who}. Run ${exposure.next}, and replace its secrets if others may have read them`;

/** The text of a file with a secret. Throws {@link ExposedSecret} if another user has access to it: it may have been written since the start. */
export function readSecretFile(file: string): string {
  const descriptor = openTextFile(file);
  try {
    const exposure = exposureOf(file, fstatSync(descriptor));
    if (exposure) throw new ExposedSecret(`${exposure.who}: ${exposure.next}`);
    return readTextFile(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
