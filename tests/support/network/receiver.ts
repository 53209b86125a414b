// Owns the receiver of webhooks in tests: it keeps what it received, and answers as the test says. Owns no verification.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';

/** A request that was received. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver, and what it received. `answer` decides how it answers. */
export class Receiver implements AsyncDisposable {
  readonly received: Received[] = [];
  answer: (response: ServerResponse) => void = (response) => void response.end('thanks');
  readonly #server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    this.received.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
    this.answer(response);
  });

  /** Begins to listen, and returns its address. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the receiver has no port');
    return `http://127.0.0.1:${address.port}/hook`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
