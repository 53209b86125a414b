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

/** The serialized payloads of one connection that are about to be sent. */
export class SerializedPayloads {
  readonly #texts = new Map<number, string>();
  #last = 0;

  /** A placeholder for this payload, to be passed to graphql-ws. */
  placeholder(text: string): FormattedExecutionResult {
    const number = ++this.#last;
    this.#texts.set(number, text);
    return new Placeholder(number);
  }

  /** The message with the payload in place of its placeholder. What the client chose (its operation id) is quoted, so it cannot look like a placeholder. */
  fill(message: string): string {
    if (this.#texts.size === 0) return message;
    const start = message.lastIndexOf(',"payload":');
    const found = start === -1 ? null : /^,"payload":(\d+)\}$/.exec(message.slice(start, start + 40));
    const number = Number(found?.[1]);
    const text = found && this.#texts.get(number);
    if (text == null) return message;
    this.#texts.delete(number);
    return `${message.slice(0, start)},"payload":${text}}`;
  }
}
