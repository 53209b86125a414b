// Owns the form to hold deployments, and the button that releases them.
import { useId, useState } from 'preact/hooks';
import { useMutationRequest } from '../connection/mutation.ts';
import { ConfirmDialog, maxReasonLength } from '../parts/confirm-dialog.tsx';
import { ForeignLabel } from '../parts/foreign-text.tsx';
import { type Hold, holdInWords } from '../parts/hold.tsx';
import { Message } from '../parts/message.tsx';
import { SendButton } from '../parts/send-button.tsx';
import { serverNow } from '../state/server-clock.ts';
import { HoldDeploymentsMutation, ReleaseDeploymentsMutation } from './admin.graphql.ts';
import { msg } from './messages.ts';
import './hold-form.css';
import './admin-field.css';

/** How a hold ends: by an admin, after some minutes, or at a time. */
const ends = ['open', 'minutes', 'moment'] as const;
type End = (typeof ends)[number];

/** @param hold the active hold, or null */
export function HoldForm({ hold }: { hold: Hold | null }) {
  return (
    <section class="admin__section" aria-label={msg('admin-hold-heading')}>
      <h2 class="section-heading">{msg('admin-hold-heading')}</h2>
      {/* The section stays: it gets the focus of the form or the button that is replaced. */}
      {hold === null ? <NewHold /> : <ActiveHold key={hold.id} hold={hold} />}
    </section>
  );
}

function ActiveHold({ hold }: { hold: Hold }) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <p>
        <ForeignLabel>{holdInWords(hold, serverNow())}</ForeignLabel>
      </p>
      <p>
        <button type="button" class="cdx-button" onClick={() => setAsking(true)}>
          {msg('admin-release')}
        </button>
      </p>
      {asking && <ReleaseDialog holdId={hold.id} onClose={() => setAsking(false)} />}
    </>
  );
}

function ReleaseDialog({ holdId, onClose }: { holdId: string; onClose: () => void }) {
  const request = useMutationRequest(ReleaseDeploymentsMutation, {
    select: (data) => data.releaseDeployments,
    failed: (why) => msg('admin-release-failed', why),
    onRefusal: ({ message }) => message,
  });
  return (
    <ConfirmDialog
      heading={msg('admin-release-ask')}
      confirm={msg('admin-release')}
      destructive={false}
      request={request}
      onConfirm={async () => (await request.send({ input: { holdId } })) !== null}
      onClose={onClose}
    >
      <p>{msg('admin-release-follows')}</p>
    </ConfirmDialog>
  );
}

function NewHold() {
  const [reason, setReason] = useState('');
  const [end, setEnd] = useState<End>('open');
  const [minutes, setMinutes] = useState('60');
  const [moment, setMoment] = useState('');
  const [invalid, setInvalid] = useState<string | null>(null);
  const id = useId();

  const request = useMutationRequest(HoldDeploymentsMutation, {
    select: (data) => data.holdDeployments,
    failed: (why) => msg('admin-hold-failed', why),
    onRefusal: ({ message }) => message,
  });
  const problem = invalid ?? request.problem;

  const hold = async (): Promise<void> => {
    const endsAt = endOf(end, minutes, moment, serverNow());
    if (reason.trim() === '') return setInvalid(msg('parts-dialog-need-reason'));
    if (endsAt === undefined) return setInvalid(msg('admin-need-end'));
    setInvalid(null);
    await request.send({ input: { reason, endsAt } });
  };

  return (
    <form
      class="admin__hold"
      onSubmit={(event) => {
        event.preventDefault();
        void hold();
      }}
    >
      <p class="hint">{msg('admin-hold-help')}</p>
      <div class="admin__field">
        <label for={`${id}-reason`}>{msg('admin-hold-reason')}</label>
        <div class="cdx-text-input">
          <input
            id={`${id}-reason`}
            class="cdx-text-input__input"
            type="text"
            maxLength={maxReasonLength}
            autocomplete="off"
            placeholder={msg('admin-hold-placeholder')}
            value={reason}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </div>
      </div>
      <EndChoice {...{ end, minutes, moment }} onEnd={setEnd} onMinutes={setMinutes} onMoment={setMoment} />
      {problem !== null && (
        <Message tone="error">
          <p>{problem}</p>
        </Message>
      )}
      <p>
        <SendButton type="submit" class="cdx-button cdx-button--action-destructive" sending={request.sending}>
          {msg('admin-hold')}
        </SendButton>
      </p>
    </form>
  );
}

function EndChoice({
  end,
  minutes,
  moment,
  onEnd,
  onMinutes,
  onMoment,
}: {
  end: End;
  minutes: string;
  moment: string;
  onEnd: (end: End) => void;
  onMinutes: (minutes: string) => void;
  onMoment: (moment: string) => void;
}) {
  const name = useId();
  return (
    <fieldset class="admin__ends">
      <legend>{msg('admin-hold-ends')}</legend>
      {ends.map((each) => (
        <label key={each}>
          <input type="radio" name={name} checked={end === each} onChange={() => onEnd(each)} />
          {msg(`admin-hold-end-${each}`)}
        </label>
      ))}
      {end === 'minutes' && (
        <div class="cdx-text-input admin__end">
          <input
            class="cdx-text-input__input"
            type="number"
            min="1"
            max="527040"
            aria-label={msg('admin-hold-minutes')}
            value={minutes}
            onInput={(event) => onMinutes(event.currentTarget.value)}
          />
        </div>
      )}
      {end === 'moment' && (
        <div class="cdx-text-input admin__end">
          <input
            class="cdx-text-input__input"
            type="datetime-local"
            aria-label={msg('admin-hold-moment')}
            value={moment}
            onInput={(event) => onMoment(event.currentTarget.value)}
          />
        </div>
      )}
    </fieldset>
  );
}

/**
 * The end of a hold as ISO 8601; null when an admin must release it; undefined when the input is not a time in the future.
 * @param moment a time in UTC, as an input of type datetime-local gives it
 * @param now milliseconds since 1970
 */
export function endOf(end: End, minutes: string, moment: string, now: number): string | null | undefined {
  if (end === 'open') return null;
  const at = end === 'minutes' ? now + Number(minutes) * 60_000 : Date.parse(`${moment}Z`);
  return Number.isFinite(at) && at > now ? new Date(at).toISOString() : undefined;
}
