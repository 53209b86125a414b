// Owns `spiderpig help`: prints all commands and options, or one command of an installation. Terminal commands explain themselves.
import type { ListedCommand } from '../../client/cli/description.ts';
import { commandHelp, commandList, optionList, synopsisOf, unknownCommand } from '../../client/cli/help.ts';
import { optionUsage } from '../../schema/process/configuration/option-text.ts';
import { ConfigurationError } from '../../schema/process/error.ts';

const configuration = (): string => `options (environment variable):
${optionUsage('general')}
options of the error log:
${optionUsage('error log')}
options of the identity provider (OpenID Connect), see docs/operations.md:
${optionUsage('identity provider')}`;

/** Prints the usage text, or the usage of one command. */
export function run([name]: readonly string[], table: readonly ListedCommand[]): void {
  const command = table.find((known) => known.name === name);
  if (name === undefined) printAll(table);
  else if (command === undefined) throw new ConfigurationError(unknownCommand(name, table));
  else if (command.on === 'host') printHostCommand(command);
  else process.stdout.write(commandHelp(command));
}

function printAll(table: readonly ListedCommand[]): void {
  process.stdout.write(`usage: spiderpig COMMAND [OPTIONS]

commands of an installation:
${commandList(table.filter(({ on }) => on === 'host'))}
commands of the terminal client (\`spiderpig COMMAND --help\` lists their options):
${commandList(table.filter(({ on }) => on === 'terminal'))}
${configuration()}`);
}

/** Prints the usage of one command of an installation. */
export function printHostCommand(command: ListedCommand): void {
  const own =
    command.options.length === 0 ? '' : `options of this command:\n${optionList(command.options)}\n`;
  process.stdout.write(`usage: spiderpig ${synopsisOf(command)} [OPTIONS]

${command.summary}

${own}${configuration()}`);
}
