// Owns what `spiderpig config` reports: the current value of each option, and its source. Not how it is printed. Pure, but for reading files.
import { nearName } from '../../text/near-name.ts';
import { ConfigurationError } from '../error.ts';
import { readConfiguration } from './configuration-reader.ts';
import { type ConfigurationSources, givenText, mergedEnvironment } from './configuration-source.ts';
import { optionNames, optionTable } from './option.ts';
import { withoutPassword } from './option-value.ts';

/** An option with its current value. */
export interface Setting {
  /** The name of the option as on the command line; null if it has only a variable. */
  readonly option: string | null;
  readonly variable: string;
  /** The value without secrets; empty if none. */
  readonly value: string;
  readonly source: 'option' | 'environment' | 'file' | 'default';
  /** The place, such as `/etc/spiderpig.env: SPIDERPIG_PORT`. */
  readonly place: string;
}

/** Variables of other programs of SpiderPig, which are not options. */
const otherVariables = [
  'SPIDERPIG_URL',
  'SPIDERPIG_TOKEN',
  'SPIDERPIG_SIMULATOR_SPEED',
  'SPIDERPIG_SIMULATOR_STAGING',
  'SPIDERPIG_LISTEN_FDS',
  'SPIDERPIG_EXAMINED_FILE',
  'SPIDERPIG_WEB_CLIENT_ERROR',
];

/** All options with their current values. Throws a ConfigurationError. */
export function settingsOf(sources: ConfigurationSources): Setting[] {
  const configuration = readConfiguration(sources);
  return optionNames.map((name) => {
    const { variable, placeholder, format } = optionTable[name];
    const { source, place } = givenText(name, sources);
    const value = name === 'config' ? (sources.file?.path ?? '') : withoutPassword(format(configuration));
    return { option: placeholder === null ? null : `--${name}`, variable, value, source, place };
  });
}

/** A variable of {@link unknownVariables} as a sentence, and what to do about it. Pure. */
export function unknownVariableText(variable: string): { readonly what: string; readonly next: string } {
  const near = nearName(
    variable,
    optionNames.map((name): string => optionTable[name].variable),
  );
  return {
    what: `${variable}: no option has this variable, so it has no effect`,
    next: near === null ? 'remove it, or see spiderpig help for the variables' : `did you mean ${near}?`,
  };
}

/** Variables of the environment and the file that look like options but are none: misspelt, or of another version. Pure. */
export function unknownVariables(sources: ConfigurationSources): string[] {
  const known = new Set([
    ...optionNames.map((name): string => optionTable[name].variable),
    ...otherVariables,
  ]);
  return Object.keys(mergedEnvironment(sources)).filter(
    (name) => name.startsWith('SPIDERPIG_') && !known.has(name),
  );
}

/** A variable of {@link unknownVariables} as one line. Pure. */
export function unknownVariableLine(variable: string): string {
  const { what, next } = unknownVariableText(variable);
  return `${what}: ${next}`;
}

/** Runs `read`. If it finds a mistake, the error names the unknown variables too: a misspelt one is often its cause. */
export function withUnknownVariables<Result>(sources: ConfigurationSources, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new ConfigurationError([...error.mistakes, ...unknownVariables(sources).map(unknownVariableLine)]);
  }
}
