// Tests that all text that commands print in a terminal goes through one filter.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

/** Files of commands that write to a standard stream themselves, and why that is safe. */
const direct: Readonly<Record<string, string>> = {
  'bin/output.ts': 'is the filter of the commands of the host',
  'bin/spiderpig.ts': 'the name of a command and the code of an error',
  'bin/web-client.ts': 'fixed texts, and the errors of our own build',
  'bin/commands/help.ts': 'the usage text',
  'bin/commands/manual.ts': 'the usage text',
  'bin/commands/version.ts': 'the version',
  'bin/commands/completion.ts': 'the usage text',
  'bin/commands/otp.ts': 'a code and a checked user name',
  'bin/commands/login.ts': 'a link and a checked user name',
  'bin/commands/token.ts': 'the new token alone',
  'bin/commands/ping.ts': 'an address of the configuration and the code of an error',
  'bin/commands/up.ts': 'lines of our own server, and the link',
  'client/cli/main.ts': 'usage and messages that are filtered there',
  'client/cli/printer.ts': 'is the output of the terminal client: filtered text, or JSON lines',
  'client/cli/watch/screen.ts': 'control sequences of the terminal client itself',
};

test('L5 only listed files write to the terminal past the filter', () => {
  const writers = globSync('{bin,client/cli}/**/*.ts', { cwd: root })
    .filter((file) => !file.endsWith('.test.ts'))
    .filter((file) =>
      /\b(?:stdout|stderr)\??\.write\(|console\./.test(readFileSync(join(root, file), 'utf8')),
    );
  expect(writers.filter((file) => direct[file] === undefined)).toEqual([]);
});
