// Owns the running scap as its supervisor sees it: its output, its stdin, its processes, its exit. Not how it is started (launcher.ts), what its lines mean (protocol.ts), or when to stop it (stop-sequence.ts).
import { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { LeftoverProcess } from '../../schema/model/job/job.ts';
import type { Exit } from '../../schema/model/job/outcome.ts';
import { identify, isAlive, type ProcessIdentity } from '../../schema/model/runner/process.ts';
import type { Launcher, Program } from './launcher.ts';
import { describeProcesses, type JobProcesses, processesOf, ticksSinceBoot } from './process.ts';
import { interruptGroup, killJob, signalJob } from './signal.ts';

/** The process to start. */
export interface Command extends Program {
  /** The job mark in the environment of its processes, see process.ts. */
  readonly jobMark: string;
  /** The control group in which its processes start; null on a host without control groups. */
  readonly cgroup: string | null;
}

/** How many bytes one read returns at most. */
const readSize = 65_536;
/** How often to check whether a process lives of which nobody reports the exit, in milliseconds. */
const lifeInterval = 100;

/** The output of a running process, which is read from a pipe. */
export interface ChildOutput {
  /** Starts reading. The listener gets each chunk; its bytes are valid only during the call. */
  read(listener: (chunk: Buffer) => void): void;
  /** Pause and resume reading: back-pressure, because the process then blocks in its write. */
  pause(): void;
  resume(): void;
  readonly isPaused: boolean;
  /** The number of bytes that were read. */
  readonly bytesRead: number;
  /** Resolves when all output was read: no process holds the pipe. Also after {@link stop}. */
  readonly end: Promise<void>;
  /** Ends reading although another process holds the pipe. Resolves with whether its further output is discarded; else its next write fails. */
  stop(): Promise<boolean>;
}

/** A running process in its own process group. */
export interface Child {
  readonly identity: ProcessIdentity;
  readonly output: ChildOutput;
  /** Writes one line to stdin; rejects when the process no longer reads. */
  writeLine(text: string): Promise<void>;
  /** SIGINT goes to the process group, any other signal to every living process of the job. */
  signal(signal: NodeJS.Signals): void;
  /** Kills the living processes of the job and waits until they have exited. */
  kill(): Promise<unknown>;
  /** The living processes of the job. */
  processes(): LeftoverProcess[];
  /** Resolves once the process has exited; its output may not have been read to the end. */
  readonly exited: Promise<Exit>;
}

/** Starts a process. Throws `NotStarted` with the reason. */
export async function startChild(command: Command, launcher: Launcher): Promise<Child> {
  const pid = await launcher.start(command);
  const identity = identify(pid);
  let job: JobProcesses = {
    jobMark: command.jobMark,
    leader: identity,
    cgroup: command.cgroup,
    launcher: launcher.pid,
  };
  const stdin = new Socket({ fd: launcher.input, readable: false, writable: true });
  // The write that fails rejects; the event would end this process if it were not handled.
  stdin.on('error', () => {});
  const exited = launcher.exit().then(async (exit): Promise<Exit> => {
    // Without a launcher nobody waits for the process: it is gone when it is not in the process table.
    while (exit === null && isAlive(identity)) await wait(lifeInterval);
    job = { ...job, leaderExitedAt: ticksSinceBoot() };
    stdin.destroy();
    return exit ?? { status: null, signal: null };
  });

  return {
    identity,
    output: readOutput(launcher),
    writeLine: (text) =>
      new Promise((resolve, reject) => {
        stdin.write(`${text}\n`, (error) => (error ? reject(error) : resolve()));
      }),
    signal(signal) {
      if (signal === 'SIGINT') interruptGroup(job);
      else signalJob(job, signal);
    },
    kill: () => killJob(job),
    processes: () => describeProcesses(processesOf(job).own),
    exited,
  };
}

function readOutput(launcher: Launcher): ChildOutput {
  let onData: (chunk: Buffer) => void = () => {};
  const socket = new Socket({
    fd: launcher.output,
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
  socket.pause();
  socket.on('error', () => {});
  const end = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return {
    read(listener) {
      onData = listener;
      socket.resume();
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    get isPaused() {
      return socket.isPaused();
    },
    get bytesRead() {
      return socket.bytesRead;
    },
    end,
    async stop() {
      const drained = await launcher.drain();
      socket.destroy();
      await end;
      return drained;
    },
  };
}
