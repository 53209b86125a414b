// Main: the `spiderpig` command. Finds the command in the table and runs it.
import { ConfigurationError } from '../schema/process/error.ts';
import { runMain } from '../schema/process/start.ts';
import { commands } from './command.ts';

/** Options in the place of a command. */
const options: Readonly<Record<string, string>> = { '--help': 'help', '--version': 'version' };

const named = (word = 'help') => commands.find((known) => known.name === (options[word] ?? word));

await runMain(named(process.argv[2])?.name ?? '', async () => {
  const [name = 'help', ...args] = process.argv.slice(2);
  const command = named(name);
  if (!command) throw new ConfigurationError(`Unknown command "${name}"; see spiderpig help`);
  if (command.on === 'host' && (args.includes('--help') || args.includes('help'))) {
    const { printHostCommand } = await import('./commands/help.ts');
    printHostCommand(command);
  } else await command.run(args);
});
