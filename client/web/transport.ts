// Owns which way subscriptions go to the server, their resumption on a new one, and the truth about the connection.
// Owns no way (websocket-wire.ts, event-stream-wire.ts), no document and no page.
import { Cell } from './cell.ts';
import { eventStreamWire } from './event-stream-wire.ts';
import { webSocketWire } from './websocket-wire.ts';
import { post, type Request, type Sink, type Wire, type WireEvents, type WireOptions } from './wire.ts';

/** How it stands. Times are milliseconds since 1970. */
export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'live'; readonly over: 'websocket' | 'events' }
  | { readonly state: 'reconnecting'; readonly lostAt: number; readonly heardAt: number | null }
  | { readonly state: 'signedOut' };

interface Subscription {
  readonly request: () => Request;
  readonly sink: Sink;
  readonly background: boolean;
  stop: () => void;
}

/** How often a WebSocket may fail, while plain HTTP works, before event streams are taken instead. */
const patience = 3;

/**
 * Keeps subscriptions alive over whatever works. After each loss of the connection a subscription is sent again, as its
 * `request` function then says: a log asks from its last line, so nothing comes twice and nothing is missed.
 */
export class Transport {
  readonly connection = new Cell<Connection>({ state: 'connecting' });
  /** Goes up at each connection made; from the second on, what only subscriptions told may have been missed. */
  readonly connections = new Cell(0);
  readonly #options: WireOptions;
  readonly #subscriptions = new Set<Subscription>();
  readonly #stopWaking: () => void;
  readonly #stopLooking: () => void;
  #wire: Wire;
  #over: 'websocket' | 'events' = 'websocket';
  #asleep = false;
  #drowsing: ReturnType<typeof setTimeout> | undefined;
  #heardAt: number | null = null;
  #failures = 0;
  #closed = false;

  constructor(options: WireOptions) {
    this.#options = options;
    this.#wire = webSocketWire(options, this.#events('websocket'));
    this.#stopWaking = options.onWake(() => this.#wire.check());
    this.#stopLooking = options.onSight((seen) => this.#seen(seen));
  }

  /**
   * Subscribes until the returned function is called or the server ends it.
   * @param request asked anew for each connection
   * @param background whether it goes on while the page is hidden and connections are scarce
   */
  subscribe(request: () => Request, sink: Sink, background = false): () => void {
    const subscription: Subscription = { request, sink, background, stop: () => {} };
    this.#subscriptions.add(subscription);
    this.#start(subscription);
    return () => {
      this.#subscriptions.delete(subscription);
      subscription.stop();
    };
  }

  /** Ends everything; nothing is called back any more. */
  close(): void {
    this.#closed = true;
    this.#stopWaking();
    this.#stopLooking();
    clearTimeout(this.#drowsing);
    this.#subscriptions.clear();
    this.#wire.close();
  }

  /** To be called when a plain request was answered 401. */
  signOut(): void {
    if (this.#closed) return;
    this.close();
    this.connection.value = { state: 'signedOut' };
  }

  /**
   * Each event stream is a connection of its own, and over HTTP/1.1 a browser has six for all tabs of a server: hidden
   * tabs must not starve the one that is looked at. So they sleep, but for what their title and icon are made of.
   */
  #seen(seen: boolean): void {
    clearTimeout(this.#drowsing);
    if (!seen) {
      this.#drowsing = setTimeout(() => this.#sleep(), this.#options.drowsy ?? 10_000);
      return;
    }
    if (!this.#asleep) return;
    this.#asleep = false;
    if (this.#over !== 'events') return;
    for (const subscription of this.#subscriptions) if (!subscription.background) this.#start(subscription);
    if (this.connection.value.state === 'live') this.connections.value++;
  }

  #sleep(): void {
    this.#asleep = true;
    for (const subscription of this.#subscriptions) if (this.#sleeps(subscription)) subscription.stop();
  }

  #sleeps({ background }: Subscription): boolean {
    return this.#asleep && this.#over === 'events' && !background;
  }

  #start(subscription: Subscription): void {
    if (this.#closed || this.#sleeps(subscription)) return;
    const alive = (): boolean => this.#subscriptions.has(subscription);
    subscription.stop = this.#wire.subscribe(subscription.request, {
      next: (result) => {
        if (alive()) subscription.sink.next(result);
      },
      complete: () => {
        if (!this.#subscriptions.delete(subscription)) return;
        subscription.sink.complete();
      },
    });
  }

  #events(over: 'websocket' | 'events'): WireEvents {
    return {
      heard: () => {
        this.#heardAt = this.#options.now();
      },
      connected: () => {
        if (this.#closed) return;
        this.#failures = 0;
        this.#heardAt = this.#options.now();
        if (this.connection.value.state === 'live') return;
        this.connection.value = { state: 'live', over };
        this.connections.value++;
      },
      lost: (wasConnected) => {
        if (this.#closed) return;
        if (this.connection.value.state !== 'reconnecting') {
          const first = this.connection.value.state === 'connecting';
          const lostAt = this.#options.now();
          this.connection.value = { state: 'reconnecting', lostAt, heardAt: first ? null : this.#heardAt };
        }
        if (!wasConnected && over === 'websocket') void this.#considerEvents();
      },
      refused: () => this.signOut(),
    };
  }

  /** A WebSocket could not be had. Is it the server that is away, or only the WebSocket that something in between breaks? */
  async #considerEvents(): Promise<void> {
    const answer = await probe(this.#options);
    if (this.#closed || this.connection.value.state === 'live') return;
    if (answer === 'refused') {
      this.signOut();
      return;
    }
    this.#failures = answer === 'works' ? this.#failures + 1 : 0;
    if (this.#failures < patience) return;
    this.#failures = 0;
    this.#wire.close();
    this.#over = 'events';
    this.#wire = eventStreamWire(this.#options, this.#events('events'));
    for (const subscription of this.#subscriptions) this.#start(subscription);
  }
}

/** Whether plain HTTP works, and knows us. */
async function probe(options: WireOptions): Promise<'works' | 'refused' | 'away'> {
  try {
    const request = { query: '{ viewer { role } }', variables: {} };
    const response = await post(options, request, 'application/json', AbortSignal.timeout(4000));
    await response.body?.cancel();
    return response.ok ? 'works' : response.status === 401 ? 'refused' : 'away';
  } catch {
    return 'away';
  }
}
