// Owns what stands after the last line of the log: why there are no lines, that the log is behind, that it is complete.
import { Status } from '../parts/status.tsx';
import { secondInUtc } from '../state/time.ts';
import type { LogFeedState } from './feed.ts';
import { msg } from './messages.ts';
import './foot.css';

/** What the foot shows about the job. */
export interface FootJob {
  readonly queued: boolean;
  readonly ended: boolean;
  /** Since when the database has not accepted new lines, as an ISO 8601 string; null while it accepts them. */
  readonly behindSince: string | null;
}

export function LogFoot({ job, feed }: { job: FootJob; feed: LogFeedState }) {
  return (
    <>
      {feed.length === 0 && feed.partial === null && <p class="log__empty">{emptyText(job, feed)}</p>}
      {job.behindSince !== null && (
        <Status class="log__end">{msg('log-behind', secondInUtc(Date.parse(job.behindSince)))}</Status>
      )}
      {feed.complete && feed.length > 0 && <p class="log__end">{msg('log-end')}</p>}
    </>
  );
}

function emptyText(job: FootJob, { open, problem }: LogFeedState): string {
  if (job.queued) return msg('log-empty-queued');
  if (!open && problem === null) return msg('app-loading');
  return job.ended ? msg('log-empty-ended') : msg('log-empty');
}
