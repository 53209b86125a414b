// Owns the dialogs before a stop: they say what follows, and the default is to do nothing. Owns no button that opens them.
import { useRef, useState } from 'preact/hooks';
import { harmlessLabel } from '../../../../schema/text/harmless.ts';
import { answerEffect } from '../../../../schema/text/question-key.ts';
import type { JobSummaryFragment, QuestionFragment, StopMode } from '../../../generated/graphql.ts';
import { useMutationRequest } from '../../connection/mutation.ts';
import { msg } from '../../i18n/msg.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Message } from '../../parts/message.tsx';
import { SendButton } from '../../parts/send-button.tsx';
import { RemainingProcesses } from './remaining.tsx';
import { StopJobMutation } from './stop.graphql.ts';
import './stop-dialog.css';

/** Asks before a job is stopped. A job that is stopping already can only be forced. */
export function StopDialog({
  job,
  onStop,
  onClose,
}: {
  job: Pick<JobSummaryFragment, 'id' | 'state' | 'status' | 'pendingInteraction' | 'remaining'>;
  /** Called when the server has accepted the stop, before `onClose`. */
  onStop: () => void;
  onClose: () => void;
}) {
  // Changes while the dialog is open are ignored, so that no button changes under the pointer.
  const [stopping] = useState(job.state === 'STOPPING');
  const [asked, setAsked] = useState<StopMode | null>(null);
  const jobId = job.id;
  const better = job.pendingInteraction === null ? null : betterAnswer(job.pendingInteraction);
  const leaveButton = useRef<HTMLButtonElement>(null);
  const { sending, problem, send, isShown } = useMutationRequest(StopJobMutation, {
    select: (data) => data.stopJob,
    failed: (why) => msg('job-stop-failed', why),
  });
  const modes: readonly StopMode[] = stopping ? ['TERMINATE', 'KILL'] : ['INTERRUPT'];

  const stop = async (how: StopMode): Promise<void> => {
    if (sending) return;
    setAsked(how);
    if ((await send({ input: { jobId, how } })) === null) return;
    onStop();
    // The dialog may have been closed and opened again.
    if (isShown()) onClose();
  };

  return (
    <Dialog
      heading={stopping ? msg('job-stop-force-heading', jobId) : msg('job-stop-heading', jobId)}
      initialFocus={leaveButton}
      onClose={onClose}
      actions={
        <>
          <button ref={leaveButton} type="button" class="cdx-button" onClick={onClose}>
            {stopping ? msg('job-stop-wait') : msg('job-stop-keep-running')}
          </button>
          {modes.map((how) => (
            <SendButton
              key={how}
              class="cdx-button cdx-button--action-destructive cdx-button--weight-primary"
              sending={sending && how === asked}
              blocked={sending && how !== asked}
              onClick={() => void stop(how)}
            >
              {confirmLabel(how, jobId)}
            </SendButton>
          ))}
        </>
      }
    >
      {better !== null && <p>{better}</p>}
      {job.status !== null && <p>{msg('job-stop-phase', harmlessLabel(job.status))}</p>}
      {stopping ? (
        <>
          <p>{msg('job-stop-force-body')}</p>
          <RemainingProcesses remaining={job.remaining} />
          <dl class="stop-modes">
            <dt>{msg('job-stop-terminate')}</dt>
            <dd>{msg('job-stop-terminate-body')}</dd>
            <dt>{msg('job-stop-kill')}</dt>
            <dd>{msg('job-stop-kill-body')}</dd>
          </dl>
        </>
      ) : (
        <p>{msg('job-stop-interrupt-body')}</p>
      )}
      {problem !== null && (
        <Message tone="error" inline>
          {problem}
        </Message>
      )}
    </Dialog>
  );
}

/** Which answer to the open question ends the deployment in an orderly way; null if none is known. */
function betterAnswer({ key, choices }: QuestionFragment): string | null {
  for (const effect of ['rolled-back', 'declined'] as const) {
    const choice = choices.find(({ code }) => answerEffect(key, code) === effect);
    if (choice !== undefined) return msg(`job-stop-better-${effect}`, harmlessLabel(choice.label));
  }
  return null;
}

function confirmLabel(how: StopMode, jobId: string): string {
  if (how === 'TERMINATE') return msg('job-stop-terminate');
  return how === 'KILL' ? msg('job-stop-kill') : msg('job-stop-confirm', jobId);
}
