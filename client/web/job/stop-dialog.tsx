// Owns the dialogs that come before a stop: what follows is said, nothing harmful is the default. Owns no button that opens them.
import { useClient } from '@urql/preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { StopMode } from '../../generated/graphql.ts';
import { failure } from '../connection/client.ts';
import { Message } from '../parts/message.tsx';
import { text } from '../text.ts';
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
    else setProblem(outcome ? text.stop.failed(outcome.message) : failure(result.error, text.stop.failed));
  };

  return (
    <dialog ref={dialog} class="dialog cdx-dialog" aria-labelledby={headingId} onClose={onClose}>
      <header class="cdx-dialog__header">
        <h2 class="cdx-dialog__header__title" id={headingId}>
          {stopping ? text.stop.harderHeading(jobId) : text.stop.heading(jobId)}
        </h2>
      </header>
      <div class="cdx-dialog__body">
        {stopping ? (
          <>
            <p>{text.stop.harderBody}</p>
            <dl class="dialog__ways">
              <dt>{text.stop.terminate}</dt>
              <dd>{text.stop.terminateBody}</dd>
              <dt>{text.stop.kill}</dt>
              <dd>{text.stop.killBody}</dd>
            </dl>
          </>
        ) : (
          <p>{text.stop.interruptBody}</p>
        )}
        {problem !== null && (
          <Message tone="error" inline>
            {problem}
          </Message>
        )}
      </div>
      <footer class="cdx-dialog__footer dialog__actions">
        <button ref={keep} type="button" class="cdx-button" onClick={() => dialog.current?.close()}>
          {stopping ? text.stop.wait : text.stop.keep}
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
              ? text.stop.terminate
              : how === 'KILL'
                ? text.stop.kill
                : text.stop.confirm(jobId)}
          </button>
        ))}
      </footer>
    </dialog>
  );
}
