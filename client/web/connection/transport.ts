// Owns the choice of the wire for subscriptions, their resumption on another wire, and the state of the connection.
// The wires are websocket-wire.ts, event-stream-wire.ts and polling-wire.ts.
import { signal } from '@preact/signals';
import { eventStreamWire } from './event-stream-wire.ts';
import { pollingWire } from './polling-wire.ts';
import { ProbeQuery } from './probe.graphql.ts';
import { documentIdOf } from './trusted-document.ts';
import { webSocketWire } from './websocket-wire.ts';
import { isOutdated, post, type Request, type Sink, type Wire, type WireOptions } from './wire.ts';

/** The kinds of wires, the best first. */
const wires = { websocket: webSocketWire, events: eventStreamWire, polling: pollingWire } as const;
export type WireKind = keyof typeof wires;
/** The kind that is used when one does not work. */
const fallback = { websocket: 'events', events: 'polling', polling: null } as const satisfies Record<
  WireKind,
  WireKind | null
>;

/** The state of the connection. Times are milliseconds since 1970. */
export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'live'; readonly over: WireKind }
  | { readonly state: 'reconnecting'; readonly lostAt: number; readonly lastMessageAt: number | null }
  | { readonly state: 'signedOut' };

interface Subscription {
  readonly request: () => Request;
  readonly sink: Sink;
  readonly background: boolean;
  /** Increases at each start. Results of an earlier start are dropped. */
  generation: number;
  stop: () => void;
}

/** How often a wire may fail while plain HTTP works, before the transport falls back to the next kind. */
const maxFailures = 3;

/**
 * Keeps subscriptions alive over the best wire that works. After each reconnection a subscription is sent again, with the
 * result of its `request` function: a log continues after its last line, so no line is missing or duplicated.
 */
export class Transport {
  readonly connection = signal<Connection>({ state: 'connecting' });
  /** How often a connection was established. After the second one, data that only subscriptions deliver may be missing. */
  readonly connections = signal(0);
  /** Whether the page was built from another version than the server, so that it must be reloaded. */
  readonly outdated = signal(false);
  readonly #options: WireOptions;
  readonly #subscriptions = new Set<Subscription>();
  readonly #stopWaking: () => void;
  readonly #stopWatchingVisibility: () => void;
  #wire: Wire;
  #over: WireKind = 'websocket';
  /** Whether foreground subscriptions are stopped because the page is hidden. */
  #suspended = false;
  #hidden = false;
  #suspendTimer: ReturnType<typeof setTimeout> | undefined;
  #upgradeTimer: ReturnType<typeof setTimeout> | undefined;
  /** The attempt to upgrade to a better wire that is under way. */
  #upgrading: AbortController | null = null;
  #lastMessageAt: number | null = null;
  #failures = 0;
  #closed = false;

