// Owns upgrade requests: which ones become WebSockets, and how others are refused. Not the WebSockets (socket.ts).
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { urlBelow } from '../http/base-path.ts';
import { isLocalClient, type OwnNames, rejectionOf } from '../http/origin.ts';
import { logRejection } from '../http/request-log.ts';
import type { SocketServer } from './socket.ts';

/** Whether an upgrade is to be attempted. Some clients offer HTTP/2 (h2c) with each request; those are answered over HTTP/1.1. Pure. */
export const isWebSocketUpgrade = (request: IncomingMessage): boolean =>
  request.headers.upgrade?.toLowerCase() === 'websocket';

/** Accepts an upgrade request, or refuses it for its Host, Origin or path. */
export function acceptUpgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  {
    own,
    sockets,
    logger,
    basePath,
  }: { own: OwnNames; sockets: SocketServer; logger: Logger; basePath: string },
): void {
  // A client that disconnects while it is refused is not an error of this server.
  socket.on('error', () => {});
  const rejection = rejectionOf(request, own, { isLocal: isLocalClient(request), upgrade: true });
  if (rejection) {
    logRejection(request, rejection, logger);
    refuse(socket, rejection.status, rejection.message);
  } else if (urlBelow(basePath, request.url ?? '/')?.split('?', 1)[0] !== '/graphql')
    refuse(socket, 404, 'There is no WebSocket at this path.');
  else sockets.accept(request, socket, head);
}

function refuse(socket: Duplex, status: number, message: string): void {
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(message)}\r\n\r\n${message}`,
  );
}
