// Owns who else looks at the job of the page: the subscription, which also shows the viewer to the others, and the sentence. Owns no card.
import { useSubscription } from '@urql/preact';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { msg } from '../../i18n/msg.ts';
import { ForeignLabel } from '../../parts/foreign-text.tsx';
import { pageVisible } from '../../state/page-visibility.ts';
import { JobWatchersSubscription } from './people.graphql.ts';

/** The names of the other users who look at the job of the page, the first one first. */
export const OtherWatchers = createContext<readonly string[]>([]);

/** How many names a sentence has at most. */
const maxNames = 3;
const noNames: readonly string[] = [];

/** The others who look at a job. While the page is visible, they see the viewer too. @param viewer the name of the user; null while it is not known yet @param exists whether there is such a job */
export function useOtherWatchers(jobId: string, viewer: string | null, exists: boolean): readonly string[] {
  const pause = !exists || !pageVisible.value;
  const [{ data }] = useSubscription({ query: JobWatchersSubscription, variables: { jobId }, pause });
  if (data === undefined || viewer === null) return noNames;
  return data.jobWatchers.map(({ user }) => user.name).filter((name) => name !== viewer);
}

/** `Jonas and Amina are looking at this too.` Renders nothing if no one does. */
export function WatcherSentence() {
  const names = useContext(OtherWatchers);
  if (names.length === 0) return null;
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
