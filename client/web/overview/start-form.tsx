// Owns the form that starts a backport: its fields, whether it can be submitted, and why not. Owns no request and no rule of the server.
import { cdxIconAlert } from '@wikimedia/codex-icons';
import { useContext, useId, useState } from 'preact/hooks';
import { msg } from '../i18n/msg.ts';
import { ForeignLabel } from '../parts/foreign-text.tsx';
import { Held } from '../parts/hold.tsx';
import { Icon } from '../parts/icon.tsx';
import { Message } from '../parts/message.tsx';
import { go, jobPath } from '../route.ts';
import { type ChangeInput, readChange, splitInput, withDuplicates } from './change-input.ts';
import { ChipInput, shortened } from './chip-input.tsx';
import type { ChangeDraft, StartDraft } from './start-draft.ts';
import { type StartProblem, useStartRequest } from './start-request.ts';
import './start-form.css';

/** @param busyJob the number of the job behind which a new one would queue, or null */
export function StartForm({
  draft,
  onDraft,
  lanes,
  lane,
  busyJob,
  mayStart,
}: {
  draft: StartDraft;
  onDraft: ChangeDraft;
  /** The lanes to choose from; empty if there is no choice. */
  lanes: readonly string[];
  /** The lane of the new job; null while the user has to choose one. */
  lane: string | null;
  busyJob: string | null;
  /** Null while it is not known yet. */
  mayStart: boolean | null;
}) {
  const held = useContext(Held);
  const request = useStartRequest();
  const [typed, setTyped] = useState('');
  const id = useId();
  const disabled = mayStart === false;

  // Typed text that is not a chip yet belongs to the changes: a user who types one number and presses Start means that number.
  const pending = splitInput(typed);
  const changes = withDuplicates([...draft.changes, ...pending].map(readChange)).map((change) => ({
    ...change,
    problem: change.problem ?? request.rejected.get(change.input) ?? null,
  }));
  const hint = whyNotReady({ changes, mayStart, held, needsLane: lanes.length > 0 && lane === null });

  const change = (next: (draft: StartDraft) => Partial<StartDraft>): void => {
    request.clearProblem();
    request.clearRejected();
    onDraft((current) => ({ ...current, ...next(current) }));
  };
  const addTyped = (): void => {
    if (pending.length === 0) return;
    change((current) => ({ changes: [...current.changes, ...pending] }));
    setTyped('');
  };
  const start = async (acceptUnverified: boolean): Promise<void> => {
    if (hint !== null || request.sending || !mayStart) return;
    addTyped();
    const jobId = await request.start({
      changes: changes.map((each) => each.input),
      revert: draft.revert,
      acceptUnverified,
      // Without a choice, the server decides.
      lane: lanes.length === 0 ? null : lane,
    });
    if (jobId === null) return;
    change(() => ({ changes: [], revert: false, lane: null }));
    go(jobPath(jobId));
  };

  return (
    <form
      class="start-form"
      aria-labelledby={`${id}-heading`}
      onSubmit={(event) => {
        event.preventDefault();
        void start(false);
      }}
    >
      <h2 class="section-heading" id={`${id}-heading`}>
        {msg('overview-start-heading')}
      </h2>
      <div class="start-form__row">
        <ChipInput
          chips={changes.slice(0, draft.changes.length)}
          typed={typed}
          disabled={disabled}
          describedBy={`${id}-help ${id}-problems`}
          onTyped={(value) => {
            setTyped(value);
            request.clearProblem();
          }}
          onAdd={addTyped}
          onRemove={(index) => change(({ changes }) => ({ changes: changes.toSpliced(index, 1) }))}
          onEditLast={() => {
            setTyped(draft.changes.at(-1) ?? '');
            change(({ changes }) => ({ changes: changes.slice(0, -1) }));
          }}
          onPaste={(pasted) =>
            change(({ changes }) => ({ changes: [...changes, ...splitInput(typed + pasted)] }))
          }
        />
        {lanes.length > 0 && (
          <LaneSelect
            lanes={lanes}
            lane={lane}
            disabled={disabled}
            onChange={(value) => change(() => ({ lane: value }))}
          />
        )}
        <button
          type="submit"
          class="cdx-button cdx-button--action-progressive cdx-button--weight-primary"
          disabled={hint !== null || request.sending || !mayStart}
          title={hint ?? undefined}
          aria-describedby={disabled || held !== null ? `${id}-help` : undefined}
        >
          {startLabel(request.sending, busyJob)}
        </button>
      </div>
      <div class="start-form__problems" id={`${id}-problems`} aria-live="polite">
        <ChangeProblems
          chips={changes.slice(0, draft.changes.length)}
          pending={changes.slice(draft.changes.length)}
          typed={typed}
          showPending={request.problem !== null}
        />
      </div>
      <p class="hint" id={`${id}-help`}>
        {held === null || disabled ? (
          msg(disabled ? 'overview-start-may-not-start' : 'overview-start-help')
        ) : (
          <ForeignLabel>{held}</ForeignLabel>
        )}
      </p>
      <RevertCheckbox
        checked={draft.revert}
        disabled={disabled}
        onChange={(revert) => change(() => ({ revert }))}
      />
      {request.problem !== null && (
        <StartProblemMessage
          problem={request.problem}
          sending={request.sending}
          onStartUnverified={() => void start(true)}
        />
      )}
    </form>
  );
}

