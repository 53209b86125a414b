// Owns who is responsible for a job, and the dialog that hands it over. Owns no rule about who may.
import { useContext, useId, useState } from 'preact/hooks';
import type { JobSummaryFragment } from '../../../generated/graphql.ts';
import { useMutationRequest } from '../../connection/mutation.ts';
import { msg } from '../../i18n/msg.ts';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { ForeignName } from '../../parts/foreign-text.tsx';
import { SendButton } from '../../parts/send-button.tsx';
import { Stale } from '../../state/stale.ts';
import { useUntilChanged } from '../../state/until-changed.ts';
import { HandOverJobMutation } from './people.graphql.ts';
import { OtherWatchers } from './watchers.tsx';

type OwnedJob = Pick<JobSummaryFragment, 'id' | 'ended' | 'owner' | 'responsible'>;

/** The responsible deployer, with the buttons to change that while the job has not ended. @param viewer the name of the user; null while it is not known yet */
export function Responsible({
  job,
  viewer,
  mayAct,
}: {
  job: OwnedJob;
  viewer: string | null;
  mayAct: boolean | null;
}) {
  const [open, setOpen] = useState(false);
  const stale = useContext(Stale);
  const request = useMutationRequest(HandOverJobMutation, {
    select: (data) => data.handOverJob,
    failed: (why) => msg('job-hand-over-failed', why),
  });
  const [taken, awaitChange] = useUntilChanged(job.responsible.name);
  const mayChange = mayAct === true && viewer !== null && !job.ended;
  const isMine = job.responsible.name === viewer;
  return (
    <>
      <ForeignName>{job.responsible.name}</ForeignName>
      {mayChange && (
        <span class="facts__actions">
          {!isMine && (
            <SendButton
              class="cdx-button cdx-button--weight-quiet"
              sending={request.sending || taken}
              blocked={stale !== null}
              onClick={async () => {
                if ((await request.send({ input: { jobId: job.id } })) !== null) awaitChange();
              }}
            >
              {msg('job-take-over')}
            </SendButton>
          )}
          {(isMine || job.owner.name === viewer) && (
            <SendButton
              class="cdx-button cdx-button--weight-quiet"
              blocked={stale !== null}
              onClick={() => setOpen(true)}
            >
              {msg('job-hand-over')}
            </SendButton>
          )}
        </span>
      )}
      {request.problem !== null && !open && <span role="alert">{request.problem}</span>}
      {open && (
        <HandoverDialog
          job={job}
          request={request}
          onConfirm={async (to) => (await request.send({ input: { jobId: job.id, to } })) !== null}
          onClose={() => {
            setOpen(false);
            request.clear();
          }}
        />
      )}
    </>
  );
}

/** Asks for the name of a deployer; the others who look at the job are one click away. */
function HandoverDialog({
  job,
  request,
  onConfirm,
  onClose,
}: {
  job: OwnedJob;
  request: { readonly sending: boolean; readonly problem: string | null };
  onConfirm: (to: string) => Promise<boolean>;
  onClose: () => void;
}) {
  const others = useContext(OtherWatchers);
  const [name, setName] = useState('');
  const fieldId = useId();
  return (
    <ConfirmDialog
      heading={msg('job-hand-over-heading', job.id)}
      confirm={msg('job-hand-over-confirm')}
      destructive={false}
      ready={name.trim() !== ''}
      request={request}
      onConfirm={() => onConfirm(name.trim())}
      onClose={onClose}
    >
      <p>{msg('job-hand-over-body')}</p>
      <label for={fieldId}>{msg('job-hand-over-name')}</label>
      <div class="cdx-text-input">
        <input
          id={fieldId}
          class="cdx-text-input__input"
          type="text"
          autocomplete="off"
          spellcheck={false}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </div>
      {others.length > 0 && (
        <p>
          {msg('job-hand-over-watching')}{' '}
          {others.map((other) => (
            <button
              key={other}
              type="button"
              class="cdx-button cdx-button--size-small"
              aria-pressed={name === other}
              onClick={() => setName(other)}
            >
              <ForeignName>{other}</ForeignName>
            </button>
          ))}
        </p>
      )}
    </ConfirmDialog>
  );
}
