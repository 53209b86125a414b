// Owns the status of a running job, the progress bar of its step, and their place with the time left. Owns no measurement.
import { harmlessLabel } from '../../../../schema/text/harmless.ts';
import type { JobSummaryFragment } from '../../../generated/graphql.ts';
import { msg } from '../../i18n/msg.ts';
import { TimeLeft } from '../stage/time-left.tsx';
import './progress.css';

/** What scap reports, and the time left. Renders nothing if there is neither. */
export function JobProgress({
  job,
}: {
  job: Pick<JobSummaryFragment, 'status' | 'progress' | 'timeLeft' | 'pendingInteraction'>;
}) {
  const { progress, timeLeft } = job;
  // While scap asks, its status only says that it waits.
  const status = job.pendingInteraction === null ? job.status : null;
  if (status === null && progress === null && timeLeft === null) return null;
  return (
    <div class="progress">
      {status !== null && (
        <p class="progress__status" role="status">
          <bdi>{harmlessLabel(status)}</bdi>
        </p>
      )}
      {progress !== null && <ProgressBar progress={progress} />}
      <TimeLeft job={job} />
    </div>
  );
}

function ProgressBar({ progress }: { progress: NonNullable<JobSummaryFragment['progress']> }) {
  const { ok, failed, remaining, total } = progress;
  const inFlight = progress.inFlight ?? 0;
  const percent = Math.floor(Math.min(100, Math.max(0, progress.percent)));
  const left = Math.max(0, remaining - inFlight);
  const counts = [
    msg('job-progress-counts', ok, total),
    ...(inFlight > 0 ? [msg('job-progress-in-flight', inFlight)] : []),
    ...(failed > 0 ? [msg('job-progress-failed', failed)] : []),
    ...(left > 0 ? [msg('job-progress-left', left)] : []),
  ].join(msg('app-separator'));
  const part = (count: number): { width: string } => ({ width: `${total > 0 ? (count / total) * 100 : 0}%` });
  return (
    <div class="progress__measure">
      <div class="progress__words">
        <bdi class="progress__name">{harmlessLabel(progress.name)}</bdi>
        <span class="progress__percent">{msg('job-progress-percent', percent)}</span>
      </div>
      <div
        class="progress__bar"
        role="progressbar"
        aria-label={msg('job-progress-label', harmlessLabel(progress.name))}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={`${msg('job-progress-percent', percent)}, ${counts}`}
      >
        <span class="progress__part progress__part--ok" style={part(ok)} />
        <span class="progress__part progress__part--failed" style={part(failed)} />
        <span class="progress__part progress__part--in-flight" style={part(inFlight)} />
      </div>
      <p class="progress__counts">{counts}</p>
    </div>
  );
}
