// Owns how much time a job still needs, as comparable jobs did, and whether it is late. Owns no estimate: the server makes it.
import type { JobSummaryFragment } from '../../../generated/graphql.ts';
import { msg } from '../../i18n/msg.ts';
import { Moment } from '../../parts/moment.tsx';
import { useNow } from '../../state/clock.ts';
import { roughDuration } from '../../state/time.ts';
import './time-left.css';

/** Renders nothing while there are too few comparable jobs. It counts down between two updates of the job, and does not change while scap waits for an answer. */
export function TimeLeft({
  job: { timeLeft, pendingInteraction },
}: {
  job: Pick<JobSummaryFragment, 'timeLeft' | 'pendingInteraction'>;
}) {
  const now = useNow(timeLeft !== null);
  if (timeLeft === null) return null;
  const isWaiting = timeLeft.lateAt === null || pendingInteraction !== null;
  const passed = isWaiting ? 0 : Math.max(0, now - Date.parse(timeLeft.at)) / 1000;
  const [median, p90] = [timeLeft.median - passed, timeLeft.p90 - passed].map((left) => roughDuration(left));
  return (
    <p class="time-left">
      {isLateAt(timeLeft, now) && (
        <span class="time-left__late" title={msg('job-late-hint')}>
          {msg('job-late')}
        </span>
      )}{' '}
      {median === p90
        ? msg(isWaiting ? 'job-time-left-waiting-short' : 'job-time-left-short', median ?? '')
        : msg(isWaiting ? 'job-time-left-waiting' : 'job-time-left', median ?? '', p90 ?? '')}
    </p>
  );
}

/** Whether the current stage takes longer than in nine of ten comparable jobs. */
export function isLateAt(timeLeft: JobSummaryFragment['timeLeft'], now: number): boolean {
  if (timeLeft === null) return false;
  return timeLeft.late || (timeLeft.lateAt !== null && Date.parse(timeLeft.lateAt) <= now);
}

/** When a queued job is expected to start. @param isSentence whether it stands alone, not in a list of facts. Renders nothing while that is unknown. */
export function ExpectedStart({ at, isSentence = false }: { at: string | null; isSentence?: boolean }) {
  if (at === null) return null;
  return (
    <span class="expected-start" title={msg('job-expected-start-hint')}>
      {msg(isSentence ? 'job-expected-start-sentence' : 'job-expected-start')} <Moment iso={at} />
    </span>
  );
}
