// Owns who else looks at the job of the page: the subscription, which also shows the viewer to the others, and the sentence. Owns no card.
import { useSubscription } from '@urql/preact';
import { createContext } from 'preact';
import { useContext, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { msg } from '../../i18n/msg.ts';
import { richMsg } from '../../i18n/rich-msg.tsx';
import { ForeignLabel } from '../../parts/foreign-text.tsx';
import { Span } from '../../parts/moment.tsx';
import { pageVisible } from '../../state/page-visibility.ts';
import { serverNow } from '../../state/server-clock.ts';
import { Stale } from '../../state/stale.ts';
import { JobWatchersSubscription } from './people.graphql.ts';

/** The names of the other users who look at the job of the page, the first one first. */
export const OtherWatchers = createContext<readonly string[]>([]);

/** How many names a sentence has at most. */
const maxNames = 3;
const noNames: readonly string[] = [];

/** A user who has looked at the job of the page, and until when, in ISO 8601. */
export interface Departure {
  readonly name: string;
  readonly at: string;
}

/** Who has stopped to look at the job last, as far as the page has seen it; null if no one has. */
export const LastDeparture = createContext<Departure | null>(null);

/** The others who look at a job, and who has stopped last. */
export interface Others {
  readonly names: readonly string[];
  readonly departure: Departure | null;
}

/** The others who look at a job. While the page is visible, they see the viewer too. @param viewer the name of the user; null while it is not known yet @param exists whether there is such a job */
export function useOtherWatchers(jobId: string, viewer: string | null, exists: boolean): Others {
  const pause = !exists || !pageVisible.value;
  const stale = useContext(Stale) !== null;
  const [{ data }] = useSubscription({ query: JobWatchersSubscription, variables: { jobId }, pause });
  const watchers = data?.jobWatchers;
  const names = useMemo(
    () =>
      watchers === undefined || viewer === null
        ? noNames
        : watchers.map(({ user }) => user.name).filter((name) => name !== viewer),
    [watchers, viewer],
  );
  return { names, departure: useDeparture(names, pause || stale) };
}

/** Who was in the previous list, but is not in this one. @param isPaused whether changes do not arrive: the next list says nothing about when users left */
function useDeparture(names: readonly string[], isPaused: boolean): Departure | null {
  const [departure, setDeparture] = useState<Departure | null>(null);
  const known = useRef<{ readonly list: readonly string[]; readonly isCurrent: boolean }>({
    list: noNames,
    isCurrent: false,
  });
  useEffect(() => {
    const before = known.current;
    if (isPaused || names === before.list) {
      known.current = { list: names, isCurrent: before.isCurrent && !isPaused };
      return;
    }
    known.current = { list: names, isCurrent: true };
    const left = before.isCurrent ? before.list.findLast((name) => !names.includes(name)) : undefined;
    if (left !== undefined) setDeparture({ name: left, at: new Date(serverNow()).toISOString() });
  }, [names, isPaused]);
  return departure !== null && !names.includes(departure.name) ? departure : null;
}

/** `Jonas and Amina are looking at this too.`, or when the last of them did. Renders nothing if no one did while the page was open. */
export function WatcherSentence() {
  const names = useContext(OtherWatchers);
  const departure = useContext(LastDeparture);
  if (names.length === 0) {
    return departure === null ? null : (
      <p class="hint">
        {richMsg(
          'job-watchers-left',
          <ForeignLabel>{departure.name}</ForeignLabel>,
          <Span from={departure.at} to={null} />,
        )}
      </p>
    );
  }
  const shown = names.slice(0, maxNames);
  const more = names.length - shown.length;
  const list = new Intl.ListFormat('en-GB').format([
    ...shown,
    ...(more > 0 ? [msg('job-watchers-more', more)] : []),
  ]);
  return (
    <p class="hint">
      <ForeignLabel>{msg('job-watchers', list, names.length)}</ForeignLabel>
    </p>
  );
}
