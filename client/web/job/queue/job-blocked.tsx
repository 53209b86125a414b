// Owns the messages that say why a job does not continue: it is queued, its lane is not served, its host does not answer.
import { useContext } from 'preact/hooks';
import { harmlessLabel } from '../../../../schema/text/harmless.ts';
import type { JobSummaryFragment } from '../../../generated/graphql.ts';
import { msg } from '../../i18n/msg.ts';
import { ForeignLabel, ForeignText } from '../../parts/foreign-text.tsx';
import { Held } from '../../parts/hold.tsx';
import { Message } from '../../parts/message.tsx';
import { Sentence } from '../../parts/sentence.tsx';
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
      {'problem' in cause ? (
        <ForeignText>{msg('job-lane-problem', cause.problem)}</ForeignText>
      ) : (
        <Sentence>
          {'lane' in cause
            ? msg('job-unserved-lane', harmlessLabel(cause.lane))
            : 'since' in cause
              ? msg('job-not-responding', secondInUtc(Date.parse(cause.since)))
              : msg('job-host-offline', harmlessLabel(cause.host))}
        </Sentence>
      )}
    </Message>
  );
}

/** The job after which a queued job starts; null if not known. */
function jobBefore(
  { id, lane }: Pick<JobSummaryFragment, 'id' | 'lane'>,
  system: System | null,
): string | null {
  const queue = system?.queuedJobs.filter((each) => each.lane === lane) ?? [];
  const place = queue.findIndex((each) => each.id === id);
  if (place === -1) return null;
  const before = queue[place - 1] ?? system?.activeJobs.find((each) => each.lane === lane);
  return before?.id ?? null;
}

/** The expected start of a queued job. The state of the system is newer: the job itself does not change while others run. */
function expectedStartOf(
  job: Pick<JobSummaryFragment, 'id' | 'expectedStartAt'>,
  system: System | null,
): string | null {
  const known = system?.queuedJobs.find(({ id }) => id === job.id) ?? job;
  return known.expectedStartAt;
}

/** Why a queued job has not been started, and when it will be: other jobs come first, or deployments are held. */
export function QueuedNotice({
  job,
  system,
}: {
  job: Pick<JobSummaryFragment, 'id' | 'lane' | 'expectedStartAt'>;
  system: System | null;
}) {
  const held = useContext(Held);
  const before = jobBefore(job, system);
  return held === null ? (
    <Message tone="notice">
      {before === null ? msg('job-queued-hint') : msg('job-queued-after', before)}{' '}
      <ExpectedStart at={expectedStartOf(job, system)} isSentence />
    </Message>
  ) : (
    <Message tone="warning">
      <ForeignLabel>{msg('job-queued-held', held)}</ForeignLabel>
    </Message>
  );
}
