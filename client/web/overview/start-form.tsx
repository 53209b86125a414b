// Owns the form that starts a backport: chips, what is wrong with them, the buttons. Owns no rule of the server's.
import { useClient } from '@urql/preact';
import { cdxIconAlert, cdxIconClose } from '@wikimedia/codex-icons';
import { useContext, useId, useRef, useState } from 'preact/hooks';
import { failure } from '../connection/client.ts';
import { msg } from '../i18n/msg.ts';
import { Attempt } from '../job/attempt.ts';
import { StartBackportMutation } from '../job/job.graphql.ts';
import { ForeignLabel } from '../parts/foreign-text.tsx';
import { Held } from '../parts/hold.tsx';
import { Icon } from '../parts/icon.tsx';
import { Message } from '../parts/message.tsx';
import { go, jobPath } from '../route.ts';
import { type ChangeInput, readChange, splitInput, withDuplicates } from './change-input.ts';

/** What the server said of the last attempt. */
interface Refusal {
  readonly tone: 'warning' | 'error';
  readonly message: string;
  readonly offerUnverified: boolean;
}

/** The list of changes under the hands of the viewer, kept by whoever shows the form. */
export interface StartDraft {
  readonly changes: readonly string[];
  readonly revert: boolean;
  /** Null until one was chosen. */
  readonly lane: string | null;
}

