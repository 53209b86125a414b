// Owns who the viewer is: fetched at the start and at each reconnection, until an answer arrives. Not what the viewer may do (the server).
import type { Signal } from '@preact/signals';
import { useQuery } from '@urql/preact';
import { useEffect, useRef } from 'preact/hooks';
import { BackOff } from '../subscription/back-off.ts';
import { isSignedOut } from './connection/client.ts';
import { ViewerQuery } from './system.graphql.ts';
import type { Viewer } from './system.ts';

/**
 * The viewer, fetched again at each reconnection, because their rights may have changed. A proxy can fail this request while its connection to
 * another server is live: the last known viewer stays then, and the request is retried. Null while the viewer is not known yet.
 */
export function useViewer(connections: Signal<number>): Viewer | null {
  const [{ data, error, fetching }, fetchAgain] = useQuery({ query: ViewerQuery });
  const known = useRef<Viewer | null>(null);
  const { current: backOff } = useRef(new BackOff());
  const connection = connections.value;
  useEffect(() => {
    if (connection > 1) fetchAgain();
  }, [connection, fetchAgain]);
  useEffect(() => {
    if (fetching) return;
    if (error === undefined) return backOff.reset();
    if (isSignedOut(error)) return;
    const timer = setTimeout(fetchAgain, backOff.next());
    return () => clearTimeout(timer);
  }, [fetching, error, fetchAgain]);
  if (data !== undefined) known.current = data.viewer ?? null;
  return known.current;
}
