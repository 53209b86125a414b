// Owns which way subscriptions go to the server, their resumption on a new one, and the truth about the connection.
// Owns no way (websocket-wire.ts, event-stream-wire.ts, polling-wire.ts) and no page.
import { signal } from '@preact/signals';
import { eventStreamWire } from './event-stream-wire.ts';
import { pollingWire } from './polling-wire.ts';
import { ProbeQuery } from './probe.graphql.ts';
import { documentIdOf } from './trusted-document.ts';
import { webSocketWire } from './websocket-wire.ts';
import { isOutdated, post, type Request, type Sink, type Wire, type WireOptions } from './wire.ts';

/** The ways to the server, the best first. */
const wires = { websocket: webSocketWire, events: eventStreamWire, polling: pollingWire } as const;
export type Way = keyof typeof wires;
/** What is tried next where a way does not work. */
const worse = { websocket: 'events', events: 'polling', polling: null } as const satisfies Record<
  Way,
  Way | null
>;

/** How it stands. Times are milliseconds since 1970. */
export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'live'; readonly over: Way }
  | { readonly state: 'reconnecting'; readonly lostAt: number; readonly heardAt: number | null }
  | { readonly state: 'signedOut' };

interface Subscription {
  readonly request: () => Request;
  readonly sink: Sink;
  readonly background: boolean;
  /** Goes up at each start: what comes of the one before is not wanted any more. */
  turn: number;
  stop: () => void;
}

/** How often a way may fail, while plain HTTP works, before the next is taken. */
const patience = 3;

/**
 * Keeps subscriptions alive over whatever works. After each loss of the connection a subscription is sent again, as its
 * `request` function then says: a log asks from its last line, so nothing comes twice and nothing is missed.
 */
export class Transport {
  readonly connection = signal<Connection>({ state: 'connecting' });
  /** Goes up at each connection made; from the second on, what only subscriptions told may have been missed. */
  readonly connections = signal(0);
  /** Whether the server is of another version than this page, so that reloading it is all that helps. */
  readonly outdated = signal(false);
  readonly #options: WireOptions;
  readonly #subscriptions = new Set<Subscription>();
  readonly #stopWaking: () => void;
  readonly #stopLooking: () => void;
  #wire: Wire;
  #over: Way = 'websocket';
  #asleep = false;
  #unseen = false;
  #drowsing: ReturnType<typeof setTimeout> | undefined;
  #improving: ReturnType<typeof setTimeout> | undefined;
  /** A better way that is being tried beside the one that works. */
  #trial: AbortController | null = null;
  #heardAt: number | null = null;
  #failures = 0;
  #closed = false;

