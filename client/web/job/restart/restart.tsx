// Owns the buttons of an ended job that queue another one: retry and revert, and their dialogs, which say what will happen. Owns no rule about who may.
import { cdxIconReload, cdxIconUndo } from '@wikimedia/codex-icons';
import { useContext, useRef, useState } from 'preact/hooks';
import { harmlessLabel } from '../../../../schema/text/harmless.ts';
import { IdempotencyKey, newIdempotencyKey } from '../../../core/idempotency-key.ts';
import type { JobDetailFragment } from '../../../generated/graphql.ts';
import { type RefusalOf, useMutationRequest } from '../../connection/mutation.ts';
import { enumMsg, msg } from '../../i18n/msg.ts';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { Held } from '../../parts/hold.tsx';
import { go, jobPath } from '../../route.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { lateJob } from '../parts/late-job.ts';
import { RetryJobMutation, RevertJobMutation } from './restart.graphql.ts';
import './restart.css';

type EndedJob = Pick<JobDetailFragment, 'id' | 'kind' | 'changes' | 'canRetry' | 'canRevert'>;

/** Retry and revert of an ended job, where its kind has them. @param mayAct null while it is not known yet */
export function RestartActions({ job, mayAct }: { job: EndedJob; mayAct: boolean | null }) {
  const held = useContext(Held);
  const [open, setOpen] = useState<'retry' | 'revert' | null>(null);
  if (mayAct === null) return null;
  const close = (): void => setOpen(null);
  return (
    <>
      {job.canRetry && (
        <ActionButton
          icon={cdxIconReload}
          label={msg('job-retry', job.id)}
          disabledReason={mayAct ? held : msg('job-may-not-retry')}
          onClick={() => setOpen('retry')}
        />
      )}
      {job.canRevert && (
        <ActionButton
          icon={cdxIconUndo}
          label={msg('job-revert', job.id)}
          disabledReason={mayAct ? held : msg('job-may-not-revert')}
          onClick={() => setOpen('revert')}
        />
      )}
      {open === 'retry' && <RetryDialog job={job} onClose={close} />}
      {open === 'revert' && <RevertDialog job={job} onClose={close} />}
    </>
  );
}

function RetryDialog({ job, onClose }: { job: EndedJob; onClose: () => void }) {
  // The key stays the same while the dialog is open: a second click, or one after a lost response, starts no second job.
  const key = useRef(newIdempotencyKey());
  const request = useMutationRequest(RetryJobMutation, {
    select: (data) => data.retryJob,
    failed: (why) => msg('job-retry-failed', why),
    onRefusal: refusalInWords,
    late: lateJob,
  });
  return (
    <ConfirmDialog
      heading={msg('job-retry-heading', job.id)}
      confirm={msg('job-retry-confirm', job.id)}
      destructive={false}
      request={request}
      onConfirm={async () => {
        const success = await request.send({ input: { jobId: job.id, idempotencyKey: key.current } });
        if (success === null) return false;
        if (request.isShown()) go(jobPath(success.job.id));
        return true;
      }}
      onClose={onClose}
    >
      <p>{enumMsg('job-retry-body', job.kind)}</p>
      <ul class="restart__changes">
        {job.changes.map((change) => (
          <li key={change.number}>{changeInWords(change)}</li>
        ))}
      </ul>
    </ConfirmDialog>
  );
}

function RevertDialog({ job, onClose }: { job: EndedJob; onClose: () => void }) {
  const key = useRef(new IdempotencyKey());
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const changes = job.changes.map(({ number }) => number).filter((number) => !left.has(number));
  const request = useMutationRequest(RevertJobMutation, {
    select: (data) => data.revertJob,
    failed: (why) => msg('job-revert-failed', why),
    onRefusal: refusalInWords,
    late: lateJob,
  });
  const toggle = (number: string): void => {
    const next = new Set(left);
    if (!next.delete(number)) next.add(number);
    setLeft(next);
  };
  return (
    <ConfirmDialog
      heading={msg('job-revert-heading', job.id)}
      confirm={msg('job-revert-confirm', changes.length)}
      request={request}
      ready={changes.length > 0}
      onConfirm={async () => {
        const input = { jobId: job.id, changes };
        const success = await request.send({ input: { ...input, idempotencyKey: key.current.for(input) } });
        if (success === null) return false;
        if (request.isShown()) go(jobPath(success.job.id));
        return true;
      }}
      onClose={onClose}
    >
      <p>{msg('job-revert-body')}</p>
      <fieldset class="restart__choice">
        <legend class="visually-hidden">{msg('job-revert-changes')}</legend>
        {job.changes.map((change) => (
          <label key={change.number} class="restart__change">
            <input
              type="checkbox"
              checked={!left.has(change.number)}
              onChange={() => toggle(change.number)}
            />
            <span>{changeInWords(change)}</span>
          </label>
        ))}
      </fieldset>
    </ConfirmDialog>
  );
}

/** The message, and each problem where there are several. */
function refusalInWords(
  refusal: RefusalOf<{ message: string; problems?: readonly { message: string }[] }>,
): string {
  const { message, problems = [] } = refusal;
  return problems.length > 1 ? [message, ...problems.map((problem) => problem.message)].join(' ') : message;
}

const changeInWords = ({ number, subject }: EndedJob['changes'][number]): string =>
  subject === null ? number : `${number} ${harmlessLabel(subject)}`;
