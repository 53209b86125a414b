// Owns clients of the bench that subscribe as the overview does, over raw WebSockets: what they receive is counted, not parsed. Not what is measured with them.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { packageRoot } from '../../schema/process/files.ts';
import type { World } from '../../tests/support/world.ts';

const documents: string[] = Object.values(
  JSON.parse(readFileSync(join(packageRoot, 'client', 'generated', 'persisted-documents.json'), 'utf8')),
);

/** The document of an operation of the page. */
export function documentOf(operation: string): string {
  const found = documents.find((text) =>
    new RegExp(`\\b(query|mutation|subscription) ${operation}\\b`).test(text),
  );
  if (found === undefined) throw new Error(`the page has no operation ${operation}`);
  return found;
}

/** An operation over a WebSocket. */
export interface Operation {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

/** A client with one WebSocket. */
export class Subscriber implements Disposable {
  readonly #socket: WebSocket;
  #bytes = 0;
  readonly #awaited = new Map<string, { times: number; readonly resolve: () => void }>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('message', (data) => {
      if (!Buffer.isBuffer(data)) throw new Error('the message is fragmented');
      this.#bytes += data.length;
      for (const [text, awaited] of this.#awaited)
        if (data.includes(text) && --awaited.times === 0) awaited.resolve();
    });
  }

  /** Connects, subscribes, and waits for the first answer of each operation, or of the first so many. */
  static async open(
    world: World,
    token: string,
    operations: readonly Operation[],
    answers = operations.length,
  ): Promise<Subscriber> {
    const socket = new WebSocket(`${world.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      perMessageDeflate: false,
    });
    const subscriber = new Subscriber(socket);
    await once(socket, 'open');
    const acknowledged = subscriber.receives('"type":"connection_ack"');
    const init = { type: 'connection_init', payload: { authorization: `Bearer ${token}` } };
    socket.send(JSON.stringify(init));
    await acknowledged;
    const answered = operations.slice(0, answers).map((_, index) => subscriber.receives(`"id":"${index}"`));
    for (const [index, payload] of operations.entries())
      socket.send(JSON.stringify({ id: String(index), type: 'subscribe', payload }));
    await Promise.all(answered);
    return subscriber;
  }

  /** The bytes of all messages since the last call. */
  takeBytes(): number {
    const bytes = this.#bytes;
    this.#bytes = 0;
    return bytes;
  }

  /** Resolves when so many messages with this text have arrived. */
  async receives(text: string, times = 1): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#awaited.set(text, { times, resolve });
    const closed = (code: number): void => reject(new Error(`the WebSocket was closed with ${code}`));
    this.#socket.once('close', closed);
    await promise;
    this.#socket.off('close', closed);
    this.#awaited.delete(text);
  }

  [Symbol.dispose](): void {
    this.#socket.terminate();
  }
}
