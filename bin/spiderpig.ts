// Main: the `spiderpig` command. Finds the command in the table and runs it.
import { ConfigurationError } from '../schema/process/error.ts';
import { runMain } from '../schema/process/start.ts';
import { commands, printHelp } from './command.ts';

const [name = 'help', ...args] = process.argv.slice(2);

const command = commands.find((known) => known.name === (name === '--help' ? 'help' : name));

await runMain(command?.name ?? '', async () => {
  if (!command) throw new ConfigurationError(`Unknown command "${name}"; see spiderpig help`);
  const needsHelp = !command.hasOwnHelp && (args.includes('--help') || args.includes('help'));
  const run = needsHelp ? printHelp : command.run;
  await run(args);
});
