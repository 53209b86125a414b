// Owns sending one GraphQL operation over each transport. The response is the raw text. Not clients that parse it (test-server.ts, world.ts).
import { once } from 'node:events';
import { WebSocket } from 'ws';

/** An operation as it is sent. */
export interface Operation {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
}

/** Where an operation is sent, and with which token. */
export interface Target {
  /** The address of the server. */
  readonly url: string;
  readonly token: string;
}

/** Sends an operation by POST. @param accept the media types that the client accepts */
export async function sendByPost(
  { url, token }: Target,
  accept: string,
  operation: Operation,
): Promise<{ status: number; text: string }> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, accept },
    body: JSON.stringify(operation),
  });
  return { status: response.status, text: await response.text() };
}

/** Sends an operation over a new WebSocket. Resolves with the first message about it. */
export async function sendOverSocket({ url, token }: Target, operation: Operation): Promise<string> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
  await once(socket, 'message');
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: operation }));
  const [data] = await once(socket, 'message');
  socket.terminate();
  return String(data);
}
