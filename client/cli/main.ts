// Owns the deployer's terminal client: runs the command of process.argv over the public API and sets the exit status.
import { createSpiderPigClient, type Job, type SpiderPigClient } from '../sdk/client.ts';
import { SpiderPigError } from '../sdk/error.ts';
import { type Command, readCommand, usage, WrongUsage } from './command.ts';
import { terminalText } from './text.ts';
import { logLineText, print, watchJob } from './watch.ts';

type Request = Exclude<Command, { readonly name: 'help' }>;

async function run(client: SpiderPigClient, command: Request, signal: AbortSignal): Promise<number> {
  const { stdout, stderr } = process;
  const colours = stdout.isTTY === true;
  const say = (text: string) => print(stdout, `${text}\n`);
  const refuse = async (message: string): Promise<number> => {
    await print(stderr, `spiderpig: ${terminalText(message, false)}\n`);
    return 1;
  };
  const known = async (id: string): Promise<Job | null> => {
    const job = await client.job(id, signal);
    if (!job) await refuse(`There is no job ${id}`);
    return job;
  };

  switch (command.name) {
    case 'start': {
      const { changes, revert, acceptUnverified, lane } = command;
      const result = await client.startBackport(
        { changes: [...changes], revert, acceptUnverified, lane },
        signal,
      );
      switch (result.__typename) {
        case 'StartBackportSuccess': {
          const { job } = result;
          await say(`Job ${job.id}: ${new URL(`jobs/${job.id}`, withSlash(command.access.url)).href}`);
          return command.watch ? watchJob(client, job, process, signal) : 0;
        }
        case 'InvalidChanges': {
          const problems = result.problems.map(({ input, message }) =>
            input ? `\n  ${input}: ${message}` : `\n  ${message}`,
          );
          return refuse(`${result.message}${problems.join('')}`);
        }
        case 'GerritUnavailable':
          return refuse(`${result.message} (--accept-unverified starts it all the same)`);
        default:
          return refuse(result.message);
      }
    }
    case 'watch': {
      const job = await known(command.job);
      return job ? watchJob(client, job, process, signal) : 1;
    }
    case 'answer': {
      const { interaction: interactionId, answer } = command;
      const result = await client.answerInteraction({ interactionId, answer }, signal);
      if (result.__typename !== 'AnswerInteractionSuccess') return refuse(result.message);
      await say(`Answered ${JSON.stringify(answer)}`);
      return 0;
    }
    case 'stop': {
      const result = await client.stopJob({ jobId: command.job, how: command.how }, signal);
      if (result.__typename !== 'StopJobSuccess') return refuse(result.message);
      await say(`Job ${result.job.id} is asked to stop (${command.how.toLowerCase()})`);
      return 0;
    }
    case 'log': {
      if (!(await known(command.job))) return 1;
      const batches = command.follow
        ? client.followLog(command.job, command.after, signal)
        : pages(client, command.job, command.after, signal);
      for await (const { lines } of batches)
        await print(stdout, lines.map((line) => logLineText(line, colours)).join(''));
      return 0;
    }
    case 'jobs': {
      const { nodes, totalCount } = await client.jobs({ first: command.first }, signal);
      const rows = nodes.map((job) => [
        job.id,
        job.state.toLowerCase(),
        job.queuedAt,
        job.owner.name,
        job.title,
      ]);
      await print(stdout, table([['JOB', 'STATE', 'QUEUED (UTC)', 'OWNER', 'TITLE'], ...rows]));
      if (totalCount > nodes.length)
        await print(stderr, `${totalCount - nodes.length} older ones; see --first\n`);
      return 0;
    }
  }
}

/** The log as far as it is written, page after page. */
async function* pages(client: SpiderPigClient, job: string, after: number, signal: AbortSignal) {
  for (let cursor = after; ; ) {
    const page = await client.log(job, { after: cursor, first: 500 }, signal);
    if (!page || page.lines.length === 0) return;
    yield page;
    cursor = page.cursor;
  }
}

/** Columns as wide as they must be; the last one as long as it is. */
function table(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((cell) => terminalText(cell, false).replaceAll('\n', ' ')));
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
  const left = new AbortController();
  let watched = false;
  // Leaving is not stopping: the job goes on, and the terminal says so.
  process.once('SIGINT', () => left.abort());
  // `spiderpig log 7 | head`: nobody reads any more.
  stdout.on('error', () => process.exit(1));
  try {
    const command = readCommand(process.argv.slice(2), process.env);
    if (command.name === 'help') {
      await print(stdout, `${usage}\n`);
      return 0;
    }
    watched = command.name === 'watch' || command.name === 'start';
    await using client = createSpiderPigClient({
      url: command.access.url,
      token: command.access.token,
      clientName: 'cli',
      onConnection: (state) =>
        stderr.write(
          state === 'lost' ? 'spiderpig: connection lost, trying again…\n' : 'spiderpig: connected again\n',
        ),
    });
    return await run(client, command, left.signal);
  } catch (error) {
    if (left.signal.aborted) {
      if (watched)
        stderr.write('spiderpig: no longer watching; the job goes on (`spiderpig stop JOB` stops it)\n');
      return 130;
    }
    if (error instanceof WrongUsage) {
      stderr.write(`${error.message}\n`);
      return 2;
    }
    if (error instanceof SpiderPigError) {
      stderr.write(`spiderpig: ${terminalText(error.message, false)}\n`);
      return 1;
    }
    throw error;
  }
}

process.exitCode = await main();
