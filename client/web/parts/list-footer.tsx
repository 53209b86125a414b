// Owns what is below a paginated list: loading, empty, failed, the button for more. Owns no list.
import { msg } from '../i18n/msg.ts';
import { Message } from './message.tsx';
import type { LoadedList } from './paginated-list.ts';

/** @param empty what an empty list shows */
export function ListFooter<Node>({ list, empty }: { list: LoadedList<Node>; empty: string }) {
  const { nodes, total, problem, more, reload } = list;
  return (
    <>
      {problem !== null && (
        <Message tone="error">
          <p>{msg('parts-list-load-failed', problem)}</p>
          <button type="button" class="cdx-button" onClick={reload}>
            {msg('parts-list-again')}
          </button>
        </Message>
      )}
      {nodes === null && problem === null && <p class="hint">{msg('app-loading')}</p>}
      {nodes?.length === 0 && <p class="hint">{empty}</p>}
      {nodes !== null && nodes.length > 0 && (
        <p class="overview__more">
          {more !== null && (
            <button type="button" class="cdx-button" onClick={more}>
              {msg('parts-list-more')}
            </button>
          )}
          <span class="hint">{msg('parts-list-count', nodes.length, total)}</span>
        </p>
      )}
    </>
  );
}