/** Why the form cannot be submitted; null: it can be. */
function whyNotReady({
  changes,
  mayStart,
  held,
  needsLane,
}: {
  changes: readonly ChangeInput[];
  mayStart: boolean | null;
  held: string | null;
  needsLane: boolean;
}): string | null {
  if (mayStart === false) return msg('overview-start-may-not-start');
  if (held !== null) return held;
  if (changes.length === 0) return msg('overview-start-need-change');
  if (needsLane) return msg('overview-start-need-lane');
  return changes.some(({ problem }) => problem !== null) ? msg('overview-start-fix-changes') : null;
}

function startLabel(sending: boolean, busyJob: string | null): string {
  if (sending) return msg('overview-start-starting');
  return busyJob === null ? msg('overview-start-button') : msg('overview-start-queue-button', busyJob);
}

function LaneSelect({
  lanes,
  lane,
  disabled,
  onChange,
}: {
  lanes: readonly string[];
  lane: string | null;
  disabled: boolean;
  onChange: (lane: string | null) => void;
}) {
  const id = useId();
  return (
    <div class="start-form__lane">
      <label class="cdx-label__label" for={id}>
        {msg('overview-start-lane')}
      </label>
      <select
        id={id}
        class="cdx-select"
        value={lane ?? ''}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.value || null)}
      >
        {lane === null && <option value="">{msg('overview-start-choose-lane')}</option>}
        {lanes.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </div>
  );
}

/** What is wrong with the changes. A single change that is still being typed is judged only after its second character. */
function ChangeProblems({
  chips,
  pending,
  typed,
  showPending,
}: {
  chips: readonly ChangeInput[];
  /** The changes in the field, which are not chips yet. */
  pending: readonly ChangeInput[];
  typed: string;
  /** Whether a single pending change is listed as the chips are, because it was submitted. */
  showPending: boolean;
}) {
  const isTyping = pending.length === 1 && !showPending;
  const typingProblem = isTyping ? (pending[0]?.problem ?? null) : null;
  const problems = [...chips, ...(isTyping ? [] : pending)].filter(({ problem }) => problem !== null);
  return (
    <>
      {typingProblem !== null && typed.length > 2 && (
        <p class="field-problem">{msg('overview-start-problem', shortened(typed.trim()), typingProblem)}</p>
      )}
      {problems.map((each, index) => (
        <p class="field-problem" key={`${index} ${each.input}`}>
          <Icon icon={cdxIconAlert} size="x-small" />
          <bdi>{msg('overview-start-problem', shortened(each.input), each.problem ?? '')}</bdi>
        </p>
      ))}
    </>
  );
}

function RevertCheckbox({
  checked,
  disabled,
  onChange,
}: {
  checked: boolean;
  disabled: boolean;
  onChange: (checked: boolean) => void;
}) {
  const id = useId();
  return (
    <div class="cdx-checkbox start-form__revert">
      <div class="cdx-checkbox__wrapper">
        <input
          id={id}
          class="cdx-checkbox__input"
          type="checkbox"
          checked={checked}
          disabled={disabled}
          aria-describedby={`${id}-help`}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
        <span class="cdx-checkbox__icon" />
        <div class="cdx-checkbox__label cdx-label">
          <label class="cdx-label__label" for={id}>
            <span class="cdx-label__label__text">{msg('overview-start-revert')}</span>
          </label>
          <span class="cdx-label__description" id={`${id}-help`}>
            {msg('overview-start-revert-help')}
          </span>
        </div>
      </div>
    </div>
  );
}

function StartProblemMessage({
  problem: { tone, message, offerUnverified },
  sending,
  onStartUnverified,
}: {
  problem: StartProblem;
  sending: boolean;
  onStartUnverified: () => void;
}) {
  return (
    <Message tone={tone}>
      <p>{message}</p>
      {offerUnverified && (
        <>
          <p>{msg('overview-start-unverified-hint')}</p>
          <button type="button" class="cdx-button" disabled={sending} onClick={onStartUnverified}>
            {msg('overview-start-unverified-button')}
          </button>
        </>
      )}
    </Message>
  );
}
