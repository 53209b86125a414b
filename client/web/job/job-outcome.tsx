// Owns the message that says why a job ended as it did. Owns no state chip.
import type { JobDetailFragment } from '../../generated/graphql.ts';
import { msg } from '../i18n/msg.ts';
import { ForeignText } from '../parts/foreign-text.tsx';
import { Message } from '../parts/message.tsx';

type Outcome = Pick<JobDetailFragment, 'state' | 'reason' | 'exitStatus' | 'exitSignal'>;

/** The reason, which names how scap exited; without one, the exit itself. Renders nothing after a plain success. */
export function JobOutcome({ job }: { job: Outcome }) {
  const words = job.reason ?? exitInWords(job);
  if (words === null) return null;
  const tone = toneOf(job);
  return (
    <Message tone={tone} inline={tone === 'success'}>
      <ForeignText>{words}</ForeignText>
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
