// Owns when a world is at rest: a supervisor stands by and has done all that it does beforehand, or a job has run for a while.
import { setTimeout as wait } from 'node:timers/promises';
import type { World } from '../tests/support/world.ts';
import { openFiles, processorTime } from './process.ts';

/** Seconds at the beginning of a job in which no line counts: it starts, and the next stand-by does, half a second of processor each. */
export const settling = 5;
/** How long a supervisor must do nothing to stand by, in milliseconds. */
const rest = 100;

/** The only supervisor there is, if it has come as far as making scap's pipe. */
function onlySupervisor(world: World): number | null {
  const [only, ...more] = world.leftOver().filter(({ command }) => command.includes('/dist/supervisor.js'));
  if (only === undefined || more.length > 0) return null;
  return openFiles(only.pid).some((file) => file.endsWith('/output (deleted)')) ? only.pid : null;
}

/** Waits until a supervisor stands by: it is there, alone, and needs the processor no more. Before that it rehearses. Resolves with its process id. */
export async function standby(world: World, signal: AbortSignal): Promise<number> {
  let before: number | null = null;
  for (;;) {
    const pid = onlySupervisor(world);
    const used = pid === null ? null : (processorTime(pid)?.used ?? null);
    if (pid !== null && used !== null && used === before) return pid;
    before = used;
    // Not more often: looking takes time away from the supervisor that starts.
    await wait(rest, undefined, { signal });
  }
}
