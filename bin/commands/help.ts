// Owns `spiderpig help`: prints all commands and options.
import { optionUsage } from '../../schema/process/option-text.ts';

/** Prints the usage text. `commands` is its list of commands. */
export function run(commands: string): void {
  process.stdout.write(`usage: spiderpig COMMAND [OPTIONS]

commands:
${commands}
options (environment variable):
${optionUsage('general')}
options of the identity provider (OpenID Connect), see docs/operations.md:
${optionUsage('identity provider')}`);
}
