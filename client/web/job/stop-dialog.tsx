// Owns the dialogs that come before a stop: what follows is said, nothing harmful is the default. Owns no button that opens them.
import { useClient } from '@urql/preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { StopMode } from '../../generated/graphql.ts';
import { failure } from '../connection/client.ts';
import { msg } from '../i18n/msg.ts';
import { Message } from '../parts/message.tsx';
import { StopJobMutation } from './stop.graphql.ts';

/**
 * Asks before stopping job `jobId`. `stopping` when it was interrupted already, so that only harder ways are left; what counts
 * is how it was when the dialog opened, since buttons must not change under a pointer.
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
  const client = useClient();
  const dialog = useRef<HTMLDialogElement>(null);
  const keep = useRef<HTMLButtonElement>(null);
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const headingId = useId();

  useEffect(() => {
    dialog.current?.showModal();
    keep.current?.focus();
  }, []);

  const stop = async (how: StopMode): Promise<void> => {
    if (sending) return;
    setSending(true);
    setProblem(null);
    const result = await client.mutation(StopJobMutation, { input: { jobId, how } });
    const outcome = result.data?.stopJob;
    setSending(false);
    if (outcome?.__typename === 'StopJobSuccess') onClose();
    else
      setProblem(
        outcome
          ? msg('job-stop-failed', outcome.message)
          : failure(result.error, (why) => msg('job-stop-failed', why)),
      );
  };

  return (
    <dialog ref={dialog} class="dialog cdx-dialog" aria-labelledby={headingId} onClose={onClose}>
      <header class="cdx-dialog__header">
        <h2 class="cdx-dialog__header__title" id={headingId}>
          {stopping ? msg('job-stop-harder-heading', jobId) : msg('job-stop-heading', jobId)}
        </h2>
      </header>
      <div class="cdx-dialog__body">
        {stopping ? (
          <>
            <p>{msg('job-stop-harder-body')}</p>
            <dl class="dialog__ways">
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
      </div>
      <footer class="cdx-dialog__footer dialog__actions">
        <button ref={keep} type="button" class="cdx-button" onClick={() => dialog.current?.close()}>
          {stopping ? msg('job-stop-wait') : msg('job-stop-keep')}
        </button>
        {(stopping ? (['TERMINATE', 'KILL'] as const) : (['INTERRUPT'] as const)).map((how) => (
          <button
            key={how}
            type="button"
            class="cdx-button cdx-button--action-destructive cdx-button--weight-primary"
            disabled={sending}
            onClick={() => void stop(how)}
          >
            {how === 'TERMINATE'
              ? msg('job-stop-terminate')
              : how === 'KILL'
                ? msg('job-stop-kill')
                : msg('job-stop-confirm', jobId)}
          </button>
        ))}
      </footer>
    </dialog>
  );
}
