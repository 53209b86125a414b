// Prints one line of JSON: `{"env", "cwd", "argv", "pgid", "descriptors"}`, where `descriptors` includes those of Node. The last two are null without /proc.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { print } from '../scap.ts';

/** The target of each descriptor, by number. */
function descriptors(): Record<string, string> | null {
  try {
    const open: Record<string, string> = {};
    for (const number of readdirSync('/proc/self/fd')) {
      try {
        open[number] = readlinkSync(`/proc/self/fd/${number}`);
      } catch {
        // The descriptor of the listing itself is closed again.
      }
    }
    return open;
  } catch {
    return null;
  }
}

function processGroup(): number | null {
  try {
    // The fields after the program name in parentheses: state, parent, process group.
    return Number(readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ')[2]);
  } catch {
    return null;
  }
}

const { env, argv } = process;
await print(
  `${JSON.stringify({ env, cwd: process.cwd(), argv: argv.slice(2), pgid: processGroup(), descriptors: descriptors() })}\n`,
);
