// Owns what a span of a trace is for the code that records it. Not recording (tracing.ts).

/** What a span may have. Times are in milliseconds since 1970 UTC. */
export interface SpanOptions {
  /** The `traceparent` of the span above it; null if the span begins a trace. */
  readonly parent: string | null;
  /** When it began; default: now. */
  readonly at?: number;
  /** Whether it answers a request of another program, or continues what another process began; default: neither. */
  readonly kind?: 'server' | 'consumer';
  /** Never text of people, Gerrit or scap. */
  readonly attributes?: Readonly<Record<string, string | number>>;
}

/** A span that has begun. */
export interface Span {
  /** For spans and rows below it (W3C Trace Context). */
  readonly traceparent: string;
  /** Ends it. `error`: why it failed, without secrets. */
  end(options?: { readonly at?: number; readonly error?: string | null }): void;
}

/** Records spans, and sends them in batches. */
export interface Tracing extends AsyncDisposable {
  begin(name: string, options: SpanOptions): Span;
}
