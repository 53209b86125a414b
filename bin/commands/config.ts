// Owns `spiderpig config`: prints the current configuration. Not what it consists of (schema/process/configuration/configuration-report.ts).
import { parseCommandLine, sourcesOf } from '../../schema/process/configuration/configuration-reader.ts';
import {
  settingsOf,
  unknownVariableLine,
  unknownVariables,
  withUnknownVariables,
} from '../../schema/process/configuration/configuration-report.ts';
import { say, sayJson } from '../output.ts';

export async function run(args: readonly string[]): Promise<void> {
  const { options, switches } = parseCommandLine(args, { switches: ['json'] });
  const sources = sourcesOf(options);
  const settings = withUnknownVariables(sources, () => settingsOf(sources));
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
  for (const variable of unknown) say(unknownVariableLine(variable));
}
