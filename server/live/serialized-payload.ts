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
  /** The same in UTF-8. */
  readonly encode: () => Buffer;
}

/** From this many UTF-16 units on, a payload is sent as a separate part: below it, copying it costs less than further parts. */
const minPart = 2_048;

/** A message, or its parts: what precedes the payload, the payload that is shared with other connections, and what follows it. */
export type Message = string | readonly [head: string, payload: Buffer, tail: string];

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
    return text.length < minPart ? `${head}${text}}` : [head, payload.encode(), '}'];
  }
}
