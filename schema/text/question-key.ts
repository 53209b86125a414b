// Owns which of scap's known questions a prompt is, and what its answers lead to. Pure. Written down from scap 4.283.

/** What an answer leads to: the deployment is `declined` before anything was deployed, or what was deployed is `rolled-back`. */
export type AnswerEffect = 'declined' | 'rolled-back';

/** A question that scap is known to ask. */
interface KnownQuestion {
  /** Matches the prompt, whose blanks and newlines are single blanks. */
  readonly prompt: RegExp;
  /** The codes of all its choices in any order; empty for a text question. */
  readonly codes: readonly string[];
  /** What answers lead to, by code. An answer that is not listed continues, retries, or ends without a roll-back. */
  readonly effects?: Readonly<Record<string, AnswerEffect>>;
}

const yesNo = ['y', 'n'];
const declinedByNo = { n: 'declined' } as const;

/** The questions by their stable keys. A key is never given another meaning, so that tools can rely on it. */
const knownQuestions = {
  'backport.list': { prompt: /^Enter the change numbers .+ you wish to \w+:$/, codes: [] },
  'backport.not-live': {
    prompt: /not found in any live wikiversion\..* anyway\?$/,
    codes: yesNo,
    effects: declinedByNo,
  },
  'backport.l10n-rebuild': { prompt: /l10n rebuild.* anyway\?$/, codes: yesNo, effects: declinedByNo },
  'backport.dependency-warnings': {
    prompt: /^Warnings found: .* anyway\?$/,
    codes: yesNo,
    effects: declinedByNo,
  },
  'revert.reason': { prompt: /^Please supply a reason for revert\b/, codes: [] },
  'backport.confirm': {
    prompt: /(?:Backport|Revert) the changes\?$/,
    codes: yesNo,
    effects: declinedByNo,
  },
  'backport.patch-set-changed': {
    prompt: /has been updated from patchset \d+ to patchset \d+\. .*\?$/,
    codes: yesNo,
    effects: declinedByNo,
  },
  'backport.show-diff': { prompt: /unexpected commits .* see the diff\?$/, codes: yesNo },
  'backport.unexpected-commits': {
    prompt: /unexpected commits .* \(all patches will be deployed\)\?$/,
    codes: yesNo,
    effects: declinedByNo,
  },
  'images.release-repository': { prompt: /^Do you want to proceed anyway\?$/, codes: yesNo },
  'testservers.continue': {
    prompt: /synced to the testservers .* Continue with deployment\?$/,
    codes: yesNo,
    effects: { n: 'rolled-back' },
  },
  'checks.failed': {
    prompt: /\bfailed\. What do you want to do\?$/,
    codes: ['r', 'i', 'b', 'x'],
    effects: { b: 'rolled-back' },
  },
  'kubernetes.stage-failed': {
    prompt: /^K8s deployment to stage .+ failed\. What do you want to do\?$/,
    codes: ['r', 'b'],
    effects: { b: 'rolled-back' },
  },
  'kubernetes.rollback-failed': {
    prompt: /^Rollback deployment for stage .+ failed\. What do you want to do\?$/,
    codes: ['r', 'c'],
  },
  'rollback.acknowledge': {
    prompt: /was undeployed by rollback, but it still exists in the codebase\b/,
    codes: ['a'],
  },
  'kubernetes.confirm-diffs': {
    prompt: /^Note: Diffs are relative to .* Continue with the deployment\?$/,
    codes: yesNo,
    effects: declinedByNo,
  },
  'train.confirm': {
    prompt: /^(?:Set and deploy these versions:|Promote \S+ from \S+ to \S+)/,
    codes: yesNo,
    effects: declinedByNo,
  },
  'train.task': { prompt: /^Please enter the train blocker Phabricator task id\b/, codes: [] },
} as const satisfies Readonly<Record<string, KnownQuestion>>;

/** The stable key of a known question. */
export type QuestionKey = keyof typeof knownQuestions;

const known = Object.entries<KnownQuestion>(knownQuestions);

/**
 * The key of a question, or null if scap is not known to ask it. A question is known by its prompt and the codes of its
 * choices together, because a commit message in a prompt can hold any words.
 * @param codes the codes of the choices; empty for a text question
 */
export function questionKey(prompt: string, codes: readonly string[]): string | null {
  const text = prompt.replaceAll(/\s+/g, ' ').trim();
  const match = known.find(
    ([, question]) =>
      question.codes.length === codes.length &&
      question.codes.every((code) => codes.includes(code)) &&
      question.prompt.test(text),
  );
  return match?.[0] ?? null;
}

/** What an answer to a question leads to; null if the deployment continues or retries, or that is not known. */
export function answerEffect(key: string | null, answer: string): AnswerEffect | null {
  const question = known.find(([name]) => name === key)?.[1];
  return question?.effects?.[answer] ?? null;
}
