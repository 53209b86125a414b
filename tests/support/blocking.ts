// Owns measuring how long the event loop is blocked, in CPU time: on a busy machine the clock also counts other processes.
import { PerformanceObserver } from 'node:perf_hooks';
import { cpuTime } from '../cpu-time.ts';

/** Measures until it is disposed. */
export interface BlockingWatch extends Disposable {
  /**
   * The CPU time of the second longest turn of the event loop so far, in milliseconds, without garbage collections; of the longest one if that took more
   * than 300 and three times as long. One turn can contain code that is compiled for the first time. The duration of a collection is read from the clock, so
   * a turn with one can seem shorter than it was on a busy machine.
   */
  longest(): number;
}

/** A turn of the event loop. */
interface Turn {
  /** On the clock of performance.now(). */
  readonly from: number;
  readonly to: number;
  /** In milliseconds. */
  readonly cpu: number;
}

/** How many of the longest turns are kept: a garbage collection is known only after its turn. */
const maxTurns = 50;

/** Watches the event loop of this thread. */
export function watchBlocking(): BlockingWatch {
  let turns: Turn[] = [];
  const collections: { readonly startTime: number; readonly duration: number }[] = [];
  const observer = new PerformanceObserver((list) => void collections.push(...list.getEntries()));
  observer.observe({ entryTypes: ['gc'] });
  let [from, before] = [performance.now(), cpuTime()];
  let watching = true;
  const turn = (): void => {
    const [to, now] = [performance.now(), cpuTime()];
    if (turns.length < maxTurns || now - before > (turns.at(-1)?.cpu ?? 0))
      turns = [...turns, { from, to, cpu: now - before }].sort((a, b) => b.cpu - a.cpu).slice(0, maxTurns);
    [from, before] = [to, now];
    if (watching) setImmediate(turn);
  };
  setImmediate(turn);
  const withoutCollections = ({ from: start, to, cpu }: Turn): number =>
    Math.max(
      0,
      cpu -
        collections
          .filter(({ startTime }) => startTime >= start && startTime < to)
          .reduce((sum, { duration }) => sum + duration, 0),
    );
  return {
    longest() {
      collections.push(...observer.takeRecords());
      const [longest = 0, second = 0] = turns.map(withoutCollections).sort((a, b) => b - a);
      return longest > 3 * second && longest > 300 ? longest : second;
    },
    [Symbol.dispose]() {
      watching = false;
      observer.disconnect();
    },
  };
}
