// Owns random WebSocket frames that are written by hand: opcodes, reserved bits, masks, lengths and pieces, as no library would send them.
import { randomBytes } from 'node:crypto';
import type { Random } from '../crash/random.ts';
import { exchange } from './edge.ts';
import { oddText, oddValue } from './value.ts';
import type { FuzzWorld, Part } from './world.ts';

const types = ['connection_init', 'subscribe', 'complete', 'ping', 'pong', 'next', 'error', 'connection_ack'];

/** The content of a frame: often a message of the protocol, with odd members. */
function payloadOf({ token }: FuzzWorld, random: Random): Buffer {
  if (random.chance(0.25))
    return Buffer.from(
      JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }),
    );
  if (random.chance(0.25)) return randomBytesOf(random, random.integer(0, 300));
  const payload = random.chance(0.5)
    ? {
        query: random.pick([
          '{ viewer { role } }',
          'subscription { systemUpdates { version } }',
          oddText(random),
        ]),
      }
    : oddValue(random);
  return Buffer.from(
    JSON.stringify({ id: random.pick(['a', 'b', 1, null, '']), type: random.pick(types), payload }),
  );
}

const randomBytesOf = (random: Random, length: number): Buffer =>
  Buffer.from(Array.from({ length }, () => random.integer(0, 255)));

/** A frame. Most are well formed; others have a wrong length, no mask, reserved bits or an unknown opcode. */
function frame(payload: Buffer, random: Random): Buffer {
  const isOdd = random.chance(0.3);
  const fin = random.chance(0.85) ? 0x80 : 0;
  const opcode = isOdd ? random.integer(0, 15) : random.pick([1, 1, 1, 2, 0, 8, 9, 10]);
  const reserved = isOdd ? random.integer(0, 7) << 4 : 0;
  const claimed =
    isOdd && random.chance(0.3) ? random.pick([0, 125, 65_535, 2 ** 31, 2 ** 40]) : payload.length;
  const isMasked = !isOdd || random.chance(0.7);
  const mask = randomBytesOf(random, isMasked ? 4 : 0);
  const body = Buffer.from(payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
  return Buffer.concat([Buffer.from([fin | reserved | opcode]), lengthOf(claimed, isMasked), mask, body]);
}

function lengthOf(length: number, isMasked: boolean): Buffer {
  const bit = isMasked ? 0x80 : 0;
  if (length < 126) return Buffer.from([bit | length]);
  const bytes = Buffer.alloc(length < 65_536 ? 3 : 9);
  bytes[0] = bit | (length < 65_536 ? 126 : 127);
  if (length < 65_536) bytes.writeUInt16BE(length, 1);
  else bytes.writeBigUInt64BE(BigInt(length), 1);
  return bytes;
}

export const framePart: Part = {
  name: 'WebSocket frames',
  async send(world, random) {
    const handshake = [
      'GET /graphql HTTP/1.1',
      `Host: 127.0.0.1:${world.server.server.port}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      `Sec-WebSocket-Protocol: ${random.chance(0.9) ? 'graphql-transport-ws' : oddText(random).replaceAll(/[\r\n]/g, '')}`,
      '',
      '',
    ].join('\r\n');
    const frames = Array.from({ length: random.integer(1, 8) }, () =>
      frame(payloadOf(world, random), random),
    );
    const answer = await exchange(world, Buffer.from(handshake), frames);
    return { sent: frames.map((each) => each.toString('base64')).join(' '), answer };
  },
};