/** @param busyJob the job behind which a new one would queue, or null */
export function StartForm({
  draft,
  onDraft,
  lanes,
  lane,
  busyJob,
  mayStart,
}: {
  draft: StartDraft;
  /** Changes the draft as it is by then: two events may come between two drawings. */
  onDraft: (change: (draft: StartDraft) => StartDraft) => void;
  /** The lanes to choose from; empty where there is nothing to choose. */
  lanes: readonly string[];
  /** The lane the job will be in; null while one must be chosen. */
  lane: string | null;
  busyJob: string | null;
  /** Null while it is not known yet. */
  mayStart: boolean | null;
}) {
  const client = useClient();
  const held = useContext(Held);
  const attempt = useRef(new Attempt());
  const [typed, setTyped] = useState('');
  const [sending, setSending] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [judged, setJudged] = useState<ReadonlyMap<string, string>>(new Map());
  const ids = { help: useId(), problems: useId(), revert: useId(), heading: useId(), lane: useId() };

  // What is still in the field counts too: whoever types one number and presses Start means that number.
  const pending = splitInput(typed);
  const changes = withDuplicates([...draft.changes, ...pending].map(readChange)).map((change) => {
    const problem = change.problem ?? judged.get(change.input) ?? null;
    return { ...change, problem };
  });
  const chips = changes.slice(0, draft.changes.length);
  const typing = changes.slice(draft.changes.length);
  const chosen = lanes.length === 0 || lane !== null;
  const ready = chosen && changes.length > 0 && changes.every((change) => change.problem === null);

  const change = (next: (draft: StartDraft) => Partial<StartDraft>): void => {
    setRefusal(null);
    setJudged(new Map());
    onDraft((now) => ({ ...now, ...next(now) }));
  };
  const addTyped = (): void => {
    if (pending.length === 0) return;
    change((now) => ({ changes: [...now.changes, ...pending] }));
    setTyped('');
  };
  const start = async (acceptUnverified: boolean): Promise<void> => {
    if (!ready || sending || !mayStart || held !== null) return;
    const wish = {
      changes: changes.map((each) => each.input),
      revert: draft.revert,
      acceptUnverified,
      // Where there is nothing to choose, the server knows best.
      lane: lanes.length === 0 ? null : lane,
    };
    addTyped();
    setSending(true);
    setRefusal(null);
    const result = await client.mutation(StartBackportMutation, {
      input: { ...wish, idempotencyKey: attempt.current.keyFor(wish) },
    });
    setSending(false);
    const outcome = result.data?.startBackport;
    switch (outcome?.__typename) {
      case 'StartBackportSuccess':
        attempt.current.granted();
        change(() => ({ changes: [], revert: false, lane: null }));
        return go(jobPath(outcome.job.id));
      case 'InvalidChanges':
        setJudged(new Map(outcome.problems.map((problem) => [problem.input, problem.message])));
        // Said at the chip already.
        if (outcome.problems.some(({ input, message }) => input !== '' && message === outcome.message))
          return;
        return setRefusal({ tone: 'error', message: outcome.message, offerUnverified: false });
      case 'UnknownLane':
        return setRefusal({ tone: 'error', message: outcome.message, offerUnverified: false });
      case 'GerritUnavailable':
        return setRefusal({ tone: 'warning', message: outcome.message, offerUnverified: true });
      case 'DeploymentsHeld':
        return setRefusal({ tone: 'warning', message: outcome.message, offerUnverified: false });
      default:
        setRefusal({
          tone: 'error',
          message: failure(result.error, (why) => msg('overview-start-failed', why)),
          offerUnverified: false,
        });
    }
  };

  const problems = [...chips, ...(pending.length > 1 || refusal !== null ? typing : [])].filter(
    (each) => each.problem !== null,
  );
  const typingProblem = pending.length === 1 && refusal === null ? (typing[0]?.problem ?? null) : null;
  const hint =
    mayStart === false
      ? msg('overview-start-may-not-start')
      : held !== null
        ? held
        : changes.length === 0
          ? msg('overview-start-need-change')
          : !chosen
            ? msg('overview-start-need-lane')
            : ready
              ? ''
              : msg('overview-start-mend-changes');

  return (
    <form
      class="start-form"
      aria-labelledby={ids.heading}
      onSubmit={(event) => {
        event.preventDefault();
        void start(false);
      }}
    >
      <h2 class="section-heading" id={ids.heading}>
        {msg('overview-start-heading')}
      </h2>
      <div class="start-form__row">
        <ChipInput
          chips={chips}
          typed={typed}
          disabled={mayStart === false}
          describedBy={`${ids.help} ${ids.problems}`}
          onTyped={(value) => {
            setTyped(value);
            if (refusal !== null) setRefusal(null);
          }}
          onAdd={addTyped}
          onRemove={(index) => change((now) => ({ changes: now.changes.filter((_, at) => at !== index) }))}
          onTakeBack={() => {
            setTyped(draft.changes.at(-1) ?? '');
            change((now) => ({ changes: now.changes.slice(0, -1) }));
          }}
          onPaste={(pasted) =>
            change((now) => ({ changes: [...now.changes, ...splitInput(typed + pasted)] }))
          }
        />
        {lanes.length > 0 && (
          <div class="start-form__lane">
            <label class="cdx-label__label" for={ids.lane}>
              {msg('overview-start-lane')}
            </label>
            <select
              id={ids.lane}
              class="cdx-select"
              value={lane ?? ''}
              disabled={mayStart === false}
              onChange={(event) => {
                const { value } = event.currentTarget;
                change(() => ({ lane: value === '' ? null : value }));
              }}
            >
              {lane === null && <option value="">{msg('overview-start-choose-lane')}</option>}
              {lanes.map((each) => (
                <option key={each} value={each}>
                  {each}
                </option>
              ))}
            </select>
          </div>
        )}
        <button
          type="submit"
          class="cdx-button cdx-button--action-progressive cdx-button--weight-primary"
          disabled={!ready || sending || !mayStart || held !== null}
          title={hint === '' ? undefined : hint}
          aria-describedby={mayStart === false || held !== null ? ids.help : undefined}
        >
          {sending
            ? msg('overview-start-starting')
            : busyJob === null
              ? msg('overview-start-button')
              : msg('overview-start-queue-button', busyJob)}
        </button>
      </div>
      <div class="start-form__problems" id={ids.problems} aria-live="polite">
        {typingProblem !== null && typed.length > 2 && (
          <p class="field-problem">{msg('overview-start-problem', shortened(typed.trim()), typingProblem)}</p>
        )}
        {problems.map((each, index) => (
          <p class="field-problem" key={`${index} ${each.input}`}>
            <Icon icon={cdxIconAlert} size="x-small" />
            <bdi>{msg('overview-start-problem', shortened(each.input), each.problem ?? '')}</bdi>
          </p>
        ))}
      </div>
      <p class="hint" id={ids.help}>
        {mayStart === false ? (
          msg('overview-start-may-not-start')
        ) : held !== null ? (
          <ForeignLabel>{held}</ForeignLabel>
        ) : (
          msg('overview-start-help')
        )}
      </p>
      <div class="cdx-checkbox start-form__revert">
        <div class="cdx-checkbox__wrapper">
          <input
            id={ids.revert}
            class="cdx-checkbox__input"
            type="checkbox"
            checked={draft.revert}
            disabled={mayStart === false}
            aria-describedby={`${ids.revert}-help`}
            onChange={(event) => {
              const revert = event.currentTarget.checked;
              change(() => ({ revert }));
            }}
          />
          <span class="cdx-checkbox__icon" />
          <div class="cdx-checkbox__label cdx-label">
            <label class="cdx-label__label" for={ids.revert}>
              <span class="cdx-label__label__text">{msg('overview-start-revert')}</span>
            </label>
            <span class="cdx-label__description" id={`${ids.revert}-help`}>
              {msg('overview-start-revert-help')}
            </span>
          </div>
        </div>
      </div>
      {refusal !== null && (
        <Message tone={refusal.tone}>
          <p>{refusal.message}</p>
          {refusal.offerUnverified && (
            <>
              <p>{msg('overview-start-unverified-hint')}</p>
              <button type="button" class="cdx-button" disabled={sending} onClick={() => void start(true)}>
                {msg('overview-start-unverified-button')}
              </button>
            </>
          )}
        </Message>
      )}
    </form>
  );
}

