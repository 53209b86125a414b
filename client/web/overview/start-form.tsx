// Owns the form that starts a backport. Its state is in start-form-state.ts, the rules for a change in change/change-input.ts.
import { useId, useRef, useState } from 'preact/hooks';
import { splitChangeInputs } from '../../../schema/text/change-input.ts';
import { msg } from '../i18n/msg.ts';
import { ForeignLabel } from '../parts/foreign-text.tsx';
import { Message } from '../parts/message.tsx';
import { SendButton } from '../parts/send-button.tsx';
import { serverNow } from '../state/server-clock.ts';
import { momentTime, timeMode } from '../state/time-mode.ts';
import { addableCount } from './change/change-order.ts';
import { ChangeProblems } from './change/change-problem.tsx';
import type { ChosenChanges } from './change/change-search.ts';
import { ChipInput } from './change/chip-input.tsx';
import { ChosenChangeList } from './change/chosen-change.tsx';
import { MissingChanges } from './change/missing-change.tsx';
import { LaneSelect, RevertCheckbox } from './start-field.tsx';
import { type StartFormProps, type StartFormState, useStartForm } from './start-form-state.ts';
import type { StartProblem } from './start-request.ts';
import './start-form.css';

export function StartForm(props: StartFormProps) {
  const form = useStartForm(props);
  const { request, held, change } = form;
  const id = useId();
  const disabled = props.mayStart === false;
  const field = useRef<HTMLInputElement>(null);
  const [added, setAdded] = useState('');
  const addMissing = (): void => {
    if (form.order !== null) setAdded(msg('overview-missing-added', addableCount(form.order)));
    form.addMissing();
    // The button is removed, and the focus would be lost.
    field.current?.focus();
  };
  return (
    <form
      class={`start-form${form.chips.length === 0 && form.typed === '' && !props.draft.revert ? ' start-form--empty' : ''}`}
      aria-labelledby={`${id}-heading`}
      onSubmit={(event) => {
        event.preventDefault();
        void form.start(false);
      }}
    >
      <h2 class="section-heading" id={`${id}-heading`}>
        {msg('overview-start-heading')}
      </h2>
      <div class="start-form__row">
        <Changes form={form} field={field} disabled={disabled} describedBy={`${id}-help ${id}-problems`} />
        {props.lanes.length > 0 && (
          <LaneSelect
            lanes={props.lanes}
            lane={props.lane}
            disabled={disabled}
            onChange={(lane) => change(() => ({ lane }))}
          />
        )}
        <SendButton
          type="submit"
          class="cdx-button cdx-button--action-progressive cdx-button--weight-primary"
          sending={request.sending}
          working={msg('overview-start-starting')}
          blocked={form.hint !== null || !props.mayStart}
          title={form.hint ?? undefined}
          aria-describedby={disabled || held !== null ? `${id}-help` : undefined}
        >
          {startLabel(props.busyJob, props.isQueueCut === true)}
        </SendButton>
      </div>
      <div class="start-form__problems" id={`${id}-problems`} aria-live="polite">
        <ChangeProblems
          chips={form.chips}
          pending={form.pending}
          typed={form.typed}
          showPending={request.problem !== null}
        />
      </div>
      <ChosenChangeList
        numbers={[...new Set(form.chips.flatMap(({ number }) => number ?? []))]}
        chosen={form.chosen}
        revert={props.draft.revert}
      />
      <MissingChanges order={form.order} onAdd={addMissing} />
      <p role="status" class="visually-hidden">
        {added}
      </p>
      <p class={`hint${disabled || held !== null ? '' : ' start-form__help'}`} id={`${id}-help`}>
        <Help disabled={disabled} held={held} />
      </p>
      <RevertCheckbox
        checked={props.draft.revert}
        disabled={disabled}
        onChange={(revert) => change(() => ({ revert }))}
      />
      {request.problem !== null && (
        <StartProblemMessage
          problem={request.problem}
          sending={request.sending}
          onStart={(acceptUnverified) => void form.start(acceptUnverified)}
        />
      )}
    </form>
  );
}

/** What the form is for, or why no job can be started. */
function Help({ disabled, held }: { disabled: boolean; held: string | null }) {
  if (disabled) return msg('overview-start-may-not-start');
  return held === null ? msg('overview-start-help') : <ForeignLabel>{held}</ForeignLabel>;
}

function Changes({
  form: { chips, typed, chosen, type, addTyped, editLast, choose, change },
  field,
  disabled,
  describedBy,
}: {
  form: StartFormState;
  field: { current: HTMLInputElement | null };
  disabled: boolean;
  describedBy: string;
}) {
  return (
    <ChipInput
      chips={chips}
      typed={typed}
      disabled={disabled}
      describedBy={describedBy}
      field={field}
      noteOf={({ number }) => noteOf(number, chosen)}
      onTyped={type}
      onAdd={addTyped}
      onRemove={(index) => change(({ changes }) => ({ changes: changes.toSpliced(index, 1) }))}
      onEditLast={editLast}
      onChoose={choose}
      onPaste={(pasted) =>
        change(({ changes }) => ({ changes: [...changes, ...splitChangeInputs(typed + pasted)] }))
      }
    />
  );
}

/** What restricts the information about a change; null if nothing. */
function noteOf(number: string | null, { changes, keptSince, isUnchecked }: ChosenChanges): string | null {
  if (number === null) return null;
  if (!changes.has(number)) return isUnchecked ? msg('overview-chip-unchecked') : null;
  return keptSince === null
    ? null
    : msg('overview-search-kept', momentTime(keptSince, null, timeMode.value, serverNow()));
}

function startLabel(busyJob: string | null, isQueueCut: boolean): string {
  if (isQueueCut) return msg('overview-start-queue-end');
  return busyJob === null ? msg('overview-start-button') : msg('overview-start-queue-button', busyJob);
}

function StartProblemMessage({
  problem: { tone, message, unverified, repeatable },
  sending,
  onStart,
}: {
  problem: StartProblem;
  sending: boolean;
  onStart: (acceptUnverified: boolean) => void;
}) {
  return (
    <Message tone={tone}>
      <p>{message}</p>
      {unverified !== null && (
        <>
          <p>{msg(`overview-start-unverified-${unverified}`)}</p>
          <SendButton sending={sending} onClick={() => onStart(true)}>
            {msg('overview-start-unverified-button')}
          </SendButton>
        </>
      )}
      {repeatable && (
        <p>
          <SendButton sending={sending} onClick={() => onStart(false)}>
            {msg('parts-list-again')}
          </SendButton>
        </p>
      )}
    </Message>
  );
}
