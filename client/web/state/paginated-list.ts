// Owns the loading of a paginated list: its nodes, its problem, the next page, reloading. Owns no document.
import type { CombinedError } from '@urql/core';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { whyItFailed } from '../connection/client.ts';

/** One page of a list, as the server sends it. */
export interface ListPage<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly totalCount: number;
}

/** The response to the request for a page. */
export interface ListResponse<Node> {
  readonly page: ListPage<Node> | undefined;
  readonly error: CombinedError | undefined;
}

/** The part of a list that is loaded. */
export interface LoadedList<Node> {
  /** Null until the first page is loaded. */
  readonly nodes: readonly Node[] | null;
  readonly total: number;
  /** Why the last request failed, or null. */
  readonly problem: string | null;
  /** Loads the next page; null if none exists. */
  readonly more: (() => void) | null;
  readonly reload: () => void;
}

/**
 * Loads the first page now, and again when `load` or `epoch` changes. The old nodes stay until the new ones are loaded.
 * @param load requests the page after a cursor; null: the first page
 * @param epoch the number of connections so far: updates may have been missed before each new one
 */
export function usePaginatedList<Node>(
  load: (after: string | null) => Promise<ListResponse<Node>>,
  epoch: number,
): LoadedList<Node> {
  const [list, setList] = useState<ListPage<Node> | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [reloads, setReloads] = useState(0);

  useEffect(() => {
    let current = true;
    void load(null).then(({ page, error }) => {
      if (!current) return;
      setProblem(page === undefined ? whyItFailed(error) : null);
      if (page !== undefined) setList(page);
    });
    return () => {
      current = false;
    };
  }, [load, epoch, reloads]);

  const after = list?.pageInfo.hasNextPage ? list.pageInfo.endCursor : null;
  const more = useCallback(async () => {
    const { page, error } = await load(after);
    setProblem(page === undefined ? whyItFailed(error) : null);
    if (page === undefined) return;
    // The list was reloaded in the meantime if its end is another one: this page does not belong to it.
    setList((known) =>
      known === null || known.pageInfo.endCursor !== after
        ? known
        : { ...page, nodes: [...known.nodes, ...page.nodes] },
    );
  }, [load, after]);

  return {
    nodes: list?.nodes ?? null,
    total: list?.totalCount ?? 0,
    problem,
    more: after === null ? null : () => void more(),
    reload: () => setReloads((count) => count + 1),
  };
}
