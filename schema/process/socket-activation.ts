// Owns listening sockets that systemd has opened for this process (sd_listen_fds), and handing them on to the server process. Not listening on them (server/http/listener.ts).
import type { Environment } from './configuration/option-value.ts';

/** The first descriptor that systemd passes. */
const firstDescriptor = 3;
/** More than a server can have addresses. */
const maxDescriptors = 16;
/** How many descriptors a process of SpiderPig got from the one that started it. */
const handedOnVariable = 'SPIDERPIG_LISTEN_FDS';

/** The descriptors of the listening sockets that this process was started with; empty if none. LISTEN_PID must name this process. */
export function inheritedDescriptors(environment: Environment, pid = process.pid): number[] {
  const own = environment['LISTEN_PID'] === String(pid) ? environment['LISTEN_FDS'] : undefined;
  const count = Number(environment[handedOnVariable] ?? own ?? 0);
  if (!Number.isInteger(count) || count < 0 || count > maxDescriptors) return [];
  return Array.from({ length: count }, (_, at) => firstDescriptor + at);
}

/** The variables by which a child process finds these descriptors. It has another pid, so LISTEN_PID would not name it. */
export const handedOnEnvironment = (descriptors: readonly number[]): Record<string, string> =>
  descriptors.length === 0 ? {} : { [handedOnVariable]: String(descriptors.length) };
