import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { frameBegin, SerializedPayloads } from './serialized-payload.ts';

/** The messages that a client receives when the server writes these bytes and then closes the WebSocket. */
async function messagesOf(bytes: Buffer): Promise<string[]> {
  const http = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  http.on('upgrade', (request, stream, head) =>
    sockets.handleUpgrade(request, stream, head, (socket) => {
      stream.write(bytes);
      socket.close();
    }),
  );
  await once(http.listen(0, '127.0.0.1'), 'listening');
  const address = http.address() as AddressInfo;
  const client = new WebSocket(`ws://127.0.0.1:${address.port}`);
  const messages: string[] = [];
  client.on('message', (data, isBinary) => messages.push(isBinary ? 'binary' : String(data)));
  await once(client, 'close');
  http.close();
  return messages;
}

const payloadOf = (text: string) => ({ stringify: () => text, frameEnd: () => Buffer.from(`${text}}`) });

describe('frameBegin', () => {
  it.each([0, 100, 119, 120, 121, 65_529, 65_530, 65_531, 200_000])(
    'frameBegin begins a frame of one text message that a client reads, with %i bytes after it',
    async (rest) => {
      const frame = Buffer.concat([frameBegin('start:', rest), Buffer.alloc(rest, 'x')]);
      expect(await messagesOf(Buffer.concat([frame, frame]))).toEqual(
        Array(2).fill(`start:${'x'.repeat(rest)}`),
      );
    },
  );
});

describe('SerializedPayloads', () => {
  it.each([10, 5_000, 70_000])(
    'a message contains its payload of %i letters in place of the placeholder',
    async (letters) => {
      const payloads = new SerializedPayloads();
      const payload = payloadOf(JSON.stringify({ data: 'ä'.repeat(letters) }));
      const text = JSON.stringify({ id: 'größe', type: 'next', payload: payloads.placeholder(payload) });
      const message = payloads.fill(text);
      const received = typeof message === 'string' ? message : (await messagesOf(Buffer.concat(message)))[0];
      expect(JSON.parse(received ?? '')).toEqual({
        id: 'größe',
        type: 'next',
        payload: { data: 'ä'.repeat(letters) },
      });
    },
  );

  it('a message without a placeholder stays as it is', () => {
    const payloads = new SerializedPayloads();
    payloads.placeholder(payloadOf('{}'));
    expect(payloads.fill('{"id":"1","type":"complete"}')).toBe('{"id":"1","type":"complete"}');
  });
});
