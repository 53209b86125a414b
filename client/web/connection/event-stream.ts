// Owns the text/event-stream format: parses pieces of text into events.

/** One event; `event` is `message` when the stream did not name it. */
export interface StreamEvent {
  readonly event: string;
  readonly data: string;
}

/** Parses a stream in pieces. An unfinished event waits for the next piece. Comments (keep-alive) give no event. */
export class EventStreamReader {
  #rest = '';
  #event = '';
  #data: string[] = [];

  /** Takes the next piece of decoded text and returns the events that are complete. */
  push(piece: string): StreamEvent[] {
    const events: StreamEvent[] = [];
    // A carriage return at the end may be the first half of a line ending, so it waits.
    const buffer = this.#rest + piece;
    const usable = buffer.endsWith('\r') ? buffer.length - 1 : buffer.length;
    const lines = buffer.slice(0, usable).split(/\r\n|\n|\r/);
    this.#rest = (lines.pop() ?? '') + buffer.slice(usable);
    for (const line of lines) {
      const event = this.#takeLine(line);
      if (event !== null) events.push(event);
    }
    return events;
  }

  #takeLine(line: string): StreamEvent | null {
    if (line === '') {
      const event = { event: this.#event || 'message', data: this.#data.join('\n') };
      const empty = this.#event === '' && this.#data.length === 0;
      this.#event = '';
      this.#data = [];
      return empty ? null : event;
    }
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#event = value;
    else if (field === 'data') this.#data.push(value);
    return null;
  }
}
