// Owns the buttons that act on a whole job: stop, cancel, retry. Owns no rule about who may use them.
import { type Icon as CodexIcon, cdxIconCancel, cdxIconReload, cdxIconStop } from '@wikimedia/codex-icons';
import { useContext, useId, useRef, useState } from 'preact/hooks';
import type { JobSummaryFragment } from '../../generated/graphql.ts';
import { useMutationRequest } from '../connection/mutation.ts';
import { msg } from '../i18n/msg.ts';
import { Held } from '../parts/hold.tsx';
import { Icon } from '../parts/icon.tsx';
import { Message } from '../parts/message.tsx';
import { go, jobPath } from '../route.ts';
import { newIdempotencyKey } from './idempotency-key.ts';
import { RetryJobMutation } from './job.graphql.ts';
import { StopJobMutation } from './stop.graphql.ts';
import { StopDialog } from './stop-dialog.tsx';

/**
 * The one action that fits the job's state: cancel while it is queued, stop while it is active, retry when it has ended. A viewer
 * who may not act sees the button too, disabled, with the reason.
 * @param mayAct null while it is not known yet
 */
export function JobAction({
  job,
  mayAct,
}: {
  job: Pick<JobSummaryFragment, 'id' | 'state' | 'ended' | 'status' | 'pendingInteraction'>;
  mayAct: boolean | null;
}) {
  const held = useContext(Held);
  if (mayAct === null) return null;
  const { id, state, ended } = job;
  if (ended) return <Retry jobId={id} disabledReason={mayAct ? held : msg('job-may-not-retry')} />;
  if (state === 'QUEUED')
    return <Cancel jobId={id} disabledReason={mayAct ? null : msg('job-may-not-cancel')} />;
  return <Stop job={job} disabledReason={mayAct ? null : msg('job-may-not-stop')} />;
}

function Stop({
  job,
  disabledReason,
}: {
  job: Pick<JobSummaryFragment, 'id' | 'state' | 'status' | 'pendingInteraction'>;
  disabledReason: string | null;
}) {
  const [asking, setAsking] = useState(false);
  const stopping = job.state === 'STOPPING';
  const jobId = job.id;
  return (
    <>
      <ActionButton
        icon={cdxIconStop}
        destructive={job.pendingInteraction === null}
        quiet={job.pendingInteraction !== null}
        label={stopping ? msg('job-stop-force-button', jobId) : msg('job-stop-button', jobId)}
        disabledReason={disabledReason}
        onClick={() => setAsking(true)}
      />
      {asking && <StopDialog job={job} onClose={() => setAsking(false)} />}
    </>
  );
}

function Cancel({ jobId, disabledReason }: { jobId: string; disabledReason: string | null }) {
  const { sending, problem, send } = useMutationRequest(StopJobMutation, {
    select: (data) => data.stopJob,
    failed: (why) => msg('job-cancel-failed', why),
  });
  return (
    <ActionButton
      icon={cdxIconCancel}
      label={sending ? msg('job-cancelling') : msg('job-cancel-short')}
      accessibleName={msg('job-cancel', jobId)}
      disabledReason={disabledReason}
      sending={sending}
      problem={problem}
      onClick={() => void send({ input: { jobId, how: 'INTERRUPT' } })}
    />
  );
}

function Retry({ jobId, disabledReason }: { jobId: string; disabledReason: string | null }) {
  // The key stays the same until a retry succeeds: a second click, or one after a lost response, starts no second job.
  const key = useRef(newIdempotencyKey());
  const { sending, problem, send } = useMutationRequest(RetryJobMutation, {
    select: (data) => data.retryJob,
    failed: (why) => msg('job-retry-failed', why),
  });
  const retry = async (): Promise<void> => {
    const success = await send({ input: { jobId, idempotencyKey: key.current } });
    if (success === null) return;
    key.current = newIdempotencyKey();
    go(jobPath(success.job.id));
  };
  return (
    <ActionButton
      icon={cdxIconReload}
      label={sending ? msg('job-retrying') : msg('job-retry', jobId)}
      disabledReason={disabledReason}
      sending={sending}
      problem={problem}
      onClick={() => void retry()}
    />
  );
}

/**
 * A button with an icon, and below it the problem of the last request.
 * @param accessibleName what screen readers say, where `label` needs its surroundings to be understood
 * @param disabledReason why the button is disabled, as a title and for screen readers; null: it is enabled
 */
function ActionButton({
  icon,
  label,
  accessibleName,
  destructive = false,
  quiet = false,
  disabledReason,
  sending = false,
  problem = null,
  onClick,
}: {
  icon: CodexIcon;
  label: string;
  accessibleName?: string;
  destructive?: boolean;
  /** Without a frame, beside something that matters more. */
  quiet?: boolean;
  disabledReason: string | null;
  sending?: boolean;
  problem?: string | null;
  onClick: () => void;
}) {
  const reasonId = useId();
  return (
    <>
      <button
        type="button"
        class={`cdx-button${destructive ? ' cdx-button--action-destructive' : ''}${quiet ? ' cdx-button--weight-quiet' : ''}`}
        aria-label={accessibleName}
        aria-describedby={disabledReason === null ? undefined : reasonId}
        title={disabledReason ?? undefined}
        disabled={sending || disabledReason !== null}
        onClick={onClick}
      >
        <Icon icon={icon} />
        {label}
      </button>
      {disabledReason !== null && (
        <span class="visually-hidden" id={reasonId}>
          {disabledReason}
        </span>
      )}
      {problem !== null && (
        <Message tone="error" inline>
          {problem}
        </Message>
      )}
    </>
  );
}
