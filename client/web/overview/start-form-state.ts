// Owns the state of the start form: its changes with their problems, whether it can be submitted, what each event does. Owns no markup.
import { useContext, useEffect, useState } from 'preact/hooks';
import { splitChangeInputs, splitWhileTyping } from '../../../schema/text/change-input.ts';
import { msg } from '../i18n/msg.ts';
import { Held } from '../parts/hold.tsx';
import { go, jobPath } from '../route.ts';
import { type ChangeInput, namesChange, readChange, withDuplicates } from './change/change-input.ts';
import { type ChangeOrder, inOrder, useChangeOrder } from './change/change-order.ts';
import { type ChosenChanges, type FoundChange, useChosenChanges } from './change/change-search.ts';
import type { ChangeDraft, StartDraft } from './start-draft.ts';
import { type StartRequest, useStartRequest } from './start-request.ts';

export interface StartFormProps {
  readonly draft: StartDraft;
  readonly onDraft: ChangeDraft;
  /** The lanes to choose from; empty if there is no choice. */
  readonly lanes: readonly string[];
  /** The lane of the new job; null while the user has to choose one. */
  readonly lane: string | null;
  /** The number of the job behind which a new one would queue, or null. */
  readonly busyJob: string | null;
  /** Whether the end of the queue is not known, so that `busyJob` is not the last one. */
  readonly isQueueCut?: boolean;
  /** The base URL of Gerrit; null while it is not known. */
  readonly gerritUrl: string | null;
  /** Null while it is not known yet. */
  readonly mayStart: boolean | null;
}

export interface StartFormState {
  /** The hold as text; null while none exists. */
  readonly held: string | null;
  /** Why the form cannot be submitted; null if it can be. */
  readonly hint: string | null;
  /** The text in the field for changes. */
  readonly typed: string;
  readonly chips: readonly ChangeInput[];
  /** The changes in the field, which are not chips yet. */
  readonly pending: readonly ChangeInput[];
  /** What Gerrit says about the chips. */
  readonly chosen: ChosenChanges;
  /** What the chips depend on; null while that is not known. */
  readonly order: ChangeOrder | null;
  readonly request: StartRequest;
  /** Changes the draft. What the server said of the old one is removed. */
  readonly change: (next: (draft: StartDraft) => Partial<StartDraft>) => void;
  readonly type: (value: string) => void;
  /** Makes chips of the typed text. */
  readonly addTyped: () => void;
  /** Adds a change from the menu, in place of the typed text. */
  readonly choose: (change: FoundChange) => void;
  /** Adds the changes that the chips depend on. */
  readonly addMissing: () => void;
  /** Turns the last chip back into typed text. */
  readonly editLast: () => void;
  /** Starts the job, if the form can be submitted, and goes to its page. */
  readonly start: (acceptUnverified: boolean) => Promise<void>;
}

export function useStartForm({
  draft,
  onDraft,
  lanes,
  lane,
  gerritUrl,
  mayStart,
}: StartFormProps): StartFormState {
  const held = useContext(Held);
  const request = useStartRequest();
  const [typed, setTyped] = useState('');

  const typedChanges = splitChangeInputs(typed);
  const { changes, chosen } = useChangeInputs(draft, typedChanges, gerritUrl, request.rejected);
  const chips = changes.slice(0, draft.changes.length);
  const order = useOrderedDraft(chips, draft, onDraft);
  const isSearching = typedChanges.length > 0 && !typedChanges.some(namesChange);
  const needsLane = lanes.length > 0 && lane === null;
  const hint = whyNotReady({ changes, isSearching, mayStart, held, needsLane });

  const change: StartFormState['change'] = (next) => {
    request.clearProblem();
    request.clearRejected();
    onDraft((current) => ({ ...current, ...next(current) }));
  };
  const edits = editsOf({ draft, typedChanges, chips, order, request, setTyped, change });
  const start: StartFormState['start'] = async (acceptUnverified) => {
    if (hint !== null || request.sending || !mayStart) return;
    edits.addTyped();
    const sent = changes.map(({ input }) => input);
    // Without a choice, the server decides about the lane.
    const ofLane = lanes.length === 0 ? null : lane;
    await startJob(request, change, { changes: sent, revert: draft.revert, acceptUnverified, lane: ofLane });
  };

  const pending = changes.slice(draft.changes.length);
  return { held, hint, typed, chips, pending, chosen, order, request, change, ...edits, start };
}

type Edits = Pick<StartFormState, 'type' | 'addTyped' | 'choose' | 'addMissing' | 'editLast'>;

