// Owns the commands that change one job: start, retry, revert, answer, stop, hand over.
import { harmlessName } from '../../schema/text/harmless.ts';
import { newIdempotencyKey } from '../core/idempotency-key.ts';
import { type Interaction, type Job, jobUrl } from '../sdk/client.ts';
import type { Request, Watching } from './command.ts';
import { hasPages } from './server-name.ts';
import { noSuchJob, Refused, refusedBy, type Session } from './session.ts';
import { terminalText } from './text.ts';
import { watchJob } from './watch/watch.ts';

type RequestOf<Name extends Request['name']> = Extract<Request, { readonly name: Name }>;

/** The job. Throws `Refused` when it does not exist. */
export async function findJob({ client, signal }: Session, id: string): Promise<Job> {
  const job = await client.job(id, signal);
  if (job === null) throw noSuchJob(id);
  return job;
}

/** `spiderpig start`. Returns the exit status. */
export async function start(session: Session, request: RequestOf<'start'>): Promise<number> {
  const { client, signal } = session;
  const { changes, revert, acceptUnverified, lane } = request;
  const idempotencyKey = keyOf(session, request);
  const input = { changes: [...changes], revert, acceptUnverified, lane, idempotencyKey };
  const result = await client.startBackport(input, signal);
  if (result.__typename === 'StartBackportSuccess') return await started(session, result.job, request.watch);
  if (result.__typename === 'GerritUnavailable')
    throw refusedBy(result, ' (--accept-unverified starts the job without looking them up)');
  throw refusedStart(result);
}

/** `spiderpig retry`. Returns the exit status. */
export async function retry(session: Session, request: RequestOf<'retry' | 'revert'>): Promise<number> {
  const { client, signal } = session;
  const input = { jobId: request.job, idempotencyKey: keyOf(session, request) };
  const result = await client.retryJob(input, signal);
  if (result.__typename === 'RetryJobSuccess') return await started(session, result.job, request.watch);
  throw refusedStart(result, waitFor(result, request.job));
}

/** `spiderpig revert`. Returns the exit status. */
export async function revert(session: Session, request: RequestOf<'retry' | 'revert'>): Promise<number> {
  const { client, signal } = session;
  const input = { jobId: request.job, idempotencyKey: keyOf(session, request) };
  const result = await client.revertJob(input, signal);
  if (result.__typename === 'RevertJobSuccess') return await started(session, result.job, request.watch);
  throw refusedStart(result, waitFor(result, request.job));
}

/** How to wait for the end of a job that has not ended yet. */
const waitFor = ({ __typename }: RefusedStart, job: string): string =>
  __typename === 'JobNotEnded' ? ` \`spiderpig watch ${job}\` shows when it has.` : '';

/** The idempotency key. From now on, Ctrl-C leaves open whether a job was queued, and the same key finds out. */
export function keyOf(
  session: Session,
  { name, key }: { readonly name: string; readonly key: string | null },
): string {
  const used = key ?? newIdempotencyKey();
  session.onInterrupt(
    `it is not known whether a job was queued: \`spiderpig jobs\` shows it, and the same \`spiderpig ${name}\` with --key ${used} queues it at most once`,
  );
  return used;
}

/** Says that a job is queued, and watches it if wanted. Returns the exit status. */
export async function started(session: Session, job: Job, watch: Watching | null): Promise<number> {
  const { printer, url } = session;
  const page = hasPages(url) ? jobUrl(url, job.id) : null;
  await printer.text(page === null ? `Job ${job.id}\n` : `Job ${job.id}: ${page}\n`);
  await printer.object({ type: 'started', url: page, job });
  session.onInterrupt(`job ${job.id} is queued and continues (\`spiderpig stop ${job.id}\` stops it)`);
  return watch === null ? 0 : await watchJob(session, job, watch);
}

type RefusedStart = {
  readonly __typename?: string;
  readonly message?: string;
  readonly problems?: readonly { readonly input: string; readonly message: string }[];
};

