// Owns the life of a transport and its client in a component: one pair for each page key.
import type { Client } from '@urql/preact';
import { useEffect, useMemo } from 'preact/hooks';
import { addressOf } from '../base-path.ts';
import { onChange } from '../state/on-change.ts';
import { onPageShown, pageVisible } from '../state/page-visibility.ts';
import { clockedFetch } from '../state/server-clock.ts';
import { openClient } from './client.ts';
import { pageSlots } from './stream-slot.ts';
import { Transport } from './transport.ts';

export interface Connected {
  readonly transport: Transport;
  readonly client: Client;
}

/** A connection that was opened before its component. */
let prepared: { readonly key: string; readonly connected: Connected } | null = null;

/** Opens the connection that {@link useConnection} will return for this key, before the page is rendered. */
export function prepareConnection(key: string): void {
  prepared = { key, connected: open(key) };
}

/** The prepared connection if it is for this key, else a new one. */
function takeOrOpen(key: string): Connected {
  const found = prepared;
  prepared = null;
  if (found?.key === key) return found.connected;
  found?.connected.transport.close();
  return open(key);
}

function open(key: string): Connected {
  const getKey = (): string => key;
  const url = new URL(addressOf('/graphql'), location.href).href;
  const transport = new Transport({
    url,
    pageKey: getKey,
    fetch: clockedFetch,
    webSocket: WebSocket,
    now: Date.now,
    random: Math.random,
    onWake,
    onVisibility: (changed) => pageVisible.subscribe(changed),
    takeSlot: pageSlots(),
  });
  return { transport, client: openClient(url, transport, getKey) };
}

/**
 * Opens a transport and a client, and closes them when the arguments change.
 * @param key the page key; null opens nothing
 * @param attempt another number opens a new connection with the same key
 * @param onRefused called with the key when the server does not accept it
 */
export function useConnection(
  key: string | null,
  attempt: number,
  onRefused: (key: string) => void,
): Connected | null {
  const connected = useMemo(() => (key === null ? null : takeOrOpen(key)), [key, attempt]);
  // `onRefused` is not a dependency: it is a new function at each render and always does the same.
  useEffect(() => {
    if (connected === null || key === null) return;
    const { transport } = connected;
    const check = (): void => {
      if (transport.connection.value.state === 'signedOut') onRefused(key);
    };
    const stop = onChange(transport.connection, check);
    check();
    return () => {
      stop();
      transport.close();
    };
  }, [connected]);
  return connected;
}

/** Calls `wake` when a retry should not wait longer: the network is back, or the page became visible. */
function onWake(wake: () => void): () => void {
  addEventListener('online', wake);
  const unsubscribe = onPageShown(wake);
  return () => {
    removeEventListener('online', wake);
    unsubscribe();
  };
}
