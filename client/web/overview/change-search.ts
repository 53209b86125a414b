// Owns the search of changes in Gerrit while a user types: when it is sent, and which result is current. Owns no field and no list.
import type { Client } from '@urql/core';
import { useClient } from '@urql/preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ChangesQuery as ChangesResult } from '../../generated/graphql.ts';
import { failure } from '../connection/client.ts';
import { msg } from '../i18n/msg.ts';
import { ChangesQuery } from './change-search.graphql.ts';

/** A change that Gerrit knows. */
export type FoundChange = ChangesResult['changes']['nodes'][number];

/** How long the user has to pause, in milliseconds, before the text is sent. */
const pause = 200;

export interface ChangeSearch {
  /** The text that the result belongs to. */
  readonly text: string;
  readonly changes: readonly FoundChange[];
  readonly hasMore: boolean;
  /** Why nothing can be found, as a sentence; null if Gerrit answered. */
  readonly problem: string | null;
}

/**
 * The result for a text, or null while there is none. While a new text is being searched, the result of the previous one stays. While one search is in
 * flight, only the newest text waits for the next one: the server lets a user search one after the other, and Gerrit can be slow.
 * @param text null: nothing is searched @param first the maximum number of changes
 */
export function useChangeSearch(text: string | null, first: number): ChangeSearch | null {
  const client = useClient();
  const [result, setResult] = useState<ChangeSearch | null>(null);
  const wanted = useRef<string | null>(null);
  const isBusy = useRef(false);
  useEffect(() => {
    if (text === null) {
      setResult(null);
      return;
    }
    const timer = setTimeout(async () => {
      wanted.current = text;
      if (isBusy.current) return;
      isBusy.current = true;
      for (let sent: string | null = null; wanted.current !== null && wanted.current !== sent; ) {
        sent = wanted.current;
        const found = await search(client, sent, first);
        if (wanted.current === sent) setResult(found);
      }
      isBusy.current = false;
    }, pause);
    return () => {
      wanted.current = null;
      clearTimeout(timer);
    };
  }, [client, text, first]);
  return result;
}

/** Never rejects. */
async function search(client: Client, text: string, first: number): Promise<ChangeSearch> {
  const { data, error } = await client.query(ChangesQuery, { search: text, first });
  const found = data?.changes;
  return {
    text,
    changes: found?.nodes ?? [],
    hasMore: found?.hasMore ?? false,
    problem:
      found === undefined
        ? failure(error, (why) => msg('overview-search-failed', why))
        : found.unavailable === null
          ? null
          : msg('overview-search-unavailable'),
  };
}