  constructor(options: WireOptions) {
    this.#options = options;
    this.#wire = this.#open('websocket');
    this.#stopWaking = options.onWake(() => {
      this.#wire.check();
      void this.#improve();
    });
    this.#stopLooking = options.onSight((seen) => this.#seen(seen));
  }

  /**
   * Subscribes until the returned function is called or the server ends it.
   * @param request asked anew for each connection
   * @param background whether it goes on while the page is hidden
   */
  subscribe(request: () => Request, sink: Sink, background = false): () => void {
    const subscription: Subscription = { request, sink, background, turn: 0, stop: () => {} };
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
    clearTimeout(this.#improving);
    this.#trial?.abort();
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
   * Nobody reads a hidden page: so it reads nothing, but for what its title and icon are made of. Over event streams it must not, since each is
   * a connection of its own, and over HTTP/1.1 a browser has six for all tabs of a server: hidden tabs would starve the one that is looked at.
   */
  #seen(seen: boolean): void {
    this.#unseen = !seen;
    clearTimeout(this.#drowsing);
    if (!seen) {
      this.#drowsing = setTimeout(() => this.#sleep(), this.#options.drowsy ?? 10_000);
      return;
    }
    if (!this.#asleep) return;
    this.#asleep = false;
    for (const subscription of this.#subscriptions) if (!subscription.background) this.#start(subscription);
    if (this.connection.value.state === 'live') this.connections.value++;
  }

  #sleep(): void {
    this.#asleep = true;
    for (const subscription of this.#subscriptions) {
      if (subscription.background) continue;
      subscription.turn++;
      subscription.stop();
    }
  }

  #start(subscription: Subscription): void {
    if (this.#closed || (this.#asleep && !subscription.background)) return;
    const turn = ++subscription.turn;
    const current = (): boolean => subscription.turn === turn && this.#subscriptions.has(subscription);
    subscription.stop = this.#wire.subscribe(subscription.request, {
      next: (result) => {
        if (!current()) return;
        if (isOutdated(result.errors)) this.outdated.value = true;
        subscription.sink.next(result);
      },
      complete: () => {
        if (!current()) return;
        this.#subscriptions.delete(subscription);
        subscription.sink.complete();
      },
    });
  }

  /** Goes over to another way: everything is sent again over it. */
  #take(over: Way, wire: Wire): void {
    this.#wire.close();
    this.#failures = 0;
    this.#over = over;
    this.#wire = wire;
    for (const subscription of this.#subscriptions) this.#start(subscription);
    clearTimeout(this.#improving);
    if (over === 'websocket') return;
    const again = (): void => {
      this.#improving = setTimeout(again, this.#options.again ?? 60_000);
      // Whoever has gone, or is lost, has other cares.
      if (!this.#unseen) void this.#improve();
    };
    this.#improving = setTimeout(again, this.#options.again ?? 60_000);
  }

  /** @param tried what is told of a wire that is only tried, and not (yet) the one that is used */
  #open(over: Way, tried: (works: boolean) => void = () => {}): Wire {
    const wire: Wire = wires[over](this.#options, {
      heard: () => {
        if (wire === this.#wire) this.#heardAt = this.#options.now();
      },
      connected: () => {
        if (this.#closed) return;
        if (wire !== this.#wire) return tried(true);
        this.#failures = 0;
        this.#live();
      },
      lost: (wasConnected) => {
        if (this.#closed) return;
        if (wire !== this.#wire) return tried(false);
        if (this.connection.value.state !== 'reconnecting') {
          const first = this.connection.value.state === 'connecting';
          const lostAt = this.#options.now();
          this.connection.value = { state: 'reconnecting', lostAt, heardAt: first ? null : this.#heardAt };
        }
        if (!wasConnected) void this.#considerWorse(patience);
      },
      mute: () => {
        if (this.#closed) return;
        if (wire !== this.#wire) return tried(false);
        void this.#considerWorse(1);
      },
      refused: () => {
        if (wire === this.#wire) this.signOut();
        else tried(false);
      },
    });
    return wire;
  }

  #live(): void {
    this.#heardAt = this.#options.now();
    const now = this.connection.value;
    if (now.state === 'live' && now.over === this.#over) return;
    this.connection.value = { state: 'live', over: this.#over };
    this.connections.value++;
  }

  /**
   * A way does not work. Is it the server that is away, or only this way that something in between breaks?
   * @param failures how many failures while plain HTTP works are enough
   */
  async #considerWorse(failures: number): Promise<void> {
    const over = this.#over;
    const next = worse[over];
    if (next === null) return;
    const answer = await probe(this.#options);
    if (this.#closed || this.#over !== over) return;
    if (failures > 1 && this.connection.value.state === 'live') return;
    if (answer === 'refused') {
      this.signOut();
      return;
    }
    this.#failures = answer === 'works' ? this.#failures + 1 : 0;
    if (this.#failures < failures) return;
    this.#take(next, this.#open(next));
  }

  /** Tries the better ways beside the one that works, the best first, and takes what works as well. */
  async #improve(): Promise<void> {
    if (this.#closed || this.#trial !== null || this.connection.value.state !== 'live') return;
    const trial = new AbortController();
    this.#trial = trial;
    try {
      for (const way of ['websocket', 'events'] as const) {
        if (this.#over === way || trial.signal.aborted) return;
        const wire = await this.#tried(way, trial.signal);
        if (wire === null) continue;
        if (this.#closed) return wire.close();
        this.#take(way, wire);
        this.#live();
        return;
      }
    } finally {
      this.#trial = null;
    }
  }

  /** A wire that was connected just now; null where it could not be within a few seconds. */
  #tried(way: 'websocket' | 'events', signal: AbortSignal): Promise<Wire | null> {
    const [some] = this.#subscriptions;
    if (some === undefined || signal.aborted) return Promise.resolve(null);
    return new Promise((resolve) => {
      let stop = (): void => {};
      const settle = (works: boolean): void => {
        clearTimeout(late);
        signal.removeEventListener('abort', fail);
        stop();
        if (!works) wire.close();
        resolve(works ? wire : null);
      };
      const fail = (): void => settle(false);
      const late = setTimeout(fail, (this.#options.silence ?? 4_000) * 2);
      signal.addEventListener('abort', fail);
      const wire = this.#open(way, settle);
      // An event stream is opened for a subscription; what comes over this one comes over the wire in use as well.
      if (way === 'events') stop = wire.subscribe(some.request, { next: () => {}, complete: () => {} });
    });
  }
}

/** Whether plain HTTP works, and knows us. */
async function probe(options: WireOptions): Promise<'works' | 'refused' | 'away'> {
  try {
    const request = { documentId: documentIdOf(ProbeQuery), variables: {} };
    const response = await post(options, request, 'application/json', AbortSignal.timeout(4000));
    await response.body?.cancel();
    return response.ok ? 'works' : response.status === 401 ? 'refused' : 'away';
  } catch {
    return 'away';
  }
}
