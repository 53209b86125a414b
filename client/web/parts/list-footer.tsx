// Owns what is below a paginated list: loading, empty, failed, the button for more. Owns no list.
import { msg } from '../i18n/msg.ts';
import type { LoadedList } from '../state/paginated-list.ts';
import { Message } from './message.tsx';
import './list-footer.css';

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
        <ListCount label={msg('parts-list-more')} count={nodes.length} total={total} onMore={more} />
      )}
    </>
  );
}

/**
 * How many nodes are shown, and the button for more.
 * @param label the text of the button
 * @param onMore null if there are no more
 */
function ListCount({
  label,
  count,
  total,
  onMore,
}: {
  label: string;
  count: number;
  total: number;
  onMore: (() => void) | null;
}) {
  return (
    <p class="list-footer">
      {onMore !== null && (
        <button type="button" class="cdx-button" onClick={onMore}>
          {label}
        </button>
      )}
      <span class="hint">{msg('parts-list-count', count, total)}</span>
    </p>
  );
}
