// Owns the baseline: the same program run directly, through nothing but a pipe.
import { execa } from 'execa';

/** Handles a line of output; `say` writes a line to the program's stdin. */
export type OnLine = (line: string, say: (answer: string) => void) => void;

/** Runs a program (a command as for `--scap`) until it ends, and passes on each line as soon as it arrives. */
export async function runDirectly(command: string, signal: AbortSignal, onLine: OnLine): Promise<void> {
  const [file = '', ...args] = command.split(' ');
  const subprocess = execa(file, args, {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'inherit',
    buffer: false,
    cancelSignal: signal,
    env: { SPIDERPIG_IO_KEY: 'bench' },
  });
  let rest = '';
  subprocess.stdout.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line, (answer) => subprocess.stdin.write(`${answer}\n`));
  });
  await subprocess;
}
