// Owns which signal scap gets next while it is stopped, and when. Not who asked for it, not how signals reach all processes (signal.ts).
import { type StopMode, stopModes } from '../schema/model/job/stop.ts';

const signals: Record<StopMode, NodeJS.Signals> = {
  interrupt: 'SIGINT',
  terminate: 'SIGTERM',
  kill: 'SIGKILL',
};

/** Where signals go. */
export interface StopTarget {
  /** Sends a signal to every process of the job. */
  readonly send: (signal: NodeJS.Signals) => void;
  /** Called after a signal was sent because scap did not end within the grace time. */
  readonly onEscalated: (signal: NodeJS.Signals) => void;
}

/**
 * The steps of a stop: interrupt, terminate, kill. While scap does not end, the next step follows after the grace time, unless scap has asked a
 * question since the last signal: then it waits for an answer, and only a further request goes on.
 */
export class StopSequence implements Disposable {
  readonly #graceSeconds: number;
  readonly #target: StopTarget;
  readonly #taken: StopMode[] = [];
  /** The last step that was taken, as an index of `stopModes`. */
  #step = -1;
  #askedSinceSignal = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(graceSeconds: number, target: StopTarget) {
    this.#graceSeconds = graceSeconds;
    this.#target = target;
  }

  /** The steps that were taken, in order. Empty: nobody has stopped the job. */
  get taken(): readonly StopMode[] {
    return this.#taken;
  }

  /** Takes the requested step; a repeated request goes at least one step further than the last one. Returns the signal that was sent. */
  request(mode: StopMode): NodeJS.Signals {
    const step = Math.max(stopModes.indexOf(mode), this.#step + 1);
    return this.#take(Math.min(step, stopModes.length - 1));
  }

  /** Notes that scap has asked a question. */
  questionAsked(): void {
    this.#askedSinceSignal = true;
  }

  /** Sends nothing more. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #take(step: number): NodeJS.Signals {
    const mode = stopModes[step] ?? 'kill';
    this.#step = step;
    this.#askedSinceSignal = false;
    this.#taken.push(mode);
    this.#target.send(signals[mode]);
    this.#scheduleNextStep();
    return signals[mode];
  }

  #scheduleNextStep(): void {
    clearTimeout(this.#timer);
    if (this.#step >= stopModes.length - 1) return;
    this.#timer = setTimeout(() => {
      if (this.#askedSinceSignal) this.#scheduleNextStep();
      else this.#target.onEscalated(this.#take(this.#step + 1));
    }, this.#graceSeconds * 1_000);
  }
}
