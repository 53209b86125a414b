// Owns sending payloads over a WebSocket that were serialized once for many subscribers. graphql-ws would serialize each again.
import type { FormattedExecutionResult } from 'graphql';

/** Replaces a payload while graphql-ws serializes a message. It serializes to a number, which no real payload does. */
class Placeholder implements FormattedExecutionResult {
  readonly data = null;
  readonly #number: number;

  constructor(number: number) {
    this.#number = number;
  }

  toJSON(): number {
    return this.#number;
  }
}

/** A result that was serialized once for many subscribers. */
export interface Serialized {
  /** The result as JSON. Yoga calls it by this name for event streams. */
  readonly stringify: () => string;
  /** The end of a frame with it: the same in UTF-8, and the brace that closes the message. */
  readonly frameEnd: () => Buffer;
}

/** From this many UTF-16 units on, a payload is written without a copy of it: below, the copy costs less than further parts. */
const minPart = 2_048;
/** A message, or the parts of its WebSocket frame, of which the last is shared with other connections. */
export type Message = string | readonly Buffer[];

/**
 * The header of the frame of a text message from a server (RFC 6455, section 5.2: final, text, not masked), and `head`, the beginning of its text.
 * `rest`: how many bytes follow. ws makes frames only of a text that is in one place. Pure.
 */
export function frameBegin(head: string, rest: number): Buffer {
  const bytes = Buffer.byteLength(head);
  const size = bytes + rest;
  const header = size < 126 ? 2 : size < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + bytes);
  frame[0] = 0x81;
  if (header === 2) frame[1] = size;
  else if (header === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(size, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(size), 2);
  }
  frame.write(head, header);
  return frame;
}

/** The parts of the frame of a message that begins with `head` and ends with the payload. */
export function frameOf(head: string, payload: Serialized): readonly Buffer[] {
  const end = payload.frameEnd();
  return [frameBegin(head, end.length), end];
}

/** The beginning of the message with the next result of an operation (protocol graphql-transport-ws), up to its payload. Pure. */
export const nextMessageHead = (id: string): string => `{"id":${JSON.stringify(id)},"type":"next","payload":`;

/** The serialized payloads of one connection that are about to be sent. */
export class SerializedPayloads {
  readonly #payloads = new Map<number, Serialized>();
  #last = 0;

  /** A placeholder for this payload, to be passed to graphql-ws. */
  placeholder(payload: Serialized): FormattedExecutionResult {
    const number = ++this.#last;
    this.#payloads.set(number, payload);
    return new Placeholder(number);
  }

  /** The message with the payload in place of its placeholder. What the client chose (its operation id) is quoted, so it cannot look like a placeholder. */
  fill(message: string): Message {
    if (this.#payloads.size === 0) return message;
    const start = message.lastIndexOf(',"payload":');
    const found = start === -1 ? null : /^,"payload":(\d+)\}$/.exec(message.slice(start, start + 40));
    const number = Number(found?.[1]);
    const payload = found && this.#payloads.get(number);
    if (payload == null) return message;
    this.#payloads.delete(number);
    const head = `${message.slice(0, start)},"payload":`;
    const text = payload.stringify();
    return text.length < minPart ? `${head}${text}}` : frameOf(head, payload);
  }
}
