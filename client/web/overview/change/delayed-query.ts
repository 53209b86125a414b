// Owns when a query is sent while its variables change: after a pause, again at intervals, and never two at the same time. Owns no query.
import type { AnyVariables, CombinedError, TypedDocumentNode } from '@urql/core';
import { useClient } from '@urql/preact';
import { useEffect, useState } from 'preact/hooks';
import { onPageShown, pageVisible } from '../../state/page-visibility.ts';

/** How long the variables must stay the same before the query is sent, in milliseconds. */
const pause = 200;
/** After how many milliseconds a repeated query is sent again. */
const interval = 60_000;

export interface QueryResult<Data, Variables> {
  /** What the result belongs to. */
  readonly variables: Variables;
  readonly data: Data | undefined;
  readonly error: CombinedError | undefined;
}

/**
 * The result of a query, or null while none exists. While the query with new variables is sent, the result of the previous ones stays. A query whose
 * result is no longer wanted is cancelled.
 * @param variables null if nothing is asked @param repeat whether it is asked again each minute while the page is visible
 */
export function useDelayedQuery<Data, Variables extends AnyVariables & object>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables | null,
  repeat: boolean,
): QueryResult<Data, Variables> | null {
  const client = useClient();
  const [result, setResult] = useState<QueryResult<Data, Variables> | null>(null);
  const key = variables === null ? null : JSON.stringify(variables);
  // The key stands for the variables.
  useEffect(() => {
    if (variables === null) {
      setResult(null);
      return;
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    let cancel = (): void => {};
    const ask = (): void => {
      clearTimeout(timer);
      cancel();
      const query = client.query(document, variables).subscribe(({ data, error }) => {
        setResult({ variables, data, error });
        if (repeat && pageVisible.peek()) timer = setTimeout(ask, interval);
      });
      cancel = query.unsubscribe;
    };
    timer = setTimeout(ask, pause);
    const stopListening = repeat ? onPageShown(ask) : () => {};
    return () => {
      clearTimeout(timer);
      cancel();
      stopListening();
    };
  }, [client, document, key, repeat]);
  return result;
}
