// Owns what stands below a list that is loaded a page at a time: loading, empty, failed, more. Owns no list.

import { text } from '../text.ts';
import { Message } from './message.tsx';
import type { LoadedList } from './pages.ts';

/** @param empty what is said of a list that has nothing in it */
export function ListEnd<Node>({ list, empty }: { list: LoadedList<Node>; empty: string }) {
  const { nodes, total, problem, more, reload } = list;
  return (
    <>
      {problem !== null && (
        <Message tone="error">
          <p>{text.admin.loadFailed(problem)}</p>
          <button type="button" class="cdx-button" onClick={reload}>
            {text.history.again}
          </button>
        </Message>
      )}
      {nodes === null && problem === null && <p class="hint">{text.loading}</p>}
      {nodes?.length === 0 && <p class="hint">{empty}</p>}
      {nodes !== null && nodes.length > 0 && (
        <p class="overview__more">
          {more !== null && (
            <button type="button" class="cdx-button" onClick={more}>
              {text.admin.more}
            </button>
          )}
          <span class="hint">{text.history.count(nodes.length, total)}</span>
        </p>
      )}
    </>
  );
}
