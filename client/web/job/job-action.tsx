// Owns the buttons that act on a job as a whole: stop, cancel, retry. Owns no rule about who may: it is told.
import { useClient } from '@urql/preact';
import { cdxIconCancel, cdxIconReload, cdxIconStop } from '@wikimedia/codex-icons';
import { useContext, useId, useRef, useState } from 'preact/hooks';
import type { JobSummaryFragment } from '../../generated/graphql.ts';
import { failure } from '../connection/client.ts';
import { msg } from '../i18n/msg.ts';
import { Held } from '../parts/hold.tsx';
import { Icon } from '../parts/icon.tsx';
import { Message } from '../parts/message.tsx';
import { go, jobPath } from '../route.ts';
import { newAttemptKey } from './attempt.ts';
import { RetryJobMutation } from './job.graphql.ts';
import { hasEnded } from './job-state.tsx';
import { StopJobMutation } from './stop.graphql.ts';
import { StopDialog } from './stop-dialog.tsx';

/**
 * The one action that fits the job's state: cancel while queued, stop while it runs, retry when it has ended. Who may not is shown it all the
 * same, and told why not.
 * @param mayAct null while it is not known yet
 */
export function JobAction({
  job,
  mayAct,
}: {
  job: Pick<JobSummaryFragment, 'id' | 'state'>;
  mayAct: boolean | null;
}) {
  const held = useContext(Held);
  if (mayAct === null) return null;
  const refusal = (words: string): string | null => (mayAct ? null : words);
  if (hasEnded(job.state))
    return <Retry jobId={job.id} refusal={refusal(msg('job-may-not-retry')) ?? held} />;
  if (job.state === 'QUEUED') return <Cancel jobId={job.id} refusal={refusal(msg('job-may-not-cancel'))} />;
  return <Stop job={job} refusal={refusal(msg('job-may-not-stop'))} />;
}

/** Why a button is not for now, for those who do not see what hovers over it. */
function Refusal({ id, refusal }: { id: string; refusal: string | null }) {
  return refusal === null ? null : (
    <span class="visually-hidden" id={id}>
      {refusal}
    </span>
  );
}

/** What a button is given that is not for now; nothing while `refusal` is null. */
const refused = (id: string, refusal: string | null) =>
  refusal === null ? {} : { disabled: true, title: refusal, 'aria-describedby': id };

function Stop({ job, refusal }: { job: Pick<JobSummaryFragment, 'id' | 'state'>; refusal: string | null }) {
  const id = useId();
  const [asking, setAsking] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const stopping = job.state === 'STOPPING';
  return (
    <>
      <button
        ref={opener}
        type="button"
        class="cdx-button cdx-button--action-destructive"
        {...refused(id, refusal)}
        onClick={() => setAsking(true)}
      >
        <Icon icon={cdxIconStop} />
        {stopping ? msg('job-stop-harder-button', job.id) : msg('job-stop-button', job.id)}
      </button>
      <Refusal id={id} refusal={refusal} />
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

function Cancel({ jobId, refusal }: { jobId: string; refusal: string | null }) {
  const id = useId();
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
        outcome
          ? msg('job-cancel-failed', outcome.message)
          : failure(result.error, (why) => msg('job-cancel-failed', why)),
      );
    }
  };
  return (
    <>
      <button
        type="button"
        class="cdx-button"
        aria-label={msg('job-cancel', jobId)}
        disabled={sending}
        {...refused(id, refusal)}
        onClick={() => void cancel()}
      >
        <Icon icon={cdxIconCancel} />
        {sending ? msg('job-cancelling') : msg('job-cancel-short')}
      </button>
      <Refusal id={id} refusal={refusal} />
      {problem !== null && (
        <Message tone="error" inline>
          {problem}
        </Message>
      )}
    </>
  );
}

function Retry({ jobId, refusal }: { jobId: string; refusal: string | null }) {
  const id = useId();
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
        outcome
          ? msg('job-retry-failed', outcome.message)
          : failure(result.error, (why) => msg('job-retry-failed', why)),
      );
    }
  };
  return (
    <>
      <button
        type="button"
        class="cdx-button"
        disabled={sending}
        {...refused(id, refusal)}
        onClick={() => void retry()}
      >
        <Icon icon={cdxIconReload} />
        {sending ? msg('job-retrying') : msg('job-retry', jobId)}
      </button>
      <Refusal id={id} refusal={refusal} />
      {problem !== null && (
        <Message tone="error" inline>
          {problem}
        </Message>
      )}
    </>
  );
}
