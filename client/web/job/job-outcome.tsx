// Owns the message that says why a job ended as it did. Owns no state chip.
import { harmlessLabel } from '../../../schema/text/harmless.ts';
import type { JobDetailFragment } from '../../generated/graphql.ts';
import { msg } from '../i18n/msg.ts';
import { ForeignText } from '../parts/foreign-text.tsx';
import { Message } from '../parts/message.tsx';

type Outcome = Pick<
  JobDetailFragment,
  'state' | 'outcome' | 'reason' | 'exitStatus' | 'exitSignal' | 'lastError'
>;

/** The reason, which names how scap exited; without one, the exit itself. Renders nothing after a plain success. */
export function JobOutcome({ job }: { job: Outcome }) {
  const words = job.reason ?? exitInWords(job);
  if (words === null) return null;
  const tone = toneOf(job);
  return (
    <Message tone={tone} inline={tone === 'success'}>
      <ForeignText>{words}</ForeignText>
      {job.lastError !== null && tone !== 'success' && (
        <>
          {' '}
          <a href={`#L${job.lastError.number}`} title={harmlessLabel(job.lastError.text)}>
            {msg('job-last-error', job.lastError.number)}
          </a>
        </>
      )}
    </Message>
  );
}

function toneOf({ state, outcome }: Outcome): 'success' | 'notice' | 'error' | 'warning' {
  switch (outcome) {
    case 'DECLINED':
    case 'NOTHING_TO_DO':
      return 'notice';
    case 'ROLLED_BACK':
    case 'DEPLOYED_WITH_ERRORS':
      return 'warning';
    default:
      if (state === 'SUCCEEDED') return 'success';
      return state === 'FAILED' || state === 'LOST' ? 'error' : 'warning';
  }
}

function exitInWords({ exitSignal, exitStatus }: Outcome): string | null {
  if (exitSignal !== null) return msg('job-exit-signal', exitSignal);
  return exitStatus !== null && exitStatus !== 0 ? msg('job-exit-status', exitStatus) : null;
}
