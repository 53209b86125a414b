// Owns the programs that scap starts for the real work, helm, rsync and docker: small processes that outlive an interrupted scap.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Scene } from './scene.ts';

/** The name of a worker process, and how long it takes to wind down after SIGINT, in simulated milliseconds. */
const windDown = { helm: 12_000, rsync: 6_000, docker: 8_000 } as const;
export type WorkerName = keyof typeof windDown;

/**
 * Works until its standard input ends. After SIGINT it winds down, and ignores further ones. perl, because it can sleep without
 * another process, and every Debian has it. The name goes into `comm` and not into `$0`, which would overwrite the environment.
 */
const script = `
  my ($name, $what, $seconds) = @ARGV;
  $| = 1;
  $SIG{INT} = sub {
    $SIG{INT} = 'IGNORE';
    print "$name: $what: interrupted, waiting for the operation in progress\\n";
    select(undef, undef, undef, $seconds);
    print "$name: $what: stopped\\n";
    exit 1;
  };
  if (open(my $comm, '>', "/proc/$$/comm")) { print $comm $name; close $comm; }
  1 while <STDIN>;
`;

/**
 * Runs workers while a step takes place, and waits until they have exited. `tasks`: what each of them works on. When the step is
 * interrupted the workers wind down first, which takes many seconds: the caller waits for that, unless it is killed.
 */
export async function withWorkers<T>(
  scene: Scene,
  name: WorkerName,
  tasks: readonly string[],
  step: () => Promise<T>,
): Promise<T> {
  const seconds = String(scene.pace.scaled(windDown[name]) / 1000);
  const workers = tasks.map((task) =>
    spawn('perl', ['-e', script, name, task, seconds], {
      argv0: name,
      stdio: ['pipe', 'inherit', 'inherit'],
    }),
  );
  const exits = workers.map(exitOf);
  try {
    return await step();
  } finally {
    for (const worker of workers) worker.stdin?.end();
    await Promise.all(exits);
  }
}

/** Resolves when the worker has exited. Without perl there is no worker. */
async function exitOf(worker: ChildProcess): Promise<void> {
  worker.stdin?.on('error', () => {});
  await once(worker, 'exit').catch(() => {});
}
