// Owns `spiderpig config`: prints the current configuration. Not what it consists of (schema/process/configuration/configuration-report.ts).

import { parseCommandLine, sourcesOf } from '../../schema/process/configuration/configuration-reader.ts';
import {
  settingsOf,
  unknownVariables,
  unknownVariableText,
} from '../../schema/process/configuration/configuration-report.ts';
import type { ConfigurationSources } from '../../schema/process/configuration/configuration-source.ts';
import { ConfigurationError } from '../../schema/process/error.ts';
import { say, sayJson } from '../output.ts';

const unknownText = (variable: string): string => {
  const { what, next } = unknownVariableText(variable);
  return `${what}: ${next}`;
};

/** The settings. With a mistake, the error names the unknown variables too: a misspelt one is often its cause. */
function settingsWithMistakes(sources: ConfigurationSources): ReturnType<typeof settingsOf> {
  try {
    return settingsOf(sources);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new ConfigurationError([...error.mistakes, ...unknownVariables(sources).map(unknownText)]);
  }
}

export async function run(args: readonly string[]): Promise<void> {
  const { options, switches } = parseCommandLine(args, { switches: ['json'] });
  const sources = sourcesOf(options);
  const settings = settingsWithMistakes(sources);
  const unknown = unknownVariables(sources);
  if (switches.has('json')) {
    for (const setting of settings) sayJson({ type: 'setting', ...setting });
    for (const variable of unknown) sayJson({ type: 'unknownVariable', variable });
    return;
  }
  const rows = settings.map(({ option, variable, value, place }) => [
    option ?? variable,
    value || '–',
    place,
  ]);
  const widths = [0, 1].map((at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  for (const row of rows) say(row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  '));
  for (const variable of unknown) say(unknownText(variable));
}
