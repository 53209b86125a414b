// Owns the commands that print what there is: jobs, the queue, the user, and the page in the browser.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { counted } from '../../schema/text/counted.ts';
import { harmlessName } from '../../schema/text/harmless.ts';
import { minuteInUtc, minuteOf } from '../../schema/text/minute.ts';
import { type Client, jobUrl } from '../sdk/client.ts';
import type { Request } from './command.ts';
import { ownerText, queueText, stateText } from './job-text.ts';
import { hasPages } from './server-name.ts';
import { Refused, type Session } from './session.ts';
import { terminalText } from './text.ts';

type JobsRequest = Extract<Request, { readonly name: 'jobs' }>;

/** `spiderpig jobs`. Returns the exit status. */
export async function listJobs({ client, printer, signal }: Session, request: JobsRequest): Promise<number> {
  const { nodes, totalCount } = await newestJobs(client, request, signal);
  const rows = nodes.map((job) => [
    job.id,
    stateText(job),
    minuteOf(job.queuedAt),
    ownerText(job),
    job.title,
  ]);
  await printer.table([['JOB', 'STATE', 'QUEUED (UTC)', 'OWNER', 'TITLE'], ...rows]);
  for (const job of nodes) await printer.object({ type: 'job', job });
  const older = totalCount - nodes.length;
  if (older > 0 && !printer.json) printer.remark(`${counted(older, 'older job')} not shown; use --first`);
  return 0;
}

/** Up to `first` matching jobs; the API returns at most 100 at a time. */
async function newestJobs(client: Client, { first, filter }: JobsRequest, signal: AbortSignal) {
  const { states, outcomes } = filter;
  const selected = { ...filter, states: [...states], outcomes: [...outcomes] };
  const page = await client.jobs({ first: Math.min(first, 100), filter: selected }, signal);
  const nodes = [...page.nodes];
  for (let { pageInfo } = page; nodes.length < first && pageInfo.hasNextPage && pageInfo.endCursor; ) {
    const more = { first: Math.min(first - nodes.length, 100), after: pageInfo.endCursor, filter: selected };
    const next = await client.jobs(more, signal);
    nodes.push(...next.nodes);
    pageInfo = next.pageInfo;
  }
  return { nodes, totalCount: page.totalCount };
}

/** `spiderpig queue`. Returns the exit status. */
export async function listQueue({ client, printer, signal }: Session): Promise<number> {
  const system = await client.system(signal);
  const { activeJobs, queuedJobs, hold } = system;
  if (hold !== null) {
    const until = hold.endsAt === null ? '' : `, until ${minuteInUtc(hold.endsAt)}`;
    await printer.text(
      terminalText(
        `Deployments are held by ${harmlessName(hold.by.name)} since ${minuteInUtc(hold.since)}${until}: “${hold.reason}”\n`,
      ),
    );
    await printer.object({ type: 'hold', hold });
  }
  const rows = [...activeJobs, ...queuedJobs].map((job) => [
    job.id,
    job.state.toLowerCase(),
    job.lane,
    ownerText(job),
    job.title,
    queueText(job.id, system) ?? job.status ?? '',
  ]);
  if (rows.length === 0) await printer.text('No job is running or queued.\n');
  else await printer.table([['JOB', 'STATE', 'LANE', 'OWNER', 'TITLE', 'STATUS'], ...rows]);
  for (const job of [...activeJobs, ...queuedJobs])
    await printer.object({ type: 'job', job, queue: queueText(job.id, system) });
  return 0;
}

/** `spiderpig whoami`. Returns the exit status. */
export async function printViewer({ client, url, printer, signal }: Session): Promise<number> {
  const viewer = await client.viewer(signal);
  if (viewer === null) throw new Refused('The server does not know who you are.', {}, 4);
  const { user, role, canDeploy } = viewer;
  const rights = canDeploy ? 'may deploy' : 'may only look';
  await printer.text(
    `${terminalText(harmlessName(user.name))} at ${url}: ${role.toLowerCase()}, ${rights}\n`,
  );
  await printer.object({ type: 'viewer', url, ...viewer });
  return 0;
}

/** `spiderpig open`. Prints the URL, and opens it where a browser can be started. Returns the exit status. */
export async function openPage(
  { url, printer }: Session,
  { job }: Extract<Request, { readonly name: 'open' }>,
): Promise<number> {
  if (!hasPages(url))
    throw new Refused(
      'A browser cannot open a Unix socket. Open a tunnel to it (ssh -L 8888:PATH HOST), and use --url http://127.0.0.1:8888.',
      {},
      2,
    );
  const page = job === null ? url : jobUrl(url, job);
  await printer.text(`${page}\n`);
  await printer.object({ type: 'page', url: page });
  const program = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const browser = spawn(program, [page], { stdio: 'ignore', detached: true });
  browser.unref();
  // Without such a program, the URL on the screen is what there is.
  await Promise.race([once(browser, 'spawn'), once(browser, 'error')]).catch(() => {});
  return 0;
}
