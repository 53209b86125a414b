// Owns which signals the stops of a job have sent to scap, and the escalation of a stop where it is turned on. Not who requested it, not how signals reach all processes (signal.ts).
import { type StopMode, stopModes } from '../../schema/model/job/stop.ts';

const signals: Record<StopMode, NodeJS.Signals> = {
  interrupt: 'SIGINT',
  terminate: 'SIGTERM',
  kill: 'SIGKILL',
};

/** Where signals go. */
export interface StopTarget {
  /** Sends a signal to the processes of the job. */
  readonly send: (signal: NodeJS.Signals) => void;
  /** Called after a signal was sent because scap did not end within the grace time. */
  readonly onEscalated: (signal: NodeJS.Signals) => void;
}

/**
 * The signals of a stop. A request sends the signal of its mode and nothing else, however often: scap may need minutes to clean up after SIGINT,
 * and SIGTERM or SIGKILL would leave the deployment half done. Only with a grace time does the next signal follow by itself, unless scap has asked
 * a question since the last signal.
 */
export class StopSequence implements Disposable {
  readonly #graceSeconds: number;
  readonly #target: StopTarget;
  /** The modes that were sent, each once, in the order of their first signal. */
  readonly #taken = new Set<StopMode>();
  #askedSinceSignal = false;
  #timer: NodeJS.Timeout | undefined;

  /** `graceSeconds`: the time until the next signal follows by itself; 0: never. */
  constructor(graceSeconds: number, target: StopTarget) {
    this.#graceSeconds = graceSeconds;
    this.#target = target;
  }

  /** The modes that were sent, each once, in the order of their first signal. Empty if the job is not being stopped. */
  get taken(): readonly StopMode[] {
    return [...this.#taken];
  }

  /** Sends the signal of a requested mode and returns it. */
  request(mode: StopMode): NodeJS.Signals {
    this.#askedSinceSignal = false;
    this.#taken.add(mode);
    this.#target.send(signals[mode]);
    this.#scheduleNext(mode);
    return signals[mode];
  }

  /** Notes that scap has asked a question. */
  questionAsked(): void {
    this.#askedSinceSignal = true;
  }

  /** Ends the stop: scap continues. */
  reset(): void {
    clearTimeout(this.#timer);
    this.#taken.clear();
    this.#askedSinceSignal = false;
  }

  /** Sends nothing more by itself. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #scheduleNext(mode: StopMode): void {
    clearTimeout(this.#timer);
    const next = stopModes[stopModes.indexOf(mode) + 1];
    if (this.#graceSeconds === 0 || next === undefined) return;
    this.#timer = setTimeout(() => {
      if (this.#askedSinceSignal) this.#scheduleNext(mode);
      else this.#target.onEscalated(this.request(next));
    }, this.#graceSeconds * 1_000);
  }
}
