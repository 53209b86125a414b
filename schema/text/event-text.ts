// Owns what an event says, as data and as one line of text for chats. Pure. Not the form in which it is sent (server/webhook).
import { beginningOf } from './beginning.ts';
import { harmless } from './harmless.ts';
import { minuteInUtc } from './minute.ts';

/**
 * What can happen. `unanswered`: a question has waited for a while, and nobody has claimed it. `stopped`: a user asked for a stop. `handed_over`:
 * another deployer is responsible for the job now. `ended`: the job is over, with any outcome. `quiet`, `errors_rose`: what the watch over errors of
 * production found after its end. `test`: an administrator tests a webhook.
 */
export const eventKinds = [
  'started',
  'question',
  'unanswered',
  'answered',
  'stopped',
  'handed_over',
  'ended',
  'quiet',
  'errors_rose',
  'held',
  'released',
  'test',
] as const;
export type EventKind = (typeof eventKinds)[number];

/** What an event says. Each part is null where it does not apply. */
export interface EventData {
  /** The name of the user who did it. */
  readonly by: string | null;
  readonly job: {
    readonly id: number;
    readonly kind: string;
    readonly title: string;
    readonly owner: string;
    readonly state: string;
    /** What the job meant for production; null before its end. */
    readonly outcome: string | null;
    /** Why it ended as it did, as text; null before its end. */
    readonly reason: string | null;
    readonly changes: readonly {
      readonly number: string;
      readonly project: string | null;
      readonly subject: string | null;
    }[];
  } | null;
  readonly question: {
    readonly id: number;
    /** The stable key of a known question. */
    readonly key: string | null;
    readonly text: string;
    /** The label of the choice; null if not answered yet, or with a free text. */
    readonly answer: string | null;
  } | null;
  readonly hold: {
    readonly reason: string;
    /** ISO 8601; null: until it is released. */
    readonly endsAt: string | null;
  } | null;
  /** The names of the users who were and are responsible for the job; absent or null for other events. */
  readonly handover?: { readonly from: string; readonly to: string } | null;
  /** Production errors after the end of the job; absent or null for other events. It has no text of a message. */
  readonly errors?: {
    /** The result as a sentence. */
    readonly text: string;
    readonly before: { readonly errors: number; readonly minutes: number } | null;
    readonly after: { readonly errors: number; readonly minutes: number } | null;
    /** The rate after divided by the rate before; null if unknown, or there was none before. */
    readonly factor: number | null;
    /** How many messages are new. */
    readonly newMessages: number;
  } | null;
}

/** The longest line, in UTF-16 units: an IRC message has 512 bytes. */
const maxLine = 400;

/**
 * Text as part of a line: white space and control characters become single spaces, and characters that hide or reorder text are shown by their code
 * point. Pure.
 */
const inline = (text: string, limit = 150): string => {
  const line = harmless(text.replaceAll(/[\s\p{Cc}]+/gu, ' ')).trim();
  return (line.length > limit ? `${beginningOf(line, limit)}…` : line).toWellFormed();
};

/** An event in one sentence. Pure. */
export function eventSentence(
  kind: EventKind,
  { by, job, question, hold, handover, errors }: EventData,
): string {
  const user = inline(by ?? 'A user', 85);
  const number = `Job ${job?.id ?? ''}`.trim();
  const title = inline(job?.title ?? '');
  const owner = inline(job?.owner ?? '', 85);
  switch (kind) {
    case 'started':
      return `${number} has started: ${title} (${owner})`;
    case 'question':
      return `${number} needs an answer: “${inline(question?.text ?? '')}” – ${title} (${owner})`;
    case 'unanswered':
      return `Nobody has answered ${number.replace('J', 'j')} yet: “${inline(question?.text ?? '')}” – ${title} (${owner})`;
    case 'answered':
      return `${user} answered ${question?.answer == null ? 'with a text' : `“${inline(question.answer)}”`}: “${inline(question?.text ?? '')}” – ${number}, ${title}`;
    case 'stopped':
      return `${user} asked ${number.replace('J', 'j')} to stop: ${title}`;
    case 'handed_over':
      return by === handover?.to
        ? `${user} has taken over ${number.replace('J', 'j')}: ${title}`
        : `${user} handed ${number.replace('J', 'j')} over to ${inline(handover?.to ?? '', 85)}: ${title}`;
    case 'ended':
      return `${number} has ended (${(job?.outcome ?? 'unknown').replaceAll('_', ' ')}): ${title}. ${inline(job?.reason ?? '')}`.trim();
    case 'quiet':
    case 'errors_rose':
      return `${number}: ${inline(errors?.text ?? '')} ${title} (${owner})`;
    case 'held':
      return `${user} holds all deployments ${hold?.endsAt == null ? 'until they are released' : `until ${minuteInUtc(hold.endsAt)}`}: “${inline(hold?.reason ?? '')}”`;
    case 'released':
      return `${user} released deployments.`;
    case 'test':
      return `This is a test message of SpiderPig, sent by ${user}.`;
  }
}

/** What a template can contain between braces. */
export const templateNames = ['message', 'event', 'job', 'title', 'owner', 'by', 'url'] as const;
type TemplateName = (typeof templateNames)[number];
/** The default template of a webhook. */
export const defaultTemplate = '{message} {url}';

const isName = (name: string): name is TemplateName => templateNames.some((each) => each === name);

/** The names between braces that no template can contain. Pure. */
export const unknownNames = (template: string): string[] =>
  [...template.matchAll(/\{([^{}]*)\}/g)].flatMap(([, name = '']) => (isName(name) ? [] : [name]));

/**
 * The line of a template. It has no line break, so that a title cannot become a command of a chat. Pure. @param url of the page that the event is
 * about; empty if unknown
 */
export function eventLine(template: string, kind: EventKind, data: EventData, url: string): string {
  const values: Record<TemplateName, string> = {
    message: eventSentence(kind, data),
    event: kind,
    job: data.job === null ? '' : String(data.job.id),
    title: data.job?.title ?? '',
    owner: data.job?.owner ?? '',
    by: data.by ?? '',
    url,
  };
  const line = template.replaceAll(/\{([^{}]*)\}/g, (found, name: string) =>
    isName(name) ? inline(values[name], maxLine) : found,
  );
  return inline(line, maxLine + url.length);
}
