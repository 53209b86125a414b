// Owns the usage texts, which follow from the descriptions of commands.
import { nearName } from '../../schema/text/near-name.ts';
import {
  type CommandDescription,
  commonOptions,
  exitStatuses,
  type OptionDescription,
} from './description.ts';

/** Whether the arguments of a command ask for its usage. What follows `--` does not. */
export const asksForHelp = (args: readonly string[]): boolean =>
  args
    .slice(0, args.includes('--') ? args.indexOf('--') : args.length)
    .some((arg) => /^(?:--help|-h)$/.test(arg));

/** What is wrong with the name of a command that does not exist. */
export function unknownCommand(name: string, commands: readonly CommandDescription[]): string {
  const near = nearName(
    name,
    commands.map((known) => known.name),
  );
  const suggestion = near === null ? '' : ` (did you mean ${near}?)`;
  return `Unknown command ${JSON.stringify(name)}${suggestion}; see spiderpig help`;
}

/** A command with the placeholders of its arguments: `answer JOB CODE`. */
export const synopsisOf = ({ name, operands }: CommandDescription): string => [name, ...operands].join(' ');

/** An option with the placeholder of its value: `--tail N`. */
export const optionSynopsis = ({ name, value }: OptionDescription): string =>
  value === null ? `--${name}` : `--${name} ${value}`;

/** Options as a list with aligned help. */
export function optionList(options: readonly OptionDescription[]): string {
  const width = Math.max(...options.map((option) => optionSynopsis(option).length));
  return options.map((option) => `  ${optionSynopsis(option).padEnd(width)}  ${option.help}\n`).join('');
}

/** Commands as a list: the synopsis, and the summary below it. */
export const commandList = (commands: readonly CommandDescription[]): string =>
  commands.map((command) => `  ${synopsisOf(command)}\n      ${command.summary}\n`).join('');

/** The usage of one command of the terminal client. */
export function commandHelp(command: CommandDescription): string {
  const statuses = exitStatuses.map(({ status, meaning }) => `  ${String(status).padEnd(3)}  ${meaning}\n`);
  return `usage: spiderpig ${synopsisOf(command)} [OPTIONS]

${command.summary}

options:
${optionList([...command.options, ...commonOptions])}
The API token is in SPIDERPIG_TOKEN, or stored by \`spiderpig sign-in\`.

exit status:
${statuses.join('')}`;
}

/** The usage of all commands of the terminal client. */
export const terminalHelp = (
  commands: readonly CommandDescription[],
): string => `usage: spiderpig COMMAND [OPTIONS]

commands:
${commandList(commands)}
options of all commands:
${optionList(commonOptions)}
\`spiderpig COMMAND --help\` lists the options of a command.
`;
