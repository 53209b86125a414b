// Owns listening sockets that systemd has opened for this process (sd_listen_fds), and handing them on to the server process. Not listening on them (server/http/listener.ts).
import type { Environment } from './configuration/option-value.ts';
import { ConfigurationError } from './error.ts';

/** The first descriptor that systemd passes. */
const firstDescriptor = 3;
/** More than a server can have addresses. */
const maxDescriptors = 16;
/** How many descriptors a process of SpiderPig got from the one that started it. */
const handedOnVariable = 'SPIDERPIG_LISTEN_FDS';

/**
 * The descriptors of the listening sockets that this process was started with; empty if none. LISTEN_PID must name this process. Throws {@link
 * ConfigurationError} if their number makes no sense: without them, the server would open a socket that systemd has already.
 */
export function inheritedDescriptors(environment: Environment, pid = process.pid): number[] {
  const isForThis = environment['LISTEN_PID'] === String(pid);
  const variable = handedOnVariable in environment ? handedOnVariable : 'LISTEN_FDS';
  const value = (isForThis || variable === handedOnVariable ? environment[variable] : undefined) || '0';
  const count = /^[0-9]+$/.test(value) ? Number(value) : Number.NaN;
  if (!(count <= maxDescriptors))
    throw new ConfigurationError(`${variable}: "${value}" is not a whole number from 0 to ${maxDescriptors}`);
  return Array.from({ length: count }, (_, at) => firstDescriptor + at);
}

/** The variables by which a child process finds these descriptors. It has another pid, so LISTEN_PID would not name it. */
export const handedOnEnvironment = (descriptors: readonly number[]): Record<string, string> =>
  descriptors.length === 0 ? {} : { [handedOnVariable]: String(descriptors.length) };
