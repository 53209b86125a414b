// Owns the launcher: a small process between a supervisor and scap that starts scap and reports its true wait status. Not what is read from scap or sent to it (child.ts).
import { spawn } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { constants as system, tmpdir } from 'node:os';
import { join } from 'node:path';
import { getSystemErrorMap } from 'node:util';
import type { Exit } from '../../schema/model/job/outcome.ts';

/** The capacity that the output pipe gets, in bytes: scap continues while lines are written to the database. */
export const pipeCapacity = 1_048_576;

/** The process to start. `arguments` do not include the name of the program. */
export interface Program {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
}

/** The process could not be started. */
export class NotStarted extends Error {}

/** The launcher was killed before it said whether the process was started: it may run. */
export class LauncherLost extends NotStarted {}

/**
 * The launcher. Node cannot do this itself: it reports exit status 0 for a process that was ended by a signal that it has no name for, and it
 * lets its children inherit descriptors that it inherited. It makes the pipes of scap in the directory that its argument names. Protocol on
 * descriptor 3, one line each way at a time:
 * `ready` or `failed ERRNO` → the program → `started PID` or `failed ERRNO` → `ended STATUS` → `drain PATH` → `draining`.
 * It is outside of scap's session, so only what is meant for the supervisor's processes reaches it.
 */
const script = `
  use strict;
  use POSIX ();
  $0 = 'spiderpig-launcher';
  my @signals = qw(INT TERM HUP QUIT PIPE);
  $SIG{$_} = 'IGNORE' for @signals;
  open(my $control, '+<&=', 3) or exit 1;
  binmode $control;
  sub tell_supervisor { syswrite($control, "$_[0]\\n") }
  sub fail { tell_supervisor('failed ' . ($! + 0)); exit 1 }
  fcntl($control, 2, 1); # F_SETFD, FD_CLOEXEC
  if (opendir(my $open, '/proc/self/fd')) {
    my @inherited = grep { /^[0-9]+$/ && $_ > 3 } readdir $open;
    closedir $open;
    POSIX::close($_) for @inherited;
  }
  my ($pipes) = @ARGV;
  sub open_pipe {
    my ($name, $mode) = @_;
    my $descriptor = POSIX::open("$pipes/$name", $mode);
    defined $descriptor ? $descriptor + 0 : fail();
  }
  # Open at both ends: a pipe whose other end is not open cannot be opened without waiting.
  my @both = map { POSIX::mkfifo("$pipes/$_", 0600) or fail(); open_pipe($_, POSIX::O_RDWR()) } qw(input output);
  my @own = (open_pipe('input', POSIX::O_RDONLY()), open_pipe('output', POSIX::O_WRONLY()));
  POSIX::dup2($own[$_ ? 1 : 0], $_) for 0 .. 2;
  POSIX::close($_) for @own;
  fcntl(STDOUT, 1031, ${pipeCapacity}); # F_SETPIPE_SZ
  tell_supervisor('ready');
  my $size = <$control>;
  exit 0 unless defined $size;
  POSIX::close($_) for @both;
  read($control, my $fields, $size) == $size or exit 0;
  my ($directory, $count, @rest) = split /\\0/, $fields, -1;
  my @argv = splice @rest, 0, $count;
  my %environment = map { split /=/, $_, 2 } @rest;
  pipe(my $failure, my $report) or fail();
  my $pid = fork;
  fail() unless defined $pid;
  if ($pid == 0) {
    POSIX::setsid();
    $SIG{$_} = 'DEFAULT' for @signals;
    %ENV = %environment;
    if (chdir $directory) { exec { $argv[0] } @argv }
    syswrite($report, $! + 0);
    POSIX::_exit(127);
  }
  close $report;
  for my $descriptor (0 .. 2) { POSIX::close($descriptor); POSIX::open('/dev/null', 2) }
  my $errno = <$failure>;
  if (defined $errno) { waitpid $pid, 0; tell_supervisor("failed $errno"); exit 0 }
  tell_supervisor("started $pid");
  waitpid $pid, 0;
  tell_supervisor("ended $?");
  my $order = <$control>;
  exit 0 unless defined $order && $order =~ /^drain (.+)$/;
  sysopen(my $output, $1, 0) or exit 1;
  tell_supervisor('draining');
  close $control;
  1 while sysread($output, my $discarded, 65536);
`;

/** The name of a signal; those without a name are numbered from SIGRTMIN (34), as \`kill -l\` does. */
function signalName(number: number): string {
  const known = Object.entries(system.signals).find(([, value]) => value === number)?.[0];
  if (known !== undefined) return known;
  if (number < 34) return `signal ${number}`;
  return number === 34 ? 'SIGRTMIN' : `SIGRTMIN+${number - 34}`;
}

/** The exit that a wait status stands for, see wait(2). Pure. */
function exitOfWaitStatus(waitStatus: number): Exit {
  const signal = waitStatus & 0x7f;
  return signal === 0
    ? { status: waitStatus >> 8, signal: null }
    : { status: null, signal: signalName(signal) };
}

/** Lines of the launcher, in order. */
class Lines {
  readonly #waiting: ((line: string | null) => void)[] = [];
  readonly #lines: string[] = [];
  #rest = '';
  #ended = false;

