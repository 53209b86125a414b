// Owns the control group (cgroup v2) of a supervisor: every process of its job starts in it and cannot leave it. Not signals (signal.ts).
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ProcessIdentity } from '../../schema/model/runner/process.ts';

const prefix = 'spiderpig-';

/** The directory of this process's own group; null where there is no cgroup v2. */
function ownGroup(): string | null {
  try {
    const mount = /^(?:\S+ ){4}(\S+) .*- cgroup2 /m.exec(readFileSync('/proc/self/mountinfo', 'utf8'))?.[1];
    const path = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1];
    return mount === undefined || path === undefined ? null : join(mount, path);
  } catch {
    return null;
  }
}

/**
 * Moves this process into a new group below its current one. Call it before any process is started: moving takes milliseconds, and children
 * inherit the group for free. Returns the group's directory; null where that is not possible or not allowed.
 */
export function enterCgroup(identity: ProcessIdentity): string | null {
  const parent = ownGroup();
  if (parent === null) return null;
  const group = join(parent, `${prefix}${identity.pid}-${identity.startTime}`);
  try {
    // Groups of supervisors that were killed. A group that is in use cannot be removed.
    for (const entry of readdirSync(parent)) if (entry.startsWith(prefix)) removeCgroup(join(parent, entry));
    mkdirSync(group);
    writeFileSync(join(group, 'cgroup.procs'), String(identity.pid));
    return group;
  } catch {
    removeCgroup(group);
    return null;
  }
}

/** Moves this process back to the parent group, and removes the group if it is empty. */
export function leaveCgroup(group: string): void {
  try {
    writeFileSync(join(dirname(group), 'cgroup.procs'), String(process.pid));
  } catch {
    // The process stays in the group; a later supervisor removes it.
  }
  removeCgroup(group);
}

/** Removes a group if it is empty. */
export function removeCgroup(group: string): void {
  try {
    rmdirSync(group);
  } catch {
    // It no longer exists, or it is not empty.
  }
}

/** The pids in a group and in the groups below it. */
export function cgroupMembers(group: string): number[] {
  try {
    const members = readFileSync(join(group, 'cgroup.procs'), 'latin1')
      .split('\n')
      .filter((line) => line !== '');
    const below = readdirSync(group, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return [...members.map(Number), ...below.flatMap((entry) => cgroupMembers(join(group, entry.name)))];
  } catch {
    return []; // the group no longer exists
  }
}
