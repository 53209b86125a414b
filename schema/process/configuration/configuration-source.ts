// Owns where the text of each option comes from: the command line, the environment, the configuration file, or its default. Pure.
import type { ConfigurationFile } from './configuration-file.ts';
import { type OptionName, optionTable } from './option.ts';
import type { Environment } from './option-value.ts';

/** Options of a command line, by name. */
export type OptionTexts = { readonly [Name in OptionName]?: string | undefined };

/** Where values come from: an option wins over its environment variable, and that over the file. */
export interface ConfigurationSources {
  readonly options: OptionTexts;
  readonly environment: Environment;
  /** Null or missing: no file. */
  readonly file?: ConfigurationFile | null;
  /** The repository or package that this code is in. */
  readonly root: string;
}

/** The text of an option, and where it comes from. */
export interface GivenText {
  /** Null: the default holds. */
  readonly text: string | null;
  readonly source: 'option' | 'environment' | 'file' | 'default';
  /** The place as it is named to people: `--port`, `SPIDERPIG_PORT`, `/etc/spiderpig.env: SPIDERPIG_PORT`, `default`. */
  readonly place: string;
}

/** What is given for an option. An empty variable is how a shell unsets one, so it is not given. Pure. */
export function givenText(name: OptionName, { options, environment, file }: ConfigurationSources): GivenText {
  const { variable } = optionTable[name];
  const option = options[name];
  if (option !== undefined) return { text: option, source: 'option', place: `--${name}` };
  const set = environment[variable];
  if (set) return { text: set, source: 'environment', place: variable };
  const written = file?.variables[variable];
  if (file && written) return { text: written, source: 'file', place: `${file.path}: ${variable}` };
  return { text: null, source: 'default', place: 'default' };
}

/** The environment with the variables of the file that it does not set. Pure. */
export function mergedEnvironment({ environment, file }: ConfigurationSources): Environment {
  const set = Object.entries(environment).filter(([, value]) => value);
  return { ...file?.variables, ...Object.fromEntries(set) };
}
