// Owns giving memory back to the system that work has left behind. V8 does that after a full garbage collection, which an idle process may not need for hours.
import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How often a process looks, in milliseconds. */
const lookInterval = 10_000;
/** A process is idle if its event loop was busy for at most this share of the time. */
const idleShare = 0.1;
/** How much the heap must have grown, in bytes: a collection blocks the process (decision 60: for 140 to 210 ms on a busy machine). */
const worthwhileGrowth = 32_000_000;

/** Decides when an idle process collects its garbage: once each time its heap has grown. */
export class IdleHeap {
  /** The smallest size of the heap since the last collection. */
  #smallest = 0;

  /** Whether to collect now. `size`: of the heap with what is free in it, in bytes; `busyShare`: of the time since the last look, 0 to 1. */
  shouldCollect(size: number, busyShare: number): boolean {
    this.#smallest = Math.min(this.#smallest, size);
    if (busyShare > idleShare || size - this.#smallest < worthwhileGrowth) return false;
    // V8 shrinks the heap in the seconds after the collection.
    this.#smallest = Number.POSITIVE_INFINITY;
    return true;
  }
}

/** Collects all garbage of this process. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc()');
}

/** Collects garbage from now on when this process is idle and its heap has grown. Does not keep the process alive. */
export function releaseMemoryWhenIdle(): void {
  const heap = new IdleHeap();
  let before: EventLoopUtilization = performance.eventLoopUtilization();
  setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    if (heap.shouldCollect(getHeapStatistics().total_heap_size, utilization)) collectGarbage();
  }, lookInterval).unref();
}
