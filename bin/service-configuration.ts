// Owns the configuration of a service that starts: it exposes no secrets, and a variable that no option has is reported, since it is often a misspelt one.
import type { Configuration } from '../schema/process/configuration/configuration.ts';
import {
  configurationWith,
  parseCommandLine,
  sourcesOf,
} from '../schema/process/configuration/configuration-reader.ts';
import {
  unknownVariableLine,
  unknownVariables,
  withUnknownVariables,
} from '../schema/process/configuration/configuration-report.ts';
import { refuseExposedSecrets } from '../schema/process/configuration/secret-file.ts';
import { warn } from './output.ts';

/** The configuration of the service `name`. Throws a ConfigurationError, also if another user can read a file with secrets. */
export function serviceConfigurationOf(name: string, args: readonly string[]): Configuration {
  const { options } = parseCommandLine(args);
  const sources = sourcesOf(options);
  const configuration = withUnknownVariables(sources, () => configurationWith(options));
  refuseExposedSecrets(configuration, sources.file ?? null);
  for (const variable of unknownVariables(sources))
    warn(`spiderpig ${name}: ${unknownVariableLine(variable)}`);
  return configuration;
}
