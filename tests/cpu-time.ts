// Owns the clock for tests of how much work a function does: CPU time, because on a busy machine a clock also counts other processes.

/** The CPU time that this thread has used, in milliseconds. */
export function cpuTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
