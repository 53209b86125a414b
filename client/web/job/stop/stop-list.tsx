// Owns the list of the requests to stop a job: who asked for what, and when.
import type { JobDetailFragment } from '../../../generated/graphql.ts';
import { enumMsg, msg } from '../../i18n/msg.ts';
import { ForeignLabel } from '../../parts/foreign-text.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Panel } from '../parts/panel.tsx';

export function StopList({ stops }: { stops: JobDetailFragment['stops'] }) {
  if (stops.length === 0) return null;
  return (
    <Panel heading={msg('job-stop-list-heading')}>
      <ul class="panel__list">
        {stops.map((stop) => (
          <li key={stop.id} class="panel__item">
            <ForeignLabel>
              {msg('job-stop-requested', stop.requestedBy.name, enumMsg('job-stop-mode', stop.mode))}
            </ForeignLabel>
            <span class="panel__note">
              <Moment iso={stop.requestedAt} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
