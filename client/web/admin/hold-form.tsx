// Owns the form by which an admin holds and releases deployments. Owns no hold: it comes from the server.
import { useClient } from '@urql/preact';
import { useId, useState } from 'preact/hooks';
import { failure } from '../connection/client.ts';
import { ConfirmDialog, longestReason } from '../parts/confirm-dialog.tsx';
import { ForeignLabel } from '../parts/foreign-text.tsx';
import { type Hold, holdInWords } from '../parts/hold.tsx';
import { Message } from '../parts/message.tsx';
import { text } from '../text.ts';
import { HoldDeploymentsMutation, ReleaseDeploymentsMutation } from './admin.graphql.ts';

/** How a hold ends. */
const ends = ['open', 'minutes', 'moment'] as const;
type End = (typeof ends)[number];

/** @param hold the one that counts, or null */
export function HoldForm({ hold }: { hold: Hold | null }) {
  return (
    <section class="admin__section" aria-label={text.admin.holdHeading}>
      <h2 class="section-heading">{text.admin.holdHeading}</h2>
      {hold === null ? <Begin /> : <Release hold={hold} />}
    </section>
  );
}

function Release({ hold }: { hold: Hold }) {
  const client = useClient();
  const [asking, setAsking] = useState(false);
  const release = async (): Promise<string | null> => {
    const result = await client.mutation(ReleaseDeploymentsMutation, { input: { holdId: hold.id } });
    const outcome = result.data?.releaseDeployments;
    if (outcome?.__typename === 'ReleaseDeploymentsSuccess') return null;
    return outcome ? outcome.message : failure(result.error, text.admin.releaseFailed);
  };
  return (
    <>
      <p>
        <ForeignLabel>{holdInWords(hold, Date.now())}</ForeignLabel>
      </p>
      <p>
        <button type="button" class="cdx-button" onClick={() => setAsking(true)}>
          {text.admin.release}
        </button>
      </p>
      {asking && (
        <ConfirmDialog
          heading={text.admin.releaseAsk}
          confirm={text.admin.release}
          destructive={false}
          onConfirm={release}
          onClose={() => setAsking(false)}
        >
          <p>{text.admin.releaseFollows}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

function Begin() {
  const client = useClient();
  const [reason, setReason] = useState('');
  const [end, setEnd] = useState<End>('open');
  const [minutes, setMinutes] = useState('60');
  const [moment, setMoment] = useState('');
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const id = useId();

  const hold = async (): Promise<void> => {
    if (sending) return;
    const endsAt = endOf(end, minutes, moment, Date.now());
    if (reason.trim() === '') return setProblem(text.admin.needReason);
    if (endsAt === undefined) return setProblem(text.admin.needEnd);
    setSending(true);
    setProblem(null);
    const result = await client.mutation(HoldDeploymentsMutation, { input: { reason, endsAt } });
    setSending(false);
    const outcome = result.data?.holdDeployments;
    if (outcome?.__typename !== 'HoldDeploymentsSuccess')
      setProblem(outcome ? outcome.message : failure(result.error, text.admin.holdFailed));
  };

  return (
    <form
      class="admin__hold"
      onSubmit={(event) => {
        event.preventDefault();
        void hold();
      }}
    >
      <p class="hint">{text.admin.holdHelp}</p>
      <div class="admin__field">
        <label for={`${id}-reason`}>{text.admin.holdReason}</label>
        <div class="cdx-text-input">
          <input
            id={`${id}-reason`}
            class="cdx-text-input__input"
            type="text"
            maxLength={longestReason}
            autocomplete="off"
            placeholder={text.admin.holdPlaceholder}
            value={reason}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </div>
      </div>
      <fieldset class="admin__ends">
        <legend>{text.admin.holdEnd}</legend>
        {ends.map((each) => (
          <label key={each}>
            <input type="radio" name={`${id}-end`} checked={end === each} onChange={() => setEnd(each)} />
            {text.admin.holdEnds[each]}
          </label>
        ))}
        {end === 'minutes' && (
          <div class="cdx-text-input admin__end">
            <input
              class="cdx-text-input__input"
              type="number"
              min="1"
              max="527040"
              aria-label={text.admin.holdMinutes}
              value={minutes}
              onInput={(event) => setMinutes(event.currentTarget.value)}
            />
          </div>
        )}
        {end === 'moment' && (
          <div class="cdx-text-input admin__end">
            <input
              class="cdx-text-input__input"
              type="datetime-local"
              aria-label={text.admin.holdMoment}
              value={moment}
              onInput={(event) => setMoment(event.currentTarget.value)}
            />
          </div>
        )}
      </fieldset>
      {problem !== null && (
        <Message tone="error">
          <p>{problem}</p>
        </Message>
      )}
      <p>
        <button type="submit" class="cdx-button cdx-button--action-destructive" disabled={sending}>
          {sending ? text.admin.working : text.admin.hold}
        </button>
      </p>
    </form>
  );
}

/** When a hold ends, as ISO 8601; null: when it is released; undefined: what was typed is no time. Moments are typed in UTC. Pure. */
export function endOf(end: End, minutes: string, moment: string, now: number): string | null | undefined {
  if (end === 'open') return null;
  const at = end === 'minutes' ? now + Number(minutes) * 60_000 : Date.parse(`${moment}Z`);
  return Number.isFinite(at) && at > now ? new Date(at).toISOString() : undefined;
}
