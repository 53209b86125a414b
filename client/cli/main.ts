// Owns the deployer's terminal client: runs the command of process.argv over the public API and sets the exit status.
import { createSpiderPigClient, type Job, type SpiderPigClient } from '../sdk/client.ts';
import { SpiderPigError } from '../sdk/error.ts';
import { type Command, readCommand, usage, WrongUsage } from './command.ts';
import { LogPrinter } from './log-text.ts';
import { terminalText } from './text.ts';
import { print, stateText, watchJob } from './watch.ts';

type Request = Exclude<Command, { readonly name: 'help' }>;

/** What a request works with. */
interface Session {
  readonly client: SpiderPigClient;
  /** Aborts when the user presses Ctrl-C. */
  readonly signal: AbortSignal;
}

const say = (text: string): Promise<void> => print(process.stdout, `${text}\n`);

/** Prints why a request was refused; returns the exit status. */
async function refuse(message: string): Promise<number> {
  await print(process.stderr, `spiderpig: ${terminalText(message)}\n`);
  return 1;
}

/** The job; null, after a message, when it does not exist. */
async function findJob({ client, signal }: Session, id: string): Promise<Job | null> {
  const job = await client.job(id, signal);
  if (!job) await refuse(`There is no job ${id}`);
  return job;
}

/** Runs a request and returns the exit status. */
async function run(session: Session, command: Request): Promise<number> {
  const { client, signal } = session;
  switch (command.name) {
    case 'start':
      return await start(session, command);
    case 'watch': {
      const job = await findJob(session, command.job);
      return job ? await watchJob(client, job, process, signal) : 1;
    }
    case 'answer': {
      const { interaction: interactionId, answer } = command;
      const result = await client.answerInteraction({ interactionId, answer }, signal);
      if (result.__typename !== 'AnswerInteractionSuccess') return await refuse(result.message);
      await say(`Answered ${JSON.stringify(answer)}`);
      return 0;
    }
    case 'stop': {
      const result = await client.stopJob({ jobId: command.job, how: command.how }, signal);
      if (result.__typename !== 'StopJobSuccess') return await refuse(result.message);
      const mode = command.how === 'KILL' ? 'force-stop' : command.how.toLowerCase();
      await say(`Requested to stop job ${result.job.id} (${mode})`);
      return 0;
    }
    case 'log':
      return await printLog(session, command);
    case 'jobs':
      return await listJobs(session, command.first);
  }
}

async function start(
  { client, signal }: Session,
  { access, changes, revert, acceptUnverified, lane, watch }: Extract<Request, { readonly name: 'start' }>,
): Promise<number> {
  const input = { changes: [...changes], revert, acceptUnverified, lane };
  const result = await client.startBackport(input, signal);
  switch (result.__typename) {
    case 'StartBackportSuccess': {
      const { job } = result;
      await say(`Job ${job.id}: ${new URL(`jobs/${job.id}`, withSlash(access.url)).href}`);
      return watch ? await watchJob(client, job, process, signal) : 0;
    }
    case 'InvalidChanges': {
      const problems = result.problems.map(({ input: change, message }) =>
        change ? `\n  ${change}: ${message}` : `\n  ${message}`,
      );
      return await refuse(`${result.message}${problems.join('')}`);
    }
    case 'GerritUnavailable':
      return await refuse(`${result.message} (--accept-unverified starts the job without looking them up)`);
    default:
      return await refuse(result.message);
  }
}

async function printLog(
  session: Session,
  { job, after, follow }: Extract<Request, { readonly name: 'log' }>,
): Promise<number> {
  const { client, signal } = session;
  const { stdout } = process;
  if (!(await findJob(session, job))) return 1;
  const batches = follow ? client.followLog(job, after, signal) : pages(client, job, after, signal);
  const printer = new LogPrinter(stdout.isTTY === true);
  for await (const { lines, partial } of batches)
    await print(stdout, printer.batch(lines, partial, stdout.columns));
  await print(stdout, printer.end());
  return 0;
}

async function listJobs({ client, signal }: Session, first: number): Promise<number> {
  const { nodes, totalCount } = await client.jobs({ first }, signal);
  const rows = nodes.map((job) => [job.id, stateText(job), job.queuedAt, job.owner.name, job.title]);
  await print(process.stdout, table([['JOB', 'STATE', 'QUEUED (UTC)', 'OWNER', 'TITLE'], ...rows]));
  const older = totalCount - nodes.length;
  if (older > 0)
    await print(process.stderr, `${older} older ${older === 1 ? 'job' : 'jobs'} not shown; use --first\n`);
  return 0;
}

/** The log as far as it is written, in batches of 500 lines. */
async function* pages(client: SpiderPigClient, job: string, after: number, signal: AbortSignal) {
  for (let cursor = after; ; ) {
    const page = await client.log(job, { after: cursor, first: 500 }, signal);
    if (page) yield page;
    if (!page || page.lines.length === 0) return;
    cursor = page.cursor;
  }
}

/** Rows with aligned columns. */
function table(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((cell) => terminalText(cell).replaceAll('\n', ' ')));
  const widths = cells.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)),
    [],
  );
  return cells
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}

async function main(): Promise<number> {
  const { stdout, stderr } = process;
  const interrupt = new AbortController();
  let isWatching = false;
  // Ctrl-C ends this client, not the job.
  process.once('SIGINT', () => interrupt.abort());
  // In `spiderpig log 7 | head`, head closes the pipe.
  stdout.on('error', () => process.exit(1));
  try {
    const command = readCommand(process.argv.slice(2), process.env);
    if (command.name === 'help') {
      await print(stdout, `${usage}\n`);
      return 0;
    }
    isWatching = command.name === 'watch' || command.name === 'start';
    await using client = createSpiderPigClient({
      url: command.access.url,
      token: command.access.token,
      clientName: 'cli',
      onConnection: (state) =>
        stderr.write(
          state === 'lost' ? 'spiderpig: connection lost, reconnecting…\n' : 'spiderpig: reconnected\n',
        ),
    });
    return await run({ client, signal: interrupt.signal }, command);
  } catch (error) {
    if (interrupt.signal.aborted) {
      if (isWatching)
        stderr.write('spiderpig: no longer watching; the job continues (`spiderpig stop JOB` stops it)\n');
      return 130;
    }
    if (error instanceof WrongUsage) {
      stderr.write(`${error.message}\n`);
      return 2;
    }
    if (error instanceof SpiderPigError) {
      stderr.write(`spiderpig: ${terminalText(error.message)}\n`);
      return 1;
    }
    throw error;
  }
}

process.exitCode = await main();