  constructor(options: WireOptions) {
    this.#options = options;
    this.#wire = this.#open('websocket');
    this.#stopWaking = options.onWake(() => {
      this.#wire.check();
      void this.#upgrade();
    });
    this.#stopWatchingVisibility = options.onVisibility((visible) => this.#setVisible(visible));
  }

  /**
   * Subscribes until the returned function is called or the server ends the subscription.
   * @param request called for each connection
   * @param background whether the subscription continues while the page is hidden
   */
  subscribe(request: () => Request, sink: Sink, background = false): () => void {
    const subscription: Subscription = { request, sink, background, generation: 0, stop: () => {} };
    this.#subscriptions.add(subscription);
    this.#start(subscription);
    return () => {
      this.#subscriptions.delete(subscription);
      subscription.stop();
    };
  }

  /** Ends all subscriptions. No sink is called after this. */
  close(): void {
    this.#closed = true;
    this.#stopWaking();
    this.#stopWatchingVisibility();
    clearTimeout(this.#suspendTimer);
    clearTimeout(this.#upgradeTimer);
    this.#upgrading?.abort();
    this.#subscriptions.clear();
    this.#wire.close();
  }

  /** Closes the transport because the server does not accept the session. Callers use it after HTTP status 401. */
  signOut(): void {
    if (this.#closed) return;
    this.close();
    this.connection.value = { state: 'signedOut' };
  }

  /** A hidden page stops its subscriptions, except those for its title and icon. */
  #setVisible(visible: boolean): void {
    this.#hidden = !visible;
    clearTimeout(this.#suspendTimer);
    if (!visible) {
      this.#suspendTimer = setTimeout(() => this.#suspend(), this.#options.hiddenGrace ?? 10_000);
      return;
    }
    if (!this.#suspended) return;
    this.#suspended = false;
    for (const subscription of this.#subscriptions) if (!subscription.background) this.#start(subscription);
    if (this.connection.value.state === 'live') this.connections.value++;
  }

  #suspend(): void {
    this.#suspended = true;
    for (const subscription of this.#subscriptions) {
      if (subscription.background) continue;
      subscription.generation++;
      subscription.stop();
    }
  }

  #start(subscription: Subscription): void {
    if (this.#closed || (this.#suspended && !subscription.background)) return;
    const generation = ++subscription.generation;
    const isCurrent = (): boolean =>
      subscription.generation === generation && this.#subscriptions.has(subscription);
    const sink: Sink = {
      next: (result) => {
        if (!isCurrent()) return;
        if (isOutdated(result.errors)) this.outdated.value = true;
        subscription.sink.next(result);
      },
      complete: () => {
        if (!isCurrent()) return;
        this.#subscriptions.delete(subscription);
        subscription.sink.complete();
      },
    };
    subscription.stop = this.#wire.subscribe(subscription.request, sink, subscription.background);
  }

  /** Replaces the wire, and sends all subscriptions over the new one. */
  #switchTo(over: WireKind, wire: Wire): void {
    this.#wire.close();
    this.#failures = 0;
    this.#over = over;
    this.#wire = wire;
    for (const subscription of this.#subscriptions) this.#start(subscription);
    clearTimeout(this.#upgradeTimer);
    if (over !== 'websocket') this.#scheduleUpgrade();
  }

  #scheduleUpgrade(): void {
    this.#upgradeTimer = setTimeout(() => {
      this.#scheduleUpgrade();
      if (!this.#hidden) void this.#upgrade();
    }, this.#options.upgradeInterval ?? 60_000);
  }

  /** @param onTried called with the outcome as long as the wire is only tried, and not in use */
  #open(over: WireKind, onTried: (works: boolean) => void = () => {}): Wire {
    const wire: Wire = wires[over](this.#options, {
      received: () => {
        if (wire === this.#wire) this.#lastMessageAt = this.#options.now();
      },
      connected: () => {
        if (this.#closed) return;
        if (wire !== this.#wire) return onTried(true);
        this.#failures = 0;
        this.#setLive();
      },
      lost: (wasConnected) => {
        if (this.#closed) return;
        if (wire !== this.#wire) return onTried(false);
        this.#setLost();
        if (!wasConnected) void this.#fallBack(maxFailures);
      },
      silent: () => {
        if (this.#closed) return;
        if (wire !== this.#wire) return onTried(false);
        void this.#fallBack(1);
      },
      unauthorized: () => {
        if (wire === this.#wire) this.signOut();
        else onTried(false);
      },
    });
    return wire;
  }

  #setLost(): void {
    const { state } = this.connection.value;
    if (state === 'reconnecting') return;
    this.connection.value = {
      state: 'reconnecting',
      lostAt: this.#options.now(),
      lastMessageAt: state === 'connecting' ? null : this.#lastMessageAt,
    };
  }

  #setLive(): void {
    this.#lastMessageAt = this.#options.now();
    const now = this.connection.value;
    if (now.state === 'live' && now.over === this.#over) return;
    this.connection.value = { state: 'live', over: this.#over };
    this.connections.value++;
  }

  /**
   * Falls back to the next kind of wire, but only when plain HTTP works. Otherwise the server is away, and another wire
   * would not help.
   * @param failures how many failures while plain HTTP works are enough
   */
  async #fallBack(failures: number): Promise<void> {
    const over = this.#over;
    const next = fallback[over];
    if (next === null) return;
    const answer = await probe(this.#options);
    if (this.#closed || this.#over !== over) return;
    if (failures > 1 && this.connection.value.state === 'live') return;
    if (answer === 'unauthorized') {
      this.signOut();
      return;
    }
    this.#failures = answer === 'works' ? this.#failures + 1 : 0;
    if (this.#failures < failures) return;
    this.#switchTo(next, this.#open(next));
  }

  /** Tries the better kinds, the best first, while the present wire stays in use. Switches to the first that works. */
  async #upgrade(): Promise<void> {
    if (this.#closed || this.#upgrading !== null || this.connection.value.state !== 'live') return;
    const upgrading = new AbortController();
    this.#upgrading = upgrading;
    try {
      for (const kind of ['websocket', 'events'] as const) {
        if (this.#over === kind || upgrading.signal.aborted) return;
        const wire = await this.#tryWire(kind, upgrading.signal);
        if (wire === null) continue;
        if (this.#closed) return wire.close();
        this.#switchTo(kind, wire);
        this.#setLive();
        return;
      }
    } finally {
      this.#upgrading = null;
    }
  }

  /** A connected wire; null when it could not connect within a few seconds. */
  #tryWire(kind: 'websocket' | 'events', signal: AbortSignal): Promise<Wire | null> {
    const [some] = this.#subscriptions;
    if (some === undefined || signal.aborted) return Promise.resolve(null);
    return new Promise((resolve) => {
      let stop = (): void => {};
      const settle = (works: boolean): void => {
        clearTimeout(timeout);
        signal.removeEventListener('abort', fail);
        stop();
        if (!works) wire.close();
        resolve(works ? wire : null);
      };
      const fail = (): void => settle(false);
      const timeout = setTimeout(fail, (this.#options.pingAfter ?? 4_000) * 2);
      signal.addEventListener('abort', fail);
      const wire = this.#open(kind, settle);
      // An event stream needs a subscription. Its results are dropped: the wire in use delivers them.
      if (kind === 'events')
        stop = wire.subscribe(some.request, { next: () => {}, complete: () => {} }, false);
    });
  }
}

/** Whether plain HTTP works and the server accepts the session. */
async function probe(options: WireOptions): Promise<'works' | 'unauthorized' | 'away'> {
  try {
    const request = { documentId: documentIdOf(ProbeQuery), variables: {} };
    const response = await post(options, request, 'application/json', AbortSignal.timeout(4000));
    await response.body?.cancel();
    return response.ok ? 'works' : response.status === 401 ? 'unauthorized' : 'away';
  } catch {
    return 'away';
  }
}
