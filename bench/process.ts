// Owns reading what the kernel knows of a process: memory, time on a processor, open descriptors. Linux only; null where the process is gone.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

function read<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}

/** The most memory it ever had, in MB (VmHWM). */
export function peakMemory(pid: number): number | null {
  return read(() => {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kilobytes === undefined ? null : (Number(kilobytes) * 1_024) / 1e6;
  });
}

/** What the kernel's scheduler says of a process, in milliseconds. It counts in nanoseconds; utime and stime are in steps of 10 ms. */
export interface ProcessorTime {
  /** On a processor, all threads together. */
  readonly used: number;
  /** Ready to go on, and another process had the processor: how much the machine disturbed it. */
  readonly waited: number;
}

/** The time all its threads were on a processor and waited for one. */
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

/** What its descriptors are open on. */
export function openFiles(pid: number): string[] {
  const directory = `/proc/${pid}/fd`;
  const files = read(() => readdirSync(directory)) ?? [];
  return files.flatMap((file) => read(() => readlinkSync(`${directory}/${file}`)) ?? []);
}