  constructor(stream: Socket) {
    stream.setEncoding('latin1');
    stream.on('data', (text: string) => {
      const lines = `${this.#rest}${text}`.split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) {
        const waiting = this.#waiting.shift();
        if (waiting) waiting(line);
        else this.#lines.push(line);
      }
    });
    stream.on('error', () => {});
    stream.once('close', () => {
      this.#ended = true;
      for (const waiting of this.#waiting.splice(0)) waiting(null);
    });
  }

  /** The next line; null when the launcher has exited. */
  next(): Promise<string | null> {
    const line = this.#lines.shift();
    if (line !== undefined) return Promise.resolve(line);
    if (this.#ended) return Promise.resolve(null);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** A launcher that has not started a process yet, or has started its only one. */
export class Launcher implements Disposable {
  /** The pid of the launcher. */
  readonly pid: number;
  /** The read end of the pipe that is stdout and stderr of the process: one pipe, so the order of lines is the order of writing. */
  readonly output: number;
  /** The write end of the pipe that is its stdin. */
  readonly input: number;
  readonly #control: Socket;
  readonly #lines: Lines;

  private constructor(control: Socket, lines: Lines, pipes: { pid: number; output: number; input: number }) {
    this.#control = control;
    this.#lines = lines;
    this.pid = pipes.pid;
    this.output = pipes.output;
    this.input = pipes.input;
  }

  /** Starts a launcher and waits until it is ready. Throws {@link NotStarted}. */
  static async open(): Promise<Launcher> {
    const directory = makeDirectory();
    try {
      const child = spawn('perl', ['-e', script, directory], {
        detached: true,
        stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
        env: { PATH: process.env['PATH'] },
      });
      // Registered before anything is awaited: an error event without a listener ends this process.
      const failed = new Promise<Error>((resolve) => child.once('error', resolve));
      const control = child.stdio[3];
      if (child.pid === undefined || !(control instanceof Socket))
        throw new NotStarted(`its launcher could not be started: ${(await failed).message}`);
      child.unref();
      try {
        const lines = new Lines(control);
        const [word, number] = (await lines.next())?.split(' ') ?? [];
        if (word === 'failed')
          throw new NotStarted(`its launcher could not make the pipes: ${systemError(number)}`);
        if (word !== 'ready') throw new NotStarted('its launcher ended before it was ready');
        return new Launcher(control, lines, { pid: child.pid, ...openPipes(directory) });
      } catch (error) {
        control.destroy();
        throw error;
      }
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }

  /** Starts the process in a new session and returns its pid. Throws {@link NotStarted} with the reason, or {@link LauncherLost}. */
  async start(program: Program): Promise<number> {
    const { file, directory, environment } = program;
    const argv = [file, ...program.arguments];
    const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    const fields = [directory, String(argv.length), ...argv, ...variables];
    if (fields.some((field) => field.includes('\0'))) throw new NotStarted('an argument contains NUL');
    const bytes = Buffer.from(fields.join('\0'));
    this.#control.write(Buffer.concat([Buffer.from(`${bytes.length}\n`), bytes]));
    const [word, number] = (await this.#lines.next())?.split(' ') ?? [];
    if (word === 'started') return Number(number);
    if (word !== 'failed') throw new LauncherLost('its launcher was killed');
    throw new NotStarted(`${file}: ${systemError(number)}`);
  }

  /** Resolves with the exit of the started process; null if the launcher was killed, so nobody knows it. */
  async exit(): Promise<Exit | null> {
    const [word, status] = (await this.#lines.next())?.split(' ') ?? [];
    return word === 'ended' ? exitOfWaitStatus(Number(status)) : null;
  }

  /**
   * Makes the launcher read and discard the output from now on, so that a process that still writes to it does not get SIGPIPE. Call it after
   * {@link exit}, before the read end is closed. `false`: that is not possible.
   */
  async drain(): Promise<boolean> {
    this.#control.write(`drain /proc/${process.pid}/fd/${this.output}\n`);
    return (await this.#lines.next()) === 'draining';
  }

  /** The launcher exits as soon as it has nothing to do. */
  [Symbol.dispose](): void {
    this.#control.destroy();
  }
}

/** An error number of the system as text. */
function systemError(number: string | undefined): string {
  const [name, text] = getSystemErrorMap().get(-Number(number)) ?? [`error ${number}`, 'unknown error'];
  return `${name}, ${text}`;
}

/** A new directory for the pipes. Throws {@link NotStarted}. */
function makeDirectory(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'spiderpig-'));
  } catch (error) {
    throw new NotStarted(`its pipes could not be made: ${messageOf(error)}`);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Opens our ends of both pipes, which the launcher has made in this directory. Node's own "pipes" are sockets: they cannot be opened as `/dev/stdin`
 * or `/dev/stdout`, and with a socket on stdin bash believes that a remote shell has started it and reads `~/.bashrc`. Throws {@link NotStarted}.
 */
function openPipes(directory: string): { output: number; input: number } {
  const { O_RDONLY, O_WRONLY, O_NONBLOCK } = constants;
  let output: number | null = null;
  try {
    output = openSync(join(directory, 'output'), O_RDONLY | O_NONBLOCK);
    return { output, input: openSync(join(directory, 'input'), O_WRONLY | O_NONBLOCK) };
  } catch (error) {
    if (output !== null) closeSync(output);
    throw new NotStarted(`its pipes could not be opened: ${messageOf(error)}`);
  }
}
