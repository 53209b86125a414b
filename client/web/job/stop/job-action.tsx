// Owns the button that ends a job which has not ended: stop or cancel. Owns no rule about who may use it, and no restart (restart.tsx).
import { cdxIconCancel, cdxIconStop } from '@wikimedia/codex-icons';
import { useState } from 'preact/hooks';
import type { JobSummaryFragment } from '../../../generated/graphql.ts';
import { useMutationRequest } from '../../connection/mutation.ts';
import { msg } from '../../i18n/msg.ts';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { useUntilChanged } from '../../state/until-changed.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { StopJobMutation } from './stop.graphql.ts';
import { StopDialog } from './stop-dialog.tsx';

/**
 * The one action that fits the job's state: cancel while it is queued, stop while it is active, none when it has ended. A viewer who may
 * not act sees the button too, disabled, with the reason.
 * @param mayAct null while it is not known yet
 * @param quiet whether the button that cancels has no frame, as in a list with one in each row
 */
export function JobAction({
  job,
  mayAct,
  quiet = false,
}: {
  job: Pick<JobSummaryFragment, 'id' | 'state' | 'ended' | 'status' | 'pendingInteraction' | 'remaining'>;
  mayAct: boolean | null;
  quiet?: boolean;
}) {
  const { id, state, ended } = job;
  if (mayAct === null || ended) return null;
  if (state === 'QUEUED')
    return (
      <Cancel {...{ jobId: id, state, quiet }} disabledReason={mayAct ? null : msg('job-may-not-cancel')} />
    );
  return <Stop job={job} disabledReason={mayAct ? null : msg('job-may-not-stop')} />;
}

function Stop({
  job,
  disabledReason,
}: {
  job: Pick<JobSummaryFragment, 'id' | 'state' | 'status' | 'pendingInteraction' | 'remaining'>;
  disabledReason: string | null;
}) {
  const [asking, setAsking] = useState(false);
  const [requested, awaitChange] = useUntilChanged(job.state);
  const stopping = job.state === 'STOPPING';
  const jobId = job.id;
  return (
    <>
      <ActionButton
        icon={cdxIconStop}
        destructive={job.pendingInteraction === null}
        quiet={job.pendingInteraction !== null}
        label={msg(
          stopping ? 'job-stop-force-button' : requested ? 'job-stop-requested-button' : 'job-stop-button',
          jobId,
        )}
        disabledReason={disabledReason}
        sending={requested && !stopping}
        onClick={() => setAsking(true)}
      />
      {asking && <StopDialog job={job} onStop={awaitChange} onClose={() => setAsking(false)} />}
    </>
  );
}

function Cancel({
  jobId,
  state,
  quiet,
  disabledReason,
}: {
  jobId: string;
  state: JobSummaryFragment['state'];
  quiet: boolean;
  disabledReason: string | null;
}) {
  const [asking, setAsking] = useState(false);
  const [requested, awaitChange] = useUntilChanged(state);
  const request = useMutationRequest(StopJobMutation, {
    select: (data) => data.stopJob,
    failed: (why) => msg('job-cancel-failed', why),
  });
  return (
    <>
      <ActionButton
        icon={cdxIconCancel}
        quiet={quiet}
        label={requested ? msg('job-cancelling') : msg('job-cancel-short')}
        accessibleName={msg('job-cancel', jobId)}
        disabledReason={disabledReason}
        sending={requested}
        onClick={() => setAsking(true)}
      />
      {asking && (
        <ConfirmDialog
          heading={msg('job-cancel-heading', jobId)}
          confirm={msg('job-cancel', jobId)}
          keep={msg('job-cancel-keep')}
          request={request}
          onConfirm={async () => {
            const isAccepted = (await request.send({ input: { jobId, how: 'INTERRUPT' } })) !== null;
            if (isAccepted) awaitChange();
            return isAccepted;
          }}
          onClose={() => setAsking(false)}
        >
          <p>{msg('job-cancel-body')}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
