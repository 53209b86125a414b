// Owns `spiderpig manual`: the manual page in the language of man, which follows from the table of commands.
import {
  commonOptions,
  exitStatuses,
  type ListedCommand,
  type OptionDescription,
} from '../../client/cli/description.ts';
import { optionSynopsis, synopsisOf } from '../../client/cli/help.ts';
import { optionNames, optionTable } from '../../schema/process/configuration/option.ts';

/** Text that troff prints as it is. Other characters than those of ASCII are named, because troff reads bytes. */
function escaped(text: string): string {
  const plain = text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('…', '...')
    // Where a line may be broken: a URL can be longer than a line.
    .replaceAll(/\/(?=\w)/g, '/\\:')
    .replaceAll(/[^\0-\x7f]/gu, (sign) => `\\[u${codeOf(sign)}]`);
  return /^[.']/.test(plain) ? `\\&${plain}` : plain;
}

const codeOf = (sign: string): string =>
  (sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');

const entry = (title: string, text: string): string => `.TP\n.B ${escaped(title)}\n${escaped(text)}\n`;

const options = (list: readonly OptionDescription[]): string =>
  list.map((option) => entry(optionSynopsis(option), option.help)).join('');

const section = (command: ListedCommand): string =>
  `.SS ${escaped(`spiderpig ${synopsisOf(command)}`)}\n${escaped(command.summary)}\n${options(command.options)}`;

/** Prints the page: \`spiderpig manual | man -l -\` shows it. */
export function run(_args: readonly string[], table: readonly ListedCommand[]): void {
  const configuration = optionNames.map((name) => {
    const { placeholder, variable, help } = optionTable[name];
    return entry(placeholder === null ? variable : `--${name} ${placeholder} (${variable})`, help);
  });
  const statuses = exitStatuses.map(({ status, meaning }) => entry(String(status), meaning));
  const sections = (on: ListedCommand['on']): string =>
    table
      .filter((command) => command.on === on)
      .map(section)
      .join('');
  // Lines with long names cannot be justified.
  process.stdout.write(`.TH SPIDERPIG 1
.ad l
.nh
.SH NAME
spiderpig \\- the web front of deployments
.SH SYNOPSIS
.B spiderpig
.I COMMAND
[\\fIOPTIONS\\fR]
.SH TERMINAL CLIENT
${sections('terminal')}.SS Options of all commands of the terminal client
${options(commonOptions)}.SH EXIT STATUS OF THE TERMINAL CLIENT
${statuses.join('')}.SH INSTALLATION
${sections('host')}.SH CONFIGURATION
${configuration.join('')}`);
}
