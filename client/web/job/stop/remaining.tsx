// Owns the notice that names the processes of a stopped job that still run. Owns no stop.
import { harmlessLabel } from '../../../../schema/text/harmless.ts';
import type { JobSummaryFragment } from '../../../generated/graphql.ts';
import { msg } from '../../i18n/msg.ts';
import { Message } from '../../parts/message.tsx';
import { Moment } from '../../parts/moment.tsx';

type Remaining = JobSummaryFragment['remaining'];

/** The programs that still run, how many processes each has, and since when. Renders nothing if there are none. */
export function RemainingProcesses({ remaining }: { remaining: Remaining }) {
  if (remaining.length === 0) return null;
  return (
    <Message tone="warning" inline>
      <p>{msg('job-remaining')}</p>
      <ul class="remaining">
        {programsOf(remaining).map(({ name, count, since }) => (
          <li key={name}>
            <bdi>
              {count === 1 ? harmlessLabel(name) : msg('job-remaining-several', harmlessLabel(name), count)}
            </bdi>
            {msg('app-separator')}
            {msg('job-remaining-since')} <Moment iso={since} />
          </li>
        ))}
      </ul>
    </Message>
  );
}

interface Program {
  readonly name: string;
  readonly count: number;
  /** When the oldest of its processes was started, as an ISO 8601 string. */
  readonly since: string;
}

/** The processes by the name of their program, in the order in which the names appear. */
function programsOf(remaining: Remaining): readonly Program[] {
  const byName = Map.groupBy(remaining, ({ name }) => name);
  return [...byName].map(([name, processes]) => ({
    name,
    count: processes.length,
    since: processes.map(({ since }) => since).reduce((one, other) => (one < other ? one : other)),
  }));
}
