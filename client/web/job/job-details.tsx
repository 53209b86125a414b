// Owns the table of a job's facts: owner, lane, host, times, exit, retry. Owns no action.
import type { ComponentChildren } from 'preact';
import type { JobDetailFragment } from '../../generated/graphql.ts';
import { msg } from '../i18n/msg.ts';
import { ForeignLabel, ForeignName } from '../parts/foreign-text.tsx';
import { Moment, Span } from '../parts/moment.tsx';
import { followLink, jobPath } from '../route.ts';
import { Panel } from './parts/panel.tsx';
import { Responsible } from './people/handover.tsx';
import './job-details.css';

/** @param withLane whether there is more than one lane, so that lane and host are worth showing */
export function JobDetails({
  job,
  withLane,
  viewer,
  mayAct,
}: {
  job: JobDetailFragment;
  withLane: boolean;
  /** The name of the user; null while it is not known yet. */
  viewer: string | null;
  mayAct: boolean | null;
}) {
  const { startedAt, finishedAt, host, retryOfJob } = job;
  return (
    <Panel heading={msg('job-details')}>
      <dl class="facts">
        <Fact name={msg('job-owner')}>
          <ForeignName>{job.owner.name}</ForeignName>
        </Fact>
        <Fact name={msg('job-responsible')}>
          <Responsible job={job} viewer={viewer} mayAct={mayAct} />
        </Fact>
        {withLane && (
          <Fact name={msg('job-lane')}>
            <ForeignLabel>{job.lane}</ForeignLabel>
          </Fact>
        )}
        {withLane && host !== null && (
          <Fact name={msg('job-host')}>
            <ForeignLabel>{host}</ForeignLabel>
          </Fact>
        )}
        <Fact name={msg('job-queued-at')}>
          <Moment iso={job.queuedAt} />
        </Fact>
        {startedAt !== null && (
          <Fact name={msg('job-started-at')}>
            <Moment iso={startedAt} />
          </Fact>
        )}
        {finishedAt !== null && (
          <Fact name={msg('job-finished-at')}>
            <Moment iso={finishedAt} />
          </Fact>
        )}
        {startedAt !== null && (
          <Fact name={finishedAt === null ? msg('job-running') : msg('job-duration')}>
            <Span from={startedAt} to={finishedAt} />
          </Fact>
        )}
        {job.exitStatus !== null && <Fact name={msg('job-exit-status-label')}>{job.exitStatus}</Fact>}
        {job.exitSignal !== null && <Fact name={msg('job-exit-signal-label')}>{job.exitSignal}</Fact>}
        {retryOfJob !== null && (
          <Fact name={msg('job-retry-of')}>
            <a href={jobPath(retryOfJob.id)} onClick={followLink}>
              {msg('job-name', retryOfJob.id)}
            </a>
          </Fact>
        )}
        {job.command !== null && (
          <Fact name={msg('job-command')}>
            <code class="facts__command">
              <ForeignLabel>{job.command.map(quoted).join(' ')}</ForeignLabel>
            </code>
          </Fact>
        )}
      </dl>
    </Panel>
  );
}

/** An argument as a shell would need it. */
const quoted = (argument: string): string =>
  /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
