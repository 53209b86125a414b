// Owns the card of an ended job: what happened, where, the first thing to look at, and what can be done next. Owns no request.
import {
  type Icon as CodexIcon,
  cdxIconAlert,
  cdxIconCancel,
  cdxIconError,
  cdxIconStop,
  cdxIconSubtract,
  cdxIconSuccess,
  cdxIconUndo,
} from '@wikimedia/codex-icons';
import { harmlessLabel } from '../../../../schema/text/harmless.ts';
import type { JobDetailFragment, JobOutcome } from '../../../generated/graphql.ts';
import { ErrorWatch } from '../../health/error-watch.tsx';
import { enumMsg, msg } from '../../i18n/msg.ts';
import { richMsg } from '../../i18n/rich-msg.tsx';
import type { Mark } from '../../log/mark/mark.ts';
import { everyJob, withFilter } from '../../overview/history-filter.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { Icon } from '../../parts/icon.tsx';
import { followLink, homePath, jobPath } from '../../route.ts';
import { duration } from '../../state/time.ts';
import { DebugHint } from '../parts/debug-hint.tsx';
import { ErrorLineLink } from '../parts/error-line.tsx';
import { RestartActions } from '../restart/restart.tsx';
import type { Stage } from '../stage/stage.ts';
import { endingErrors, quotesOnly, remainingReason } from './ending-reason.ts';
import { JobReportButtons } from './job-report-button.tsx';
import './job-ending.css';

type Tone = 'success' | 'notice' | 'warning' | 'error';

const appearances: Readonly<Record<JobOutcome, { readonly icon: CodexIcon; readonly tone: Tone }>> = {
  DEPLOYED: { icon: cdxIconSuccess, tone: 'success' },
  DEPLOYED_WITH_ERRORS: { icon: cdxIconAlert, tone: 'warning' },
  ROLLED_BACK: { icon: cdxIconUndo, tone: 'warning' },
  DECLINED: { icon: cdxIconCancel, tone: 'notice' },
  NOTHING_TO_DO: { icon: cdxIconSubtract, tone: 'notice' },
  FAILED: { icon: cdxIconError, tone: 'error' },
  STOPPED: { icon: cdxIconStop, tone: 'warning' },
  LOST: { icon: cdxIconAlert, tone: 'error' },
  CANCELLED: { icon: cdxIconCancel, tone: 'notice' },
};
// A newer server may send outcomes that this build does not know.
const unknown = { icon: cdxIconSubtract, tone: 'notice' } as const;

/** Outcomes that leave the deployment half done, so that it matters where the job ended. */
const incomplete: ReadonlySet<JobOutcome | null> = new Set(['FAILED', 'STOPPED', 'LOST', 'ROLLED_BACK']);

/**
 * @param stages of the job; empty while they are not known
 * @param marks of its log, as far as they are known
 * @param mayAct whether the viewer may act on jobs; null if not known yet
 */
export function JobEnding({
  job,
  stages,
  marks,
  mayAct,
}: {
  job: JobDetailFragment;
  stages: readonly Stage[];
  marks: readonly Mark[];
  mayAct: boolean | null;
}) {
  const { icon, tone } = (job.outcome === null ? undefined : appearances[job.outcome]) ?? unknown;
  const errors = tone === 'success' || tone === 'notice' ? [] : endingErrors(job, marks);
  const exit = exitInWords(job);
  const words =
    job.reason === null
      ? exit
      : remainingReason(job.reason, {
          hasPhase: phaseOf(job) !== null,
          hasErrors: quotesOnly(job.reason, errors),
          exit,
        });
  return (
    <section class={`ending ending--${tone}`} aria-label={msg('job-ending')}>
      <h2 class="ending__heading">
        <Icon icon={icon} />
        <bdi>{headingOf(job)}</bdi>
      </h2>
      {words !== null && (
        <p class="ending__reason">
          <ForeignText>{words}</ForeignText>
        </p>
      )}
      {errors.map((line) => (
        <ErrorLineLink key={line.number} line={line} />
      ))}
      {job.sameErrorBefore !== null && errors.length > 0 && (
        <SeenBefore id={job.id} before={job.sameErrorBefore.id} />
      )}
      {incomplete.has(job.outcome) && <Reached stages={stages} progress={job.progress} />}
      <ErrorWatch job={job} />
      {isOnAllServers(job) && <DebugHint words={msg('job-ending-check-hint')} />}
      <div class="ending__actions">
        <RestartActions job={job} mayAct={mayAct} />
        <JobReportButtons job={job} stages={stages} />
      </div>
    </section>
  );
}

/** That an earlier job ended with the same error. */
function SeenBefore({ id, before }: { id: string; before: string }) {
  return (
    <p class="hint">
      {richMsg(
        'job-ending-seen-before',
        <a href={jobPath(before)} onClick={followLink}>
          {msg('job-name', before)}
        </a>,
        <a href={`${homePath()}${withFilter('', { ...everyJob, like: id })}`} onClick={followLink}>
          {msg('job-ending-seen-all')}
        </a>,
      )}
    </p>
  );
}

/** Whether changes of the job are on all servers now, so that one can look at them there. */
const isOnAllServers = ({ outcome, changes }: JobDetailFragment): boolean =>
  changes.length > 0 && (outcome === 'DEPLOYED' || outcome === 'DEPLOYED_WITH_ERRORS');

/** How far the deployment got. Stages that the log does not name are not mentioned. */
function Reached({
  stages,
  progress,
}: {
  stages: readonly Stage[];
  progress: JobDetailFragment['progress'];
}) {
  const untouched = stages.length > 0 && stages.at(-1)?.state === 'open';
  const counts =
    progress === null || progress.done || progress.total === 0
      ? null
      : msg(
          'job-ending-progress',
          harmlessLabel(progress.name),
          progress.ok,
          progress.total,
          progress.failed,
        );
  if (!untouched && counts === null) return null;
  return (
    <p class="hint">
      {[...(untouched ? [msg('job-ending-untouched')] : []), ...(counts === null ? [] : [counts])].join(' ')}
    </p>
  );
}

/** The phase that the heading names; null if it names none. After a roll-back, the last phase is that of the roll-back, not of the problem. */
const phaseOf = ({ outcome, lastStatus, startedAt, finishedAt }: JobDetailFragment): string | null =>
  incomplete.has(outcome) && outcome !== 'ROLLED_BACK' && startedAt !== null && finishedAt !== null
    ? lastStatus
    : null;

/** `Failed in “Sync k8s canaries”, 4 min 12 s after the start`. */
function headingOf(job: JobDetailFragment): string {
  const { outcome, startedAt, finishedAt } = job;
  const phase = phaseOf(job);
  const what = outcome === null ? msg('job-ending') : enumMsg('job-ending', outcome);
  if (startedAt === null || finishedAt === null) return what;
  const span = duration(Date.parse(finishedAt) - Date.parse(startedAt));
  return phase === null
    ? msg('job-ending-heading', what, span)
    : msg('job-ending-heading-phase', what, harmlessLabel(phase), span);
}

function exitInWords({ exitSignal, exitStatus }: JobDetailFragment): string | null {
  if (exitSignal !== null) return msg('job-exit-signal', exitSignal);
  return exitStatus !== null && exitStatus !== 0 ? msg('job-exit-status', exitStatus) : null;
}
