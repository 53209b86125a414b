// Owns reading memory, CPU time and open descriptors of a process from /proc. Linux only; null where the process has ended.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

function read<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}

/** The peak memory of a process, in MB (VmHWM). */
export function peakMemory(pid: number): number | null {
  return read(() => {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kilobytes === undefined ? null : (Number(kilobytes) * 1_024) / 1e6;
  });
}

/** The current memory of a process, in MB (VmRSS). Throws when the process has ended. */
export function memory(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  return (Number(kilobytes) * 1_024) / 1e6;
}

/** The scheduler statistics of a process, in milliseconds. The kernel counts nanoseconds; utime and stime have steps of 10 ms. */
export interface ProcessorTime {
  /** CPU time of all threads. */
  readonly used: number;
  /** Time in which it was runnable but had no CPU: how much other processes disturbed it. */
  readonly waited: number;
}

/** The time for which its threads had a CPU, and for which they waited for one. */
export function processorTime(pid: number): ProcessorTime | null {
  return read(() => {
    let used = 0;
    let waited = 0;
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const counts = read(() => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' '));
      used += Number(counts?.[0] ?? 0);
      waited += Number(counts?.[1] ?? 0);
    }
    return { used: used / 1e6, waited: waited / 1e6 };
  });
}

/** The targets of its open descriptors. */
export function openFiles(pid: number): string[] {
  const directory = `/proc/${pid}/fd`;
  const files = read(() => readdirSync(directory)) ?? [];
  return files.flatMap((file) => read(() => readlinkSync(`${directory}/${file}`)) ?? []);
}
