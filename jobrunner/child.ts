// Owns the running process: its pipe, its stdin, its exit. Not what its lines mean (protocol.ts), not when to stop it (stop-sequence.ts).
import { spawnSync } from 'node:child_process';
import { closeSync, constants, createWriteStream, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Exit } from '../schema/model/job/outcome.ts';
import { identify, type ProcessIdentity } from '../schema/model/job/process.ts';
import { killJob, signalJob } from './signal.ts';

/** A pipe for the output of one process. stdout and stderr share it, so the order of lines is the order of writing. */
export interface OutputPipe {
  readonly readEnd: number;
  readonly writeEnd: number;
}

/**
 * Opens the pipe. Node has no pipe that stdout and stderr could share, and its own "pipes" are sockets, which cannot be opened as
 * `/dev/stdout`. So a named pipe is made, opened at both ends and unlinked.
 */
export async function openOutputPipe(): Promise<OutputPipe> {
  const directory = mkdtempSync(join(tmpdir(), 'spiderpig-'));
  try {
    const path = join(directory, 'output');
    await execa('mkfifo', ['-m', '600', path]);
    const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    // A larger pipe lets scap continue while lines are written to the database. Node cannot set the size; without perl it stays at its default.
    const script = `fcntl(STDIN, ${setPipeSize}, ${pipeCapacity})`;
    spawnSync('perl', ['-e', script], { stdio: [readEnd, 'ignore', 'ignore'] });
    return { readEnd, writeEnd: openSync(path, constants.O_WRONLY) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** `F_SETPIPE_SZ` of fcntl(2). */
const setPipeSize = 1_031;
/** The capacity of the pipe, in bytes. */
const pipeCapacity = 1_048_576;

/** The process to start. */
export interface Command {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly environment: Record<string, string>;
  readonly directory: string;
  /** The tag in the environment of its processes, see process.ts. */
  readonly tag: string;
  /** The control group in which its processes start; null without a control group. */
  readonly cgroup: string | null;
}

/** How much is read at once, in bytes. */
const readSize = 65_536;
/** How often to check, after the exit, whether reading can end although another process still holds the pipe, in milliseconds. */
const lingerInterval = 1_000;

/** A running process in a process group of its own. */
export interface Child {
  readonly identity: ProcessIdentity;
  /** Starts reading. The listener gets each chunk of output; its bytes are valid only during the call. */
  onOutput(listener: (chunk: Buffer) => void): void;
  /** Pause and resume reading: back-pressure, because the process then blocks in its write. */
  pause(): void;
  resume(): void;
  /** Writes one line to stdin; rejects when the process no longer reads. */
  writeLine(text: string): Promise<void>;
  /** Signals every living process of the job. */
  signal(signal: NodeJS.Signals): void;
  /** Kills the living processes of the job and waits until they have exited. */
  kill(): Promise<unknown>;
  /** Resolves once the process has exited and its output has been read to the end. `cutOff`: reading ended although another process still held the pipe. */
  readonly ended: Promise<{ exit: Exit; cutOff: boolean }>;
}

/** The process could not be started. */
export class NotStarted extends Error {}

/** Starts a process on the pipe. Throws {@link NotStarted} with the reason. */
export async function startChild(command: Command, pipe: OutputPipe): Promise<Child> {
  // A stream, because execa does not accept a file descriptor. Nothing is written to it here.
  const writeEnd = createWriteStream('', { fd: pipe.writeEnd, autoClose: false });
  const subprocess = execa(command.file, [...command.arguments], {
    cwd: command.directory,
    env: command.environment,
    extendEnv: false,
    // A session of its own: one signal reaches all of it, and signals of the terminal do not.
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
  // The write that fails rejects; the event would end this process if it were not handled.
  stdin.on('error', () => {});
  let onData: (chunk: Buffer) => void = () => {};
  const output = new Socket({
    fd: pipe.readEnd,
    readable: true,
    writable: false,
    // One buffer for all reads: a new one for each read creates garbage faster than it is collected.
    onread: {
      buffer: Buffer.allocUnsafeSlow(readSize),
      callback: (length, buffer) => {
        onData(Buffer.from(buffer.buffer, buffer.byteOffset, length));
        return true;
      },
    },
  });
  output.pause();
  output.on('error', () => {});
  const closed = new Promise<void>((resolve) => output.once('close', () => resolve()));

  // Not execa's promise, which also waits for stdin to close: a grandchild can hold that open.
  const exited = new Promise<Exit>((resolve) => {
    subprocess.nodeChildProcess.once('exit', (status, signal) => resolve({ status, signal }));
  });
  subprocess.catch(() => {});

  const ended = exited.then(async (exit) => {
    let cutOff = false;
    const readAtExit = output.bytesRead;
    let readBefore = readAtExit;
    const linger = setInterval(() => {
      // A paused pipe is not silent: it waits for the database.
      if (output.isPaused()) return;
      const isSilent = output.bytesRead === readBefore;
      readBefore = output.bytesRead;
      // Once a whole pipe's capacity was read after the exit, everything that the process itself wrote has been read.
      if (!isSilent && readBefore - readAtExit < pipeCapacity) return;
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
      onData = listener;
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
