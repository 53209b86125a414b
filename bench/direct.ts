// Owns the baseline: the same program run directly, with nothing between it and us but a pipe.
import { execa } from 'execa';

/** What to do with a line; `say` writes one to the program. */
export type Hear = (line: string, say: (answer: string) => void) => void;

/** Runs a program, named as `--scap` names it, to its end and tells each line as soon as it is there. */
export async function runDirectly(command: string, signal: AbortSignal, hear: Hear): Promise<void> {
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
    for (const line of lines) hear(line, (answer) => subprocess.stdin.write(`${answer}\n`));
  });
  await subprocess;
}