function ChipInput({
  chips,
  typed,
  disabled,
  describedBy,
  onTyped,
  onAdd,
  onRemove,
  onTakeBack,
  onPaste,
}: {
  chips: readonly ChangeInput[];
  typed: string;
  disabled: boolean;
  describedBy: string;
  onTyped: (value: string) => void;
  onAdd: () => void;
  onRemove: (index: number) => void;
  onTakeBack: () => void;
  onPaste: (pasted: string) => void;
}) {
  const field = useRef<HTMLInputElement>(null);
  const [focused, setFocused] = useState(false);
  const id = useId();
  const classes = [
    'cdx-chip-input',
    ...(focused ? ['cdx-chip-input--focused'] : []),
    ...(disabled ? ['cdx-chip-input--disabled'] : []),
    ...(chips.some((chip) => chip.problem !== null) ? ['cdx-chip-input--status-error'] : []),
  ].join(' ');
  return (
    <div class={classes}>
      <div class="cdx-chip-input__chips">
        {chips.map((chip, index) => (
          <span
            key={`${index} ${chip.input}`}
            class={chip.problem === null ? 'cdx-input-chip' : 'cdx-input-chip input-chip--wrong'}
            title={chip.problem ?? chip.input}
          >
            <bdi class="cdx-input-chip__text">{shortened(chip.number ?? chip.input)}</bdi>
            <button
              type="button"
              class="cdx-button cdx-button--weight-quiet cdx-button--icon-only cdx-input-chip__button"
              aria-label={msg('overview-start-remove', chip.number ?? shortened(chip.input))}
              disabled={disabled}
              onClick={() => {
                onRemove(index);
                field.current?.focus();
              }}
            >
              <Icon icon={cdxIconClose} size="x-small" />
            </button>
          </span>
        ))}
        <label class="visually-hidden" for={id}>
          {msg('overview-start-label')}
        </label>
        <input
          ref={field}
          id={id}
          class="cdx-chip-input__input"
          type="text"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          placeholder={chips.length === 0 ? msg('overview-start-placeholder') : msg('overview-start-more')}
          value={typed}
          disabled={disabled}
          aria-describedby={describedBy}
          onFocus={() => setFocused(true)}
          onBlur={() => {
            setFocused(false);
            onAdd();
          }}
          onInput={(event) => {
            const { value } = event.currentTarget;
            onTyped(value);
          }}
          onKeyDown={(event) => {
            if (event.isComposing) return;
            if (event.key === ',' || event.key === ' ' || event.key === ';') {
              event.preventDefault();
              onAdd();
            } else if (event.key === 'Enter') {
              // Enter adds what was typed and never starts: one pressed once too often must not deploy anything.
              event.preventDefault();
              onAdd();
            } else if (event.key === 'Backspace' && typed === '' && chips.length > 0) {
              event.preventDefault();
              onTakeBack();
            }
          }}
          onPaste={(event) => {
            const pasted = event.clipboardData?.getData('text') ?? '';
            if (splitInput(pasted).length === 0) return;
            event.preventDefault();
            onPaste(pasted);
            onTyped('');
          }}
        />
      </div>
    </div>
  );
}

function shortened(input: string): string {
  return input.length <= 48 ? input : `${input.slice(0, 47)}…`;
}
