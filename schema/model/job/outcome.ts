// Owns what the end of a job meant for production: the outcome, and the sentences of the reason that say why. Pure. Not the update (ending.ts).
import { beginningOf } from '../../text/beginning.ts';
import { answerEffect } from '../../text/question-key.ts';
import { questionText } from '../../text/question-text.ts';
import type { JobState } from './state.ts';

/**
 * What a job did to production. `deployed_with_errors`: the changes are deployed, but a check failed or a host could not be updated.
 * `rolled_back`: what was deployed was reverted by scap. `declined`: a user answered “No” before anything was deployed. `nothing_to_do`: there
 * was nothing to deploy. `failed`, `stopped`, `lost`: the deployment may be incomplete. `cancelled`: it never started.
 */
export const jobOutcomes = [
  'deployed',
  'deployed_with_errors',
  'rolled_back',
  'declined',
  'nothing_to_do',
  'failed',
  'stopped',
  'lost',
  'cancelled',
] as const;
export type JobOutcome = (typeof jobOutcomes)[number];

/** How a process ended: an exit status of 0 to 255, or the signal that killed it. */
export interface Exit {
  readonly status: number | null;
  readonly signal: string | null;
}

/** A question of the job and its answer. */
export interface AskedQuestion {
  readonly key: string | null;
  readonly prompt: string;
  readonly kind: 'choices' | 'text';
  /** What scap got; null if nothing was delivered. */
  readonly answer: string | null;
  /** The answer as text: its label, or the text. */
  readonly label: string;
  /** Who answered. */
  readonly by: string;
}

/** A line of scap's output, as visible text. */
export interface OutputLine {
  readonly number: number;
  readonly text: string;
  /** Whether it looks like an error. */
  readonly error: boolean;
}

/** What is known about a job that ends. */
export interface EndEvidence {
  readonly state: JobState;
  readonly exit: Exit;
  /** All questions, in the order in which they were asked. */
  readonly questions: readonly AskedQuestion[];
  /** The last status that scap reported, even if it was cleared later. */
  readonly lastStatus: string | null;
  /** The last lines of output, oldest first, without sensitive ones. */
  readonly lastLines: readonly OutputLine[];
  /** What is left to do after a roll-back, as a sentence. It depends on the kind of the job. */
  readonly afterRollBack: string;
}

/** The outcome of a job. */
export interface JudgedEnd {
  readonly outcome: JobOutcome;
  /** Replaces the reason that follows from the exit alone; null: that one stands. */
  readonly reason: string | null;
  /** Sentences that follow the reason, each with a space in front. */
  readonly details: string;
  /** The last line that looks like an error, of a job that did not simply succeed; null if no line does. */
  readonly lastError: { readonly number: number; readonly text: string } | null;
}

/** The outcome of a job of which nothing but its state is known: it ended before outcomes were recorded. */
export function outcomeOfState(state: JobState): JobOutcome | null {
  switch (state) {
    case 'succeeded':
      return 'deployed';
    case 'failed':
    case 'stopped':
    case 'lost':
    case 'cancelled':
      return state;
    default:
      return null;
  }
}

/** How many error lines a reason quotes, and the length of each quotation, in UTF-16 units. */
const maxErrorLines = 3;
const maxQuotation = 200;

/** A line of scap that says that it deploys nothing, and why. */
const nothingToDo =
  /(?:^|\s)(Skipping sync since (?:there are no deployable commits|all commits were beta|--stop-before-sync).*)$/;
/** A line of scap after the last stage of a deployment. It follows a roll-back, too. */
const finished = /(?:^|\s)Finished scap sync-world(?::|\s|$)/;
/** A line of scap after everything is deployed: the wiki that it looks at still shows another version. */
const versionUnverified = /(?:^|\s)Could not verify version update$/;
/** The version that scap saw then. */
const seenVersion = /(?:^|\s)Actual:\s+(.*)$/m;
/** A status that scap reports only once it changes servers. */
const deployingStatus = /^(?:Starting scap sync|Sync |Rolling back|Continuing with deployment)/;

/** What the end of a job meant. What an answer or the exit proves decides before the wording of any output. */
export function judgeEnd(evidence: EndEvidence): JudgedEnd {
  const outcome = outcomeOf(evidence);
  const isGood = outcome === 'deployed' || outcome === 'nothing_to_do' || outcome === 'declined';
  const errors = isGood ? [] : evidence.lastLines.filter((line) => line.error);
  const last = errors.at(-1);
  return {
    outcome,
    reason: reasonOf(outcome, evidence),
    details: detailsOf(outcome, evidence, errors),
    lastError: last ? { number: last.number, text: shortened(last.text) } : null,
  };
}

function outcomeOf(evidence: EndEvidence): JobOutcome {
  const { state, exit, questions, lastLines } = evidence;
  if (state === 'succeeded') {
    if (declinedQuestion(evidence)) return 'declined';
    if (rolledBackBy(evidence)) return 'rolled_back';
    if (nothingToDoLine(evidence)) return 'nothing_to_do';
    return questions.some(isIgnoredCheck) ? 'deployed_with_errors' : 'deployed';
  }
  if (state === 'failed') {
    if (rolledBackBy(evidence)) return 'rolled_back';
    if (isFinalCheckLeft(questions.at(-1)) && exit.status === 1) return 'deployed_with_errors';
    // scap exits with status 1 although it deployed everything, if hosts could not be updated.
    const isFinished = lastLines.some((line) => finished.test(line.text));
    const wasTakenBack = questions.some((question) => effectOf(question) === 'rolled-back');
    if (exit.status === 1 && isFinished && !wasTakenBack) return 'deployed_with_errors';
    if (exit.status === 1 && isVersionUnverified(evidence)) return 'deployed_with_errors';
  }
  return outcomeOfState(state) ?? 'failed';
}

