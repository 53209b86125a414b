// Main: the `spiderpig` command. Finds the command in the table and runs it.
import { asksForHelp, unknownCommand } from '../client/cli/help.ts';
import { ConfigurationError } from '../schema/process/error.ts';
import { endWithReader, runMain } from '../schema/process/start.ts';
import { commands } from './command.ts';

/** Options in place of a command. */
const options: Readonly<Record<string, string>> = {
  '--help': 'help',
  '-h': 'help',
  '--version': 'version',
};

const named = (word = 'help') => commands.find((known) => known.name === (options[word] ?? word));

/** Commands that continue when nobody reads their output. */
const services: ReadonlySet<string> = new Set(['up', 'server', 'jobrunner']);

await runMain(named(process.argv[2])?.name ?? '', async () => {
  const [name = 'help', ...args] = process.argv.slice(2);
  const command = named(name);
  if (!command) throw new ConfigurationError(unknownCommand(name, commands));
  if (command.on === 'host' && (asksForHelp(args) || args.join(' ') === 'help')) {
    const { printHostCommand } = await import('./commands/help.ts');
    printHostCommand(command);
  } else {
    if (!services.has(name)) endWithReader(name);
    await command.run(args);
  }
});
