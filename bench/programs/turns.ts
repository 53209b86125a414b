// Loaded into a measured process with `--import`: on SIGUSR2 it prints the longest turn of the event loop since the last SIGUSR2, as `turns MS_OF_CPU_TIME MS`.
// A turn is measured by a timer that is due every two milliseconds: by the CPU time of the main thread, which other processes do not change, and by the clock.
const interval = 2;
let longest = { used: 0, took: 0 };
let used = process.threadCpuUsage();
let at = performance.now();

setInterval(() => {
  const turn = process.threadCpuUsage(used);
  used = process.threadCpuUsage();
  const now = performance.now();
  longest = {
    used: Math.max(longest.used, (turn.user + turn.system) / 1_000),
    took: Math.max(longest.took, now - at - interval),
  };
  at = now;
}, interval).unref();

process.on('SIGUSR2', () => {
  process.stdout.write(`turns ${longest.used.toFixed(2)} ${longest.took.toFixed(2)}\n`);
  longest = { used: 0, took: 0 };
});