/** What each event does to the typed text and to the chips. */
function editsOf({
  draft,
  typedChanges,
  chips,
  order,
  request,
  setTyped,
  change,
}: Pick<StartFormState, 'chips' | 'order' | 'request' | 'change'> & {
  draft: StartDraft;
  typedChanges: readonly string[];
  setTyped: (typed: string) => void;
}): Edits {
  return {
    type: (value) => {
      const { complete, rest } = splitWhileTyping(value);
      // Words are searched, and a search contains spaces.
      const completes = complete.some(namesChange);
      setTyped(completes ? rest : value);
      if (completes) change(({ changes }) => ({ changes: [...changes, ...complete] }));
      else request.clearProblem();
    },
    addTyped: () => {
      if (typedChanges.length === 0) return;
      change(({ changes }) => ({ changes: [...changes, ...typedChanges] }));
      setTyped('');
    },
    choose: ({ number }) => {
      setTyped('');
      change(({ changes }) => ({ changes: changes.includes(number) ? changes : [...changes, number] }));
    },
    addMissing: () => {
      if (order !== null) change(() => ({ changes: inOrder(chips, order.order) }));
    },
    editLast: () => {
      setTyped(draft.changes.at(-1) ?? '');
      change(({ changes }) => ({ changes: changes.slice(0, -1) }));
    },
  };
}

/** Starts the job. If that succeeds, removes from the draft what was started, and goes to the page of the job. */
async function startJob(
  request: StartRequest,
  change: StartFormState['change'],
  input: Parameters<StartRequest['start']>[0],
): Promise<void> {
  const jobId = await request.start(input);
  if (jobId === null) return;
  // What was added while the request was under way is kept.
  change(({ changes }) => ({
    changes: changes.filter((one) => !input.changes.includes(one)),
    revert: false,
    lane: null,
  }));
  if (request.isShown()) go(jobPath(jobId));
}

/**
 * The changes of the form with their problems, and what Gerrit says about the chips. Typed text that is not a chip yet belongs to the changes: a user
 * who types one number and presses Start means that number.
 */
function useChangeInputs(
  { changes: chips, revert }: StartDraft,
  typed: readonly string[],
  gerritUrl: string | null,
  rejected: StartRequest['rejected'],
): { changes: readonly ChangeInput[]; chosen: ChosenChanges } {
  const read = withDuplicates([...chips, ...typed].map((input) => readChange(input, gerritUrl)));
  const chosen = useChosenChanges(numbersOf(read.slice(0, chips.length)));
  // What Gerrit said earlier may no longer be true, so it prevents nothing.
  const isCurrent = !revert && chosen.keptSince === null;
  const changes = read.map((change) => ({
    ...change,
    problem:
      change.problem ??
      rejected.get(change.input) ??
      (isCurrent ? (chosen.changes.get(change.number ?? '')?.problem ?? null) : null),
  }));
  return { changes, chosen };
}

const numbersOf = (changes: readonly ChangeInput[]): string[] => [
  ...new Set(changes.flatMap(({ number }) => number ?? [])),
];

/** What the chips depend on. Puts the draft into the order of the deployment. scap decides the order of reverts itself. */
function useOrderedDraft(
  chips: readonly ChangeInput[],
  { revert, changes }: StartDraft,
  onDraft: ChangeDraft,
): ChangeOrder | null {
  const numbers = numbersOf(chips);
  const order = useChangeOrder(revert ? [] : numbers);
  const ordered =
    order === null
      ? changes
      : inOrder(
          chips,
          order.order.filter((number) => numbers.includes(number)),
        );
  const isOrdered = ordered.length !== changes.length || ordered.every((input, at) => input === changes[at]);
  useEffect(() => {
    if (isOrdered) return;
    onDraft((current) => (current.changes === changes ? { ...current, changes: ordered } : current));
  });
  return order;
}

/** Why the form cannot be submitted; null if it can be. */
function whyNotReady({
  changes,
  isSearching,
  mayStart,
  held,
  needsLane,
}: {
  changes: readonly ChangeInput[];
  /** Whether the field contains words, which name no change by themselves. */
  isSearching: boolean;
  mayStart: boolean | null;
  held: string | null;
  needsLane: boolean;
}): string | null {
  if (mayStart === false) return msg('overview-start-may-not-start');
  if (held !== null) return held;
  if (changes.length === 0) return msg('overview-start-need-change');
  if (needsLane) return msg('overview-start-need-lane');
  if (isSearching) return msg('overview-start-choose-change');
  return changes.some(({ problem }) => problem !== null) ? msg('overview-start-fix-changes') : null;
}
