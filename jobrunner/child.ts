// Owns the running process: its pipe, its stdin, signals to its group, its exit. Not what its lines mean (protocol.ts), not when to stop it (supervisor.ts).
import { spawnSync } from 'node:child_process';
import { closeSync, constants, createWriteStream, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Exit } from '../schema/model/job/ending.ts';
import { identify, type ProcessIdentity } from '../schema/model/job/process.ts';
import { killJob, signalJob } from './signal.ts';

/** A pipe for the output of one process: both of its streams go into the same one, so their order is the order of writing. */
export interface OutputPipe {
  readonly readEnd: number;
  readonly writeEnd: number;
}

/**
 * Makes the pipe. Node offers none to share between stdout and stderr, and its own "pipes" are sockets, which `/dev/stdout` cannot open:
 * so a named one is made, opened at both ends and unlinked.
 */
export async function openOutputPipe(): Promise<OutputPipe> {
  const directory = mkdtempSync(join(tmpdir(), 'spiderpig-'));
  try {
    const path = join(directory, 'output');
    await execa('mkfifo', ['-m', '600', path]);
    const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    // A larger pipe lets scap go on while we write to the database. Node cannot ask for one; without perl it stays as it is.
    const wish = `fcntl(STDIN, ${setPipeSize}, ${pipeCapacity})`;
    spawnSync('perl', ['-e', wish], { stdio: [readEnd, 'ignore', 'ignore'] });
    return { readEnd, writeEnd: openSync(path, constants.O_WRONLY) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** `F_SETPIPE_SZ` of fcntl(2). */
const setPipeSize = 1_031;
/** How much a pipe holds at most, in bytes. */
const pipeCapacity = 1_048_576;

/** What is run. */
export interface Command {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly environment: Record<string, string>;
  readonly directory: string;
  /** What its processes carry in their environment, see process.ts. */
  readonly tag: string;
  /** The control group that they are born into, if there is one. */
  readonly cgroup: string | null;
}

/** How much is read at once, in bytes. */
const readSize = 65_536;
/** How often it is looked whether reading can end although somebody else still holds the pipe of a process that has exited, in milliseconds. */
const lingerInterval = 1_000;

/** A running process in a process group of its own. */
export interface Child {
  readonly identity: ProcessIdentity;
  /** Called with each chunk of output, from now on. Its bytes are valid during the call only. */
  onOutput(listener: (chunk: Buffer) => void): void;
  /** Stop and go on reading the pipe: while nobody reads, the process waits in its write. */
  pause(): void;
  resume(): void;
  /** Writes one line to stdin; rejects when the process no longer reads. */
  writeLine(text: string): Promise<void>;
  /** Signals every process of the job; nothing when all are gone. */
  signal(signal: NodeJS.Signals): void;
  /** Kills what is left of the job and waits until it is gone. */
  kill(): Promise<unknown>;
  /** Resolves once the process has exited and its output has been read to the end. `cutOff`: somebody else still held the pipe, and reading ended all the same. */
  readonly ended: Promise<{ exit: Exit; cutOff: boolean }>;
}

/** The process could not be started. */
export class NotStarted extends Error {}

/** Starts a process on the pipe. Throws {@link NotStarted} with the reason. */
export async function startChild(command: Command, pipe: OutputPipe): Promise<Child> {
  // As a stream, because execa takes no descriptor of ours by its number. Nothing is written to it here.
  const writeEnd = createWriteStream('', { fd: pipe.writeEnd, autoClose: false });
  const subprocess = execa(command.file, [...command.arguments], {
    cwd: command.directory,
    env: command.environment,
    extendEnv: false,
    // A session of its own: signals go to all of it, and none of the terminal's go to it.
    detached: true,
    cleanup: false,
    stdin: 'pipe',
    stdout: writeEnd,
    stderr: writeEnd,
    buffer: false,
    reject: false,
    stripFinalNewline: false,
  });
  closeSync(pipe.writeEnd);
  const { pid, stdin } = subprocess;
  if (pid === undefined) {
    closeSync(pipe.readEnd);
    const result = await subprocess;
    throw new NotStarted(result.originalMessage ?? result.shortMessage ?? 'unknown reason');
  }
  const identity = identify(pid);
  const job = { tag: command.tag, leader: identity, cgroup: command.cgroup };
  // Errors come back from the write that failed; as events nobody needs them.
  stdin.on('error', () => {});
  let hear: (chunk: Buffer) => void = () => {};
  const output = new Socket({
    fd: pipe.readEnd,
    readable: true,
    writable: false,
    // One buffer for all that is read: a new one each time is garbage faster than it is collected.
    onread: {
      buffer: Buffer.allocUnsafeSlow(readSize),
      callback: (length, buffer) => {
        hear(Buffer.from(buffer.buffer, buffer.byteOffset, length));
        return true;
      },
    },
  });
  output.pause();
  output.on('error', () => {});
  const closed = new Promise<void>((resolve) => output.once('close', () => resolve()));

  // Not the promise of execa: it waits for stdin to close too, which a grandchild can hold.
  const exited = new Promise<Exit>((resolve) => {
    subprocess.nodeChildProcess.once('exit', (status, signal) => resolve({ status, signal }));
  });
  subprocess.catch(() => {});

  const ended = exited.then(async (exit) => {
    let cutOff = false;
    const before = output.bytesRead;
    let seen = before;
    const linger = setInterval(() => {
      // While the database is behind, the pipe waits for us: that is no silence.
      if (output.isPaused()) return;
      const silent = output.bytesRead === seen;
      seen = output.bytesRead;
      // With as much as a pipe can hold read after the exit, all that the process itself wrote has been read.
      if (!silent && seen - before < pipeCapacity) return;
      cutOff = true;
      output.destroy();
    }, lingerInterval);
    await closed;
    clearInterval(linger);
    stdin.destroy();
    return { exit, cutOff };
  });

  return {
    identity,
    onOutput(listener) {
      hear = listener;
      output.resume();
    },
    pause: () => output.pause(),
    resume: () => output.resume(),
    writeLine: (text) =>
      new Promise((resolve, reject) => {
        stdin.write(`${text}\n`, (error) => (error ? reject(error) : resolve()));
      }),
    signal: (signal) => signalJob(job, signal),
    kill: () => killJob(job),
    ended,
  };
}
