// Owns the messages that say why a job does not continue: it is queued, its lane is not served, its host does not answer.
import { useContext } from 'preact/hooks';
import type { JobSummaryFragment } from '../../../generated/graphql.ts';
import { msg } from '../../i18n/msg.ts';
import { ForeignLabel, ForeignText } from '../../parts/foreign-text.tsx';
import { Held } from '../../parts/hold.tsx';
import { Message } from '../../parts/message.tsx';
import { secondInUtc } from '../../state/time.ts';
import type { System } from '../../system.ts';
import { ExpectedStart } from '../stage/time-left.tsx';
import { type BlockableJob, blockedBy } from './lane.ts';

/** The message that no jobrunner serves the job's lane, that its host may not deploy, or that none on its host responds. Renders nothing else. */
export function BlockedNotice({ job, system }: { job: BlockableJob; system: System | null }) {
  const cause = blockedBy(job, system);
  if (cause === null) return null;
  return (
    <Message tone="warning">
      <ForeignText>
        {'lane' in cause
          ? msg('job-unserved-lane', cause.lane)
          : 'problem' in cause
            ? msg('job-lane-problem', cause.problem)
            : 'since' in cause
              ? msg('job-not-responding', secondInUtc(Date.parse(cause.since)))
              : msg('job-host-offline', cause.host)}
      </ForeignText>
    </Message>
  );
}

/** The expected start of a queued job. The state of the system is newer: the job itself does not change while others run. */
export function expectedStartOf(
  job: Pick<JobSummaryFragment, 'id' | 'expectedStartAt'>,
  system: System | null,
): string | null {
  const known = system?.queuedJobs.find(({ id }) => id === job.id) ?? job;
  return known.expectedStartAt;
}

/** Why a queued job has not been started, and when it will be: other jobs come first, or deployments are held. */
export function QueuedNotice({ expectedStart }: { expectedStart: string | null }) {
  const held = useContext(Held);
  return held === null ? (
    <Message tone="notice">
      {msg('job-queued-hint')} <ExpectedStart at={expectedStart} />
    </Message>
  ) : (
    <Message tone="warning">
      <ForeignLabel>{msg('job-queued-held', held)}</ForeignLabel>
    </Message>
  );
}
