// Owns the form by which an admin holds and releases deployments. Owns no hold: it comes from the server.
import { useClient } from '@urql/preact';
import { useId, useState } from 'preact/hooks';
import { failure } from '../connection/client.ts';
import { msg } from '../i18n/msg.ts';
import { ConfirmDialog, maxReasonLength } from '../parts/confirm-dialog.tsx';
import { ForeignLabel } from '../parts/foreign-text.tsx';
import { type Hold, holdInWords } from '../parts/hold.tsx';
import { Message } from '../parts/message.tsx';
import { HoldDeploymentsMutation, ReleaseDeploymentsMutation } from './admin.graphql.ts';

/** How a hold ends. */
const ends = ['open', 'minutes', 'moment'] as const;
type End = (typeof ends)[number];

/** @param hold the one that counts, or null */
export function HoldForm({ hold }: { hold: Hold | null }) {
  return (
    <section class="admin__section" aria-label={msg('admin-hold-heading')}>
      <h2 class="section-heading">{msg('admin-hold-heading')}</h2>
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
    return outcome ? outcome.message : failure(result.error, (why) => msg('admin-release-failed', why));
  };
  return (
    <>
      <p>
        <ForeignLabel>{holdInWords(hold, Date.now())}</ForeignLabel>
      </p>
      <p>
        <button type="button" class="cdx-button" onClick={() => setAsking(true)}>
          {msg('admin-release')}
        </button>
      </p>
      {asking && (
        <ConfirmDialog
          heading={msg('admin-release-ask')}
          confirm={msg('admin-release')}
          destructive={false}
          onConfirm={release}
          onClose={() => setAsking(false)}
        >
          <p>{msg('admin-release-follows')}</p>
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
    if (reason.trim() === '') return setProblem(msg('parts-dialog-need-reason'));
    if (endsAt === undefined) return setProblem(msg('admin-need-end'));
    setSending(true);
    setProblem(null);
    const result = await client.mutation(HoldDeploymentsMutation, { input: { reason, endsAt } });
    setSending(false);
    const outcome = result.data?.holdDeployments;
    if (outcome?.__typename !== 'HoldDeploymentsSuccess')
      setProblem(outcome ? outcome.message : failure(result.error, (why) => msg('admin-hold-failed', why)));
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
      <fieldset class="admin__ends">
        <legend>{msg('admin-hold-ends')}</legend>
        {ends.map((each) => (
          <label key={each}>
            <input type="radio" name={`${id}-end`} checked={end === each} onChange={() => setEnd(each)} />
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
              onInput={(event) => setMinutes(event.currentTarget.value)}
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
          {sending ? msg('parts-dialog-working') : msg('admin-hold')}
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
