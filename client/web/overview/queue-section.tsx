// Owns the section of the queued jobs: their order, and why the first ones do not start. Owns no move (queue-move.tsx).
import { useContext } from 'preact/hooks';
import type { JobSummaryFragment } from '../../generated/graphql.ts';
import { msg } from '../i18n/msg.ts';
import { QueuedJob } from '../job/job-card.tsx';
import { BlockedNotice } from '../job/queue/job-blocked.tsx';
import { movesOf } from '../job/queue/queue-move.tsx';
import { Held } from '../parts/hold.tsx';
import { Message } from '../parts/message.tsx';
import { Section } from '../parts/section.tsx';
import type { System } from '../system.ts';
import { firstBlockedOfLanes } from './active-jobs.ts';
import './queue-section.css';

export function QueueSection({
  jobs,
  system,
  viewer,
  isAdmin,
  mayAct,
}: {
  jobs: readonly JobSummaryFragment[];
  system: System | null;
  viewer: string | null;
  isAdmin: boolean;
  mayAct: boolean | null;
}) {
  const held = useContext(Held);
  // The server sends the first jobs of a long queue.
  const others = (system?.queuedCount ?? 0) - (system?.queuedJobs.length ?? 0);
  return (
    <Section heading={msg('overview-queued')}>
      {held !== null && (
        <Message tone="warning" inline>
          {msg('overview-queue-held')}
        </Message>
      )}
      {firstBlockedOfLanes(jobs, system).map((job) => (
        <BlockedNotice key={job.lane} job={job} system={system} />
      ))}
      <ol class="queue">
        {jobs.map((job, index) => (
          <QueuedJob
            key={job.id}
            job={job}
            system={system}
            position={index + 1}
            moves={mayAct && (isAdmin || job.owner.name === viewer) ? movesOf(job, jobs) : null}
            mayAct={mayAct}
          />
        ))}
      </ol>
      {others > 0 && <p>{msg('overview-queued-more', others)}</p>}
    </Section>
  );
}
