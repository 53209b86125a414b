// Owns measuring how long the event loop is blocked, in CPU time: on a busy machine the clock also counts other processes.
import { cpuTime } from '../cpu-time.ts';

/** Measures until it is disposed. */
export interface BlockingWatch extends Disposable {
  /**
   * The CPU time of the second longest turn of the event loop so far, in milliseconds; of the longest one if that took more than 300 and three times as long. One turn can
   * contain a garbage collection, or code that is compiled for the first time.
   */
  longest(): number;
}

/** Watches the event loop of this thread. */
export function watchBlocking(): BlockingWatch {
  let longest = 0;
  let second = 0;
  let last = cpuTime();
  let watching = true;
  const turn = (): void => {
    const now = cpuTime();
    const turnTime = now - last;
    second = Math.max(second, Math.min(longest, turnTime));
    longest = Math.max(longest, turnTime);
    last = now;
    if (watching) setImmediate(turn);
  };
  setImmediate(turn);
  return {
    longest: () => (longest > 3 * second && longest > 300 ? longest : second),
    [Symbol.dispose]: () => {
      watching = false;
    },
  };
}