const effectOf = ({ key, answer }: AskedQuestion) => (answer === null ? null : answerEffect(key, answer));

/** The question whose answer ended the job before anything was deployed. scap asks nothing after it. */
function declinedQuestion({ questions, lastLines }: EndEvidence): AskedQuestion | null {
  const last = questions.at(-1);
  if (last === undefined) return null;
  if (effectOf(last) === 'declined') return last;
  // A question that a newer scap words differently: only answer and output together prove it.
  const isCancelled = lastLines
    .slice(-3)
    .some(({ text }) => /(?:^|\s)(?:Backport|Revert) cancelled$/.test(text));
  return last.key === null && last.answer === 'n' && isCancelled ? last : null;
}

/** The question whose answer took the deployment back, if the roll-back came to its end. */
function rolledBackBy({ questions, exit }: EndEvidence): AskedQuestion | null {
  const at = questions.findLastIndex((question) => effectOf(question) === 'rolled-back');
  const question = questions[at];
  if (question === undefined) return null;
  const later = questions.slice(at + 1);
  // scap asks for this acknowledgement only after a successful roll-back.
  if (later.some(({ key }) => key === 'rollback.acknowledge')) return question;
  if (later.some(({ key, answer }) => key === 'kubernetes.rollback-failed' && answer !== 'r')) return null;
  return exit.status === 1 || exit.status === 0 ? question : null;
}

const isIgnoredCheck = ({ key, answer }: AskedQuestion): boolean => key === 'checks.failed' && answer === 'i';

/** Whether the check after the last stage failed, and a user kept the deployment. */
const isFinalCheckLeft = (question: AskedQuestion | undefined): boolean =>
  question?.key === 'checks.failed' &&
  question.answer === 'x' &&
  /^production\b/i.test(question.prompt.trim());

const isVersionUnverified = ({ lastLines }: EndEvidence): boolean =>
  lastLines.slice(-5).some(({ text }) => versionUnverified.test(text));

function nothingToDoLine({ questions, lastStatus, lastLines }: EndEvidence): string | null {
  if (lastStatus !== null && deployingStatus.test(lastStatus)) return null;
  if (questions.some(({ key }) => key === 'testservers.continue')) return null;
  const line = lastLines.findLast(({ text }) => nothingToDo.test(text));
  return nothingToDo.exec(line?.text ?? '')?.[1] ?? null;
}

function reasonOf(outcome: JobOutcome, evidence: EndEvidence): string | null {
  const { questions, exit } = evidence;
  switch (outcome) {
    case 'declined': {
      const question = declinedQuestion(evidence);
      if (question === null) return null;
      const isMerging =
        question.key === 'backport.patch-set-changed' || question.key === 'backport.unexpected-commits';
      const merged = isMerging ? ' Changes that are merged already stay merged.' : '';
      return `${question.by} declined at ${named(question)}; nothing was deployed.${merged}`;
    }
    case 'nothing_to_do':
      return `Nothing was deployed: ${shortened(nothingToDoLine(evidence) ?? '')}`;
    case 'rolled_back': {
      const question = rolledBackBy(evidence);
      if (question === null) return null;
      return `Rolled back: ${question.by} answered “${shortened(question.label)}” to ${named(question)}. ${evidence.afterRollBack}`;
    }
    case 'deployed_with_errors': {
      const ignored = questions.findLast(isIgnoredCheck);
      if (exit.status === 0 && ignored)
        return `Deployed, but a check failed: ${ignored.by} answered “${shortened(ignored.label)}” to ${named(ignored)}.`;
      if (isVersionUnverified(evidence)) {
        const line = evidence.lastLines.findLast(({ text }) => seenVersion.test(text));
        const seen = shortened(seenVersion.exec(line?.text ?? '')?.[1] ?? 'another version');
        return `Deployed, but the check of the version failed: the wiki that scap looks at showed “${seen}”. Look at Special:Version there before you continue.`;
      }
      return isFinalCheckLeft(questions.at(-1))
        ? `Deployed, but the final check failed (exit status 1).`
        : `Deployed, but with errors (exit status 1).`;
    }
    default:
      return null;
  }
}

function detailsOf(
  outcome: JobOutcome,
  { questions, lastLines }: EndEvidence,
  errors: readonly OutputLine[],
): string {
  if (
    outcome === 'deployed' ||
    outcome === 'declined' ||
    outcome === 'nothing_to_do' ||
    outcome === 'cancelled'
  )
    return '';
  const last = questions.at(-1);
  const open = last !== undefined && last.answer === null ? ` scap was asking ${named(last)}.` : '';
  // The reason of a lost job ends with what to do.
  if (outcome === 'lost') return open;
  if (errors.length > 0) {
    const quoted = errors.slice(-maxErrorLines).map((line) => `“${shortened(line.text)}”`);
    return `${open} Last ${quoted.length === 1 ? 'error' : 'errors'}: ${quoted.join(', ')}.`;
  }
  const line = lastLines.findLast(({ text }) => text.trim() !== '');
  return outcome === 'failed' && line ? `${open} Last line: “${shortened(line.text)}”.` : open;
}

/** A question by its name in a reason: what it asks, and what that is about where the question itself does not say it. */
function named({ prompt }: AskedQuestion): string {
  const { question, explanation } = questionText(prompt);
  const subject = /^What do you want to do\?$/.test(question) ? (explanation.split('\n').at(-1) ?? '') : '';
  return `“${shortened(subject === '' ? question : `${subject} ${question}`)}”`;
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > maxQuotation ? `${beginningOf(line, maxQuotation).toWellFormed()}…` : line;
}
