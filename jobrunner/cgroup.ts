// Owns the control group (cgroup v2) of a supervisor: whatever its job starts is born into it and cannot leave it by itself. Not signals (signal.ts).
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ProcessIdentity } from '../schema/model/job/process.ts';

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
 * Puts this process into a group of its own below the one it is in, before it starts anything: a process is moved in milliseconds, and
 * everything it starts afterwards is in the group for nothing. Returns the group; null where that is not possible or not allowed.
 */
export function enterCgroup(identity: ProcessIdentity): string | null {
  const parent = ownGroup();
  if (parent === null) return null;
  const group = join(parent, `${prefix}${identity.pid}-${identity.startTime}`);
  try {
    // What supervisors that were killed have left behind. One that is in use cannot be removed.
    for (const entry of readdirSync(parent)) if (entry.startsWith(prefix)) removeCgroup(join(parent, entry));
    mkdirSync(group);
    writeFileSync(join(group, 'cgroup.procs'), String(identity.pid));
    return group;
  } catch {
    removeCgroup(group);
    return null;
  }
}

/** Takes this process out of its group again, and removes that if nobody else is left in it. */
export function leaveCgroup(group: string): void {
  try {
    writeFileSync(join(dirname(group), 'cgroup.procs'), String(process.pid));
  } catch {
    // It ends where it is; the group is removed by a later supervisor.
  }
  removeCgroup(group);
}

/** Removes a group in which nobody is. */
export function removeCgroup(group: string): void {
  try {
    rmdirSync(group);
  } catch {
    // It is gone, or somebody is in it.
  }
}

/** The processes in a group and in those below it. */
export function cgroupMembers(group: string): number[] {
  try {
    const members = readFileSync(join(group, 'cgroup.procs'), 'latin1')
      .split('\n')
      .filter((line) => line !== '');
    const below = readdirSync(group, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return [...members.map(Number), ...below.flatMap((entry) => cgroupMembers(join(group, entry.name)))];
  } catch {
    return []; // the group is gone
  }
}
