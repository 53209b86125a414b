// Owns the buttons that act on a job as a whole: stop, cancel, retry. Owns no rule about who may: it is told.

import { useClient } from '@urql/preact';
import { cdxIconCancel, cdxIconReload, cdxIconStop } from '@wikimedia/codex-icons';
import { useRef, useState } from 'preact/hooks';
import type { JobSummaryFragment } from '../generated/graphql.ts';
import { newAttemptKey } from './attempt.ts';
import { failure } from './client.ts';
import { Icon } from './icon.tsx';
import { RetryJobMutation } from './job.graphql.ts';
import { hasEnded } from './job-state.tsx';
import { Message } from './message.tsx';
import { go, jobPath } from './route.ts';
import { StopJobMutation } from './stop.graphql.ts';
import { StopDialog } from './stop-dialog.tsx';
import { text } from './text.ts';

/**
 * The one action that fits the job's state: cancel while queued, stop while it runs, retry when it has ended.
 * @param mayAct null while it is not known yet
 */
export function JobAction({
  job,
  mayAct,
}: {
  job: Pick<JobSummaryFragment, 'id' | 'state'>;
  mayAct: boolean | null;
}) {
  if (!mayAct) return null;
  if (hasEnded(job.state)) return <Retry jobId={job.id} />;
  if (job.state === 'QUEUED') return <Cancel jobId={job.id} />;
  return <Stop job={job} />;
}

function Stop({ job }: { job: Pick<JobSummaryFragment, 'id' | 'state'> }) {
  const [asking, setAsking] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const stopping = job.state === 'STOPPING';
  return (
    <>
      <button
        ref={opener}
        type="button"
        class="cdx-button cdx-button--action-destructive"
        onClick={() => setAsking(true)}
      >
        <Icon icon={cdxIconStop} />
        {stopping ? text.stop.harderButton(job.id) : text.stop.button(job.id)}
      </button>
      {asking && (
        <StopDialog
          jobId={job.id}
          stopping={stopping}
          onClose={() => {
            setAsking(false);
            opener.current?.focus();
          }}
        />
      )}
    </>
  );
}

function Cancel({ jobId }: { jobId: string }) {
  const client = useClient();
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const cancel = async (): Promise<void> => {
    setSending(true);
    setProblem(null);
    const result = await client.mutation(StopJobMutation, { input: { jobId, how: 'INTERRUPT' } });
    const outcome = result.data?.stopJob;
    setSending(false);
    if (outcome?.__typename !== 'StopJobSuccess') {
      setProblem(
        outcome ? text.job.cancelFailed(outcome.message) : failure(result.error, text.job.cancelFailed),
      );
    }
  };
  return (
    <>
      <button
        type="button"
        class="cdx-button"
        aria-label={text.job.cancel(jobId)}
        disabled={sending}
        onClick={() => void cancel()}
      >
        <Icon icon={cdxIconCancel} />
        {sending ? text.job.cancelling : text.job.cancelShort}
      </button>
      {problem !== null && (
        <Message tone="error" inline>
          {problem}
        </Message>
      )}
    </>
  );
}

function Retry({ jobId }: { jobId: string }) {
  const client = useClient();
  // One key for one wish: pressing twice, or again after a lost answer, makes one job.
  const key = useRef(newAttemptKey());
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const retry = async (): Promise<void> => {
    setSending(true);
    setProblem(null);
    const result = await client.mutation(RetryJobMutation, { input: { jobId, idempotencyKey: key.current } });
    const outcome = result.data?.retryJob;
    setSending(false);
    if (outcome?.__typename === 'RetryJobSuccess') {
      key.current = newAttemptKey();
      go(jobPath(outcome.job.id));
    } else {
      setProblem(
        outcome ? text.job.retryFailed(outcome.message) : failure(result.error, text.job.retryFailed),
      );
    }
  };
  return (
    <>
      <button type="button" class="cdx-button" disabled={sending} onClick={() => void retry()}>
        <Icon icon={cdxIconReload} />
        {sending ? text.job.retrying : text.job.retry(jobId)}
      </button>
      {problem !== null && (
        <Message tone="error" inline>
          {problem}
        </Message>
      )}
    </>
  );
}
