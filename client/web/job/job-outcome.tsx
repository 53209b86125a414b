// Owns the message that says why a job ended as it did. Owns no state chip.
import type { JobDetailFragment } from '../../generated/graphql.ts';
import { msg } from '../i18n/msg.ts';
import { ForeignText } from '../parts/foreign-text.tsx';
import { Message } from '../parts/message.tsx';

type Outcome = Pick<JobDetailFragment, 'state' | 'reason' | 'exitStatus' | 'exitSignal'>;

/** The reason, and how scap exited; nothing where there is nothing to say. */
export function JobOutcome({ job }: { job: Outcome }) {
  const exit = exitInWords(job);
  if (job.reason === null && exit === null) return null;
  const tone = toneOf(job);
  return (
    <Message tone={tone} inline={tone === 'success'}>
      {job.reason !== null && <ForeignText>{job.reason}</ForeignText>}
      {exit !== null && <span class="hint">{job.reason === null ? exit : ` (${exit})`}</span>}
    </Message>
  );
}

function toneOf({ state }: Outcome): 'success' | 'error' | 'warning' {
  if (state === 'SUCCEEDED') return 'success';
  return state === 'FAILED' || state === 'LOST' ? 'error' : 'warning';
}

function exitInWords({ exitSignal, exitStatus }: Outcome): string | null {
  if (exitSignal !== null) return msg('job-exit-signal', exitSignal);
  return exitStatus !== null && exitStatus !== 0 ? msg('job-exit-status', exitStatus) : null;
}
