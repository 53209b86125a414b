// Owns the configuration file: which file it is, and its variables. Not what their values mean (configuration-reader.ts).
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { counted } from '../../text/counted.ts';
import { ConfigurationError, errorCode } from '../error.ts';
import { readTextFile } from '../text-file.ts';
import type { Environment } from './option-value.ts';

/** The file that an installed package reads without being asked. The units of systemd read it too. */
const standardFile = '/etc/spiderpig.env';
/** The value of `--config` with which no file is read. */
export const noFile = 'none';

/** How many lines are reported. */
const maxMistakes = 10;

/** A configuration file that was read. */
export interface ConfigurationFile {
  readonly path: string;
  /** Its variables. */
  readonly variables: Environment;
  /** One sentence for each line that is neither a variable nor a comment. */
  readonly mistakes: readonly string[];
}

/**
 * Reads the file of `--config` (`option`) or `SPIDERPIG_CONFIG`; without either, {@link standardFile} if it exists and `root` is not a checkout, where
 * people try things out. Null for no file. Throws {@link ConfigurationError} when it cannot be read.
 */
export function openConfigurationFile(
  option: string | undefined,
  environment: Environment,
  root: string,
): ConfigurationFile | null {
  const variable = environment['SPIDERPIG_CONFIG'] || undefined;
  const chosen = option ?? variable;
  const path =
    chosen ?? (existsSync(join(root, '.git')) || !existsSync(standardFile) ? noFile : standardFile);
  if (path === noFile) return null;
  if (path === '')
    throw new ConfigurationError(`--config: the value is empty: name a file, or ${noFile} for none`);
  try {
    return parseConfigurationFile(resolve(path), readTextFile(path));
  } catch (error) {
    const problem = `${path} cannot be read (${errorCode(error)})`;
    if (chosen !== undefined)
      throw new ConfigurationError(`${option === undefined ? 'SPIDERPIG_CONFIG' : '--config'}: ${problem}`);
    throw new ConfigurationError(
      `${problem}: run the command as the user of SpiderPig (sudo -u spiderpig spiderpig …), or without this file (--config ${noFile})`,
    );
  }
}

/** Parses the lines of a file. An editor of Windows may have put a byte order mark before them, and carriage returns at their ends. Pure. */
export function parseConfigurationFile(path: string, text: string): ConfigurationFile {
  const content = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const mistakes = content
    .split('\n')
    .map((line, at) => (/^\s*(?:[#;].*|(?:export\s+)?[A-Za-z_]\w*\s*=.*)?$/.test(line) ? null : at + 1))
    .filter((line) => line !== null)
    .map((line) => `${path}, line ${line}: is not NAME=VALUE`);
  // Probably another kind of file.
  const more = mistakes.splice(maxMistakes).length;
  if (more > 0) mistakes.push(`${path}: ${counted(more, 'more line is', 'more lines are')} not NAME=VALUE`);
  return { path, variables: parseEnv(content), mistakes };
}