function refusedStart(result: RefusedStart, more = ''): Refused {
  const problems = (result.problems ?? [])
    // The message of a single problem is that of the refusal.
    .filter(({ message }) => message !== result.message)
    .map(({ input: change, message }) => (change ? `\n  ${change}: ${message}` : `\n  ${message}`));
  return refusedBy(result, `${problems.join('')}${more}`);
}

/** `spiderpig stop`. Returns the exit status. */
export async function stop(
  { client, printer, signal }: Session,
  { job, how }: RequestOf<'stop'>,
): Promise<number> {
  const result = await client.stopJob({ jobId: job, how }, signal);
  if (result.__typename !== 'StopJobSuccess') throw refusedBy(result);
  const mode = how === 'KILL' ? 'force-stop' : how.toLowerCase();
  await printer.text(`Requested to stop job ${result.job.id} (${mode})\n`);
  await printer.object({ type: 'stop', mode: how, job: result.job });
  return 0;
}

/** `spiderpig hand-over`. Returns the exit status. */
export async function handOver(
  { client, printer, signal }: Session,
  { job, to }: RequestOf<'hand-over'>,
): Promise<number> {
  const result = await client.handOverJob({ jobId: job, to }, signal);
  if (result.__typename !== 'HandOverJobSuccess') throw refusedBy(result);
  const name = terminalText(result.job.responsible.name);
  await printer.text(`${name} is responsible for job ${result.job.id}\n`);
  await printer.object({ type: 'handover', job: result.job });
  return 0;
}

/** `spiderpig answer`. Returns the exit status. */
export async function answer(session: Session, request: RequestOf<'answer'>): Promise<number> {
  const { client, printer, signal } = session;
  const interactionId = await questionOf(session, request);
  const result = await client.answerInteraction({ interactionId, answer: request.answer }, signal);
  if (result.__typename !== 'AnswerInteractionSuccess') throw refusedBy(result);
  await printer.text(`Answered ${JSON.stringify(request.answer)}\n`);
  await printer.object({ type: 'answer', interaction: result.interaction });
  return 0;
}

/** The id of the question to answer. The number is that of a job that asks it, or its own. Throws `Refused` where it could be either. */
async function questionOf(session: Session, { number, of }: RequestOf<'answer'>): Promise<string> {
  if (of === 'question') return number;
  const { client, signal } = session;
  const [job, { activeJobs }] = await Promise.all([client.job(number, signal), client.system(signal)]);
  const asked = job?.pendingInteraction?.id ?? null;
  const asker = activeJobs.find(({ pendingInteraction }) => pendingInteraction?.id === number);
  if (of === 'any' && asker !== undefined && asked !== number) {
    if (asked === null) return number;
    throw new Refused(
      `${number} is the number of job ${number}, which waits for an answer, and of the question of job ${asker.id}: say which with --job or --question`,
      { job: number, otherJob: asker.id },
      2,
    );
  }
  if (asked !== null) return asked;
  // The server says who answered a question that is closed.
  if (job === null && of === 'any') return number;
  if (job === null) throw noSuchJob(number);
  throw await noQuestion(session, job);
}

/** The error for a job that does not wait for an answer: it says who answered the last question. */
async function noQuestion({ client, signal }: Session, job: Job): Promise<Refused> {
  const last = (await client.interactions(job.id, signal))?.at(-1);
  const before = last === undefined || last.answer === null ? '' : `; ${answeredText(last, last.answer)}`;
  return new Refused(`Job ${job.id} does not wait for an answer${before}`, { job: job.id });
}

function answeredText({ answeredBy, answeredAt, choices }: Interaction, given: string): string {
  const label = choices.find(({ code }) => code === given)?.label;
  const shown = label === undefined ? `“${given}”` : `“${label}” (${given})`;
  return terminalText(
    `its last question was answered ${shown} by ${answeredBy ? harmlessName(answeredBy.name) : 'a user'} at ${answeredAt}`,
  );
}
