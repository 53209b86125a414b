// Owns how a job is described as text: its state, its place in the queue, its end. Pure.
import { harmlessName } from '../../schema/text/harmless.ts';
import { terminalQuestion } from '../../schema/text/terminal/terminal-question.ts';
import type { Interaction, Job, QueuedJob, System } from '../sdk/client.ts';
import { ownMark, terminalText } from './text.ts';

/** The state of a job as text; of an ended one what it meant for production, where the state does not say it. */
export function stateText({ state, outcome }: Pick<Job, 'state' | 'outcome'>): string {
  return (outcome === null || outcome === 'DEPLOYED' ? state : outcome).toLowerCase().replaceAll('_', ' ');
}

/** The owner of a job, and to whom it was handed over. */
export const ownerText = ({ owner, responsible }: Pick<Job, 'owner' | 'responsible'>): string =>
  owner.id === responsible.id
    ? harmlessName(owner.name)
    : `${harmlessName(owner.name)} (handed over to ${harmlessName(responsible.name)})`;

/** A line that says how the job ended, or why it is no longer watched. */
export function endText(job: Job): string {
  // The state can be older than the question: they are two queries of the server.
  const open = job.pendingInteraction === null ? `is still ${stateText(job)}` : 'waits for an answer';
  const state = job.ended ? stateText(job) : open;
  const reason = job.reason === null ? '' : `: ${terminalText(job.reason)}`;
  return `Job ${job.id} ${state}${reason}`;
}

/** The exit status of a command that watched the job to its end. */
export const statusOf = ({ state, outcome }: Pick<Job, 'state' | 'outcome'>): number =>
  state === 'SUCCEEDED' && outcome !== 'DECLINED' && outcome !== 'ROLLED_BACK' ? 0 : 1;

/**
 * A question with its choices, and how to answer it: what to type at the prompt that follows (`atPrompt`), or else the command.
 */
export function questionText(
  job: Pick<Job, 'id'>,
  question: Pick<Interaction, 'kind' | 'prompt' | 'choices' | 'default'>,
  { colours = false, atPrompt = false } = {},
): string {
  const mark = ownMark('? ', colours);
  const text = terminalText(terminalQuestion(question)).replaceAll('\n', `\n${mark}`);
  const how = atPrompt ? typedAnswer(question) : answerCommand(job, question);
  return `${mark}${text}\n${mark}To answer: ${how}\n`;
}

/** What to type at the prompt: `type r, i or b, and press Enter`. */
function typedAnswer({ choices }: Pick<Interaction, 'choices'>): string {
  const codes = choices.map(({ code }) => code);
  const last = codes.pop();
  const what = last === undefined ? 'the text' : codes.length === 0 ? last : `${codes.join(', ')} or ${last}`;
  return terminalText(`type ${what}, and press Enter`);
}

/** The command that answers a question. */
export const answerCommand = (job: Pick<Job, 'id'>, { kind }: Pick<Interaction, 'kind'>): string =>
  `spiderpig answer ${job.id} ${kind === 'TEXT' ? 'TEXT' : 'CODE'}`;

/** What a queued job waits for, as a part of a sentence: its place in the queue of its lane, and what is before it. */
export function queueText(id: string, { activeJobs, queuedJobs, runners, hold }: System): string | null {
  const job = queuedJobs.find((queued) => queued.id === id);
  if (job === undefined) return null;
  const inLane = ({ lane }: QueuedJob): boolean => lane === job.lane;
  const position = queuedJobs.filter(inLane).indexOf(job) + 1;
  const running = activeJobs.filter(inLane);
  const causes = [
    ...(hold === null ? [] : [`deployments are held by ${harmlessName(hold.by.name)}: “${hold.reason}”`]),
    ...running.map(
      (before) =>
        `job ${before.id} of ${ownerText(before)} ${before.pendingInteraction === null ? 'is running' : 'waits for an answer'}`,
    ),
    ...(runners.some(({ online, lanes }) => online && lanes.includes(job.lane))
      ? []
      : [`no jobrunner serves the lane ${job.lane}`]),
  ];
  return terminalText(
    `position ${position} in the lane ${job.lane}${causes.map((cause) => `; ${cause}`).join('')}`,
  );
}

/** When a queued job is expected to start, as a part of a sentence; empty if that is unknown. */
export function expectedStartText(id: string, { queuedJobs }: Pick<System, 'queuedJobs'>): string {
  const at = queuedJobs.find((queued) => queued.id === id)?.expectedStartAt ?? null;
  return at === null ? '' : `; expected to start at about ${at.slice(11, 16)} UTC`;
}

/** How much time a job still needs, as comparable jobs did; empty if that is unknown. @param now milliseconds since 1970 */
export function timeLeftText(left: Job['timeLeft'], now: number): string[] {
  if (left === null) return [];
  const lateAt = left.lateAt === null ? null : Date.parse(left.lateAt);
  const passed = lateAt === null ? 0 : Math.max(0, now - Date.parse(left.at));
  const [median, p90] = [left.median, left.p90].map((each) => durationText(each * 1000 - passed));
  const isLate = left.late || (lateAt !== null && lateAt <= now);
  return [
    ...(isLate ? ['late'] : []),
    `about ${median} ${lateAt === null ? 'after the answer' : 'to the end'}, rarely more than ${p90}`,
  ];
}

/** A duration as `1:02` or `1:00:02`. */
export function durationText(milliseconds: number): string {
  const total = Math.max(0, Math.round(milliseconds / 1000));
  const parts = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}
