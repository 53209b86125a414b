// Owns waiting until a world is idle: the stand-by has finished its warm-up, or a job has run for some seconds.
import { setTimeout as wait } from 'node:timers/promises';
import type { World } from '../../tests/support/world.ts';
import { openFiles, processorTime } from './process.ts';

/** Seconds at the beginning of a job that are not measured: starting it and the next stand-by takes half a second of CPU time each. */
export const settling = 5;
/** How long a supervisor must be idle to be ready, in milliseconds. */
const rest = 100;

/** The only supervisor, if it has opened scap's pipe. */
function onlySupervisor(world: World): number | null {
  const [only, ...more] = world.leftOver().filter(({ command }) => command.includes('/dist/supervisor.js'));
  if (only === undefined || more.length > 0) return null;
  return openFiles(only.pid).some((file) => file.endsWith('/output (deleted)')) ? only.pid : null;
}

/** Waits until the stand-by is ready: it is the only supervisor and uses no CPU time, so its warm-up is over. Resolves with its pid. */
export async function standby(world: World, signal: AbortSignal): Promise<number> {
  let before: number | null = null;
  for (;;) {
    const pid = onlySupervisor(world);
    const used = pid === null ? null : (processorTime(pid)?.used ?? null);
    if (pid !== null && used !== null && used === before) return pid;
    before = used;
    // Not more often: checking takes CPU time from the supervisor that starts.
    await wait(rest, undefined, { signal });
  }
}
