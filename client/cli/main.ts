// Owns the deployer's terminal client: runs the command of process.argv over the public API and sets the exit status.
import { createClient, SpiderPigError } from '../sdk/client.ts';
import { type Command, commands, type Request, readCommand } from './command.ts';
import { WrongUsage } from './command-line.ts';
import { printErrors } from './errors.ts';
import { commandHelp, terminalHelp } from './help.ts';
import { answer, findJob, handOver, retry, revert, start, stop } from './job.ts';
import { listJobs, listQueue, openPage, printViewer } from './list.ts';
import { preview } from './preview.ts';
import { Printer } from './printer.ts';
import { Refused, type Session } from './session.ts';
import { signIn, signOut } from './sign-in/sign-in.ts';
import { readToken } from './sign-in/token.ts';
import { train } from './train.ts';
import { transportOf } from './transport.ts';
import { printLog } from './watch/log.ts';
import { watchJob } from './watch/watch.ts';

/** Runs a request and returns the exit status. */
async function run(
  session: Session,
  request: Exclude<Request, { readonly name: 'sign-in' | 'sign-out' }>,
): Promise<number> {
  switch (request.name) {
    case 'start':
      return request.preview ? await preview(session, request) : await start(session, request);
    case 'watch':
      return await watchJob(session, await findJob(session, request.job), request.watch, request.from);
    case 'answer':
      return await answer(session, request);
    case 'stop':
      return await stop(session, request);
    case 'hand-over':
      return await handOver(session, request);
    case 'retry':
      return await retry(session, request);
    case 'revert':
      return await revert(session, request);
    case 'train':
      return await train(session, request);
    case 'errors':
      return await printErrors(session, request);
    case 'log':
      return await printLog(session, request);
    case 'jobs':
      return await listJobs(session, request);
    case 'queue':
      return await listQueue(session);
    case 'whoami':
      return await printViewer(session);
    case 'open':
      return await openPage(session, request);
  }
}

const statusOfKind: Readonly<Record<SpiderPigError['kind'], number>> = {
  unreachable: 3,
  unauthenticated: 4,
  forbidden: 4,
  invalid: 1,
  database: 1,
  failed: 1,
};

/** Prints why a command failed and returns the exit status. Throws what is a defect of this program. */
async function explain(printer: Printer, error: unknown): Promise<number> {
  if (error instanceof SpiderPigError) {
    const { kind, code, recorded, message } = error;
    await printer.object({ type: 'error', kind, code, recorded, message });
    printer.remark(message);
    return statusOfKind[kind];
  }
  if (error instanceof Refused) {
    await printer.object({ type: 'error', kind: 'refused', ...error.details, message: error.message });
    printer.remark(error.message);
    return error.status;
  }
  throw error;
}

async function request({ request, url, output }: Extract<Command, { name: 'request' }>): Promise<number> {
  const printer = new Printer(process, output);
  const interrupt = new AbortController();
  let leftBehind: string | null = null;
  // Ctrl-C ends this client, not the job.
  process.once('SIGINT', () => interrupt.abort());
  try {
    const { signal } = interrupt;
    if (request.name === 'sign-in') return await signIn({ url, printer, signal }, request);
    if (request.name === 'sign-out') return await signOut({ url, printer, signal });
    await using client = createClient({
      ...(await transportOf(url)),
      token: request.name === 'open' ? '' : readToken(url, process.env),
      clientName: 'cli',
      onConnection: (state) =>
        printer.remark(state === 'lost' ? 'connection lost, reconnecting…' : 'reconnected'),
    });
    const onInterrupt = (sentence: string | null): void => {
      leftBehind = sentence;
    };
    return await run({ client, url, printer, signal, onInterrupt }, request);
  } catch (error) {
    if (!interrupt.signal.aborted) return await explain(printer, error);
    if (leftBehind !== null) printer.remark(leftBehind);
    return 130;
  }
}

async function main(): Promise<number> {
  const { stdout, stderr } = process;
  stdout.on('error', (error) => {
    // In `spiderpig log 7 | head`, head closes the pipe.
    const code = 'code' in error ? String(error.code) : error.message;
    if (code !== 'EPIPE') stderr.write(`spiderpig: the output cannot be written (${code})\n`);
    process.exit(1);
  });
  try {
    const command = readCommand(process.argv.slice(2), process.env, Date.now());
    if (command.name === 'request') return await request(command);
    stdout.write(command.of === null ? terminalHelp(commands) : commandHelp(command.of));
    return 0;
  } catch (error) {
    if (!(error instanceof WrongUsage)) throw error;
    stderr.write(`${error.message}\n`);
    return 2;
  }
}

process.exitCode = await main();
