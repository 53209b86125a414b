// Owns the dialogs before a stop: they say what follows, and the default is to do nothing. Owns no button that opens them.
import { useRef, useState } from 'preact/hooks';
import type { StopMode } from '../../generated/graphql.ts';
import { useMutationRequest } from '../connection/mutation.ts';
import { msg } from '../i18n/msg.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Message } from '../parts/message.tsx';
import { StopJobMutation } from './stop.graphql.ts';
import './stop-dialog.css';

/**
 * Asks before job `jobId` is stopped.
 * @param stopping whether it was interrupted already, so that only forceful modes are left. Changes while the dialog is open
 * are ignored, so that no button changes under the pointer.
 */
export function StopDialog({
  jobId,
  stopping: stoppingNow,
  onClose,
}: {
  jobId: string;
  stopping: boolean;
  onClose: () => void;
}) {
  const [stopping] = useState(stoppingNow);
  const leaveButton = useRef<HTMLButtonElement>(null);
  const { sending, problem, send } = useMutationRequest(StopJobMutation, {
    select: (data) => data.stopJob,
    failed: (why) => msg('job-stop-failed', why),
  });
  const modes: readonly StopMode[] = stopping ? ['TERMINATE', 'KILL'] : ['INTERRUPT'];

  const stop = async (how: StopMode): Promise<void> => {
    if ((await send({ input: { jobId, how } })) !== null) onClose();
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
            <button
              key={how}
              type="button"
              class="cdx-button cdx-button--action-destructive cdx-button--weight-primary"
              disabled={sending}
              onClick={() => void stop(how)}
            >
              {confirmLabel(how, jobId)}
            </button>
          ))}
        </>
      }
    >
      {stopping ? (
        <>
          <p>{msg('job-stop-force-body')}</p>
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

function confirmLabel(how: StopMode, jobId: string): string {
  if (how === 'TERMINATE') return msg('job-stop-terminate');
  return how === 'KILL' ? msg('job-stop-kill') : msg('job-stop-confirm', jobId);
}
