// Owns a list that is loaded a page at a time: what is there, what failed, more and anew. Owns no document.
import type { CombinedError } from '@urql/core';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { whyItFailed } from '../connection/client.ts';

/** Part of a list, as the server gives it. */
export interface ListPage<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly totalCount: number;
}

/** What came of asking for a part. */
export interface ListAnswer<Node> {
  readonly page: ListPage<Node> | undefined;
  readonly error: CombinedError | undefined;
}

/** A list as far as it was loaded. */
export interface LoadedList<Node> {
  /** Null until the first page is there. */
  readonly nodes: readonly Node[] | null;
  readonly total: number;
  /** Why the last attempt failed, or null. */
  readonly problem: string | null;
  /** Null: there is no more. */
  readonly more: (() => void) | null;
  readonly reload: () => void;
}

/**
 * Loads the first page, and anew whenever `load` is another function or `epoch` another number; what was there stays until the new is.
 * @param load asks for the part behind a cursor; null: for the first
 */
export function useList<Node>(
  load: (after: string | null) => Promise<ListAnswer<Node>>,
  epoch: number,
): LoadedList<Node> {
  const [list, setList] = useState<ListPage<Node> | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [attempts, setAttempts] = useState(0);

  // Another connection may have missed something; another attempt was asked for.
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
  }, [load, epoch, attempts]);

  const after = list?.pageInfo.hasNextPage ? list.pageInfo.endCursor : null;
  const more = useCallback(async () => {
    const { page, error } = await load(after);
    setProblem(page === undefined ? whyItFailed(error) : null);
    if (page === undefined) return;
    // Whatever was loaded anew meanwhile has another end.
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
    reload: () => setAttempts((count) => count + 1),
  };
}
