// Owns measuring what this process keeps in memory after a garbage collection.
import { collectGarbage } from '../../schema/process/idle-memory.ts';

/** What this process holds that is not garbage, in MiB. */
export function keptMegabytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1_048_576;
}
