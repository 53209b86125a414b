import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import {
  identify,
  isAlive,
  isSame,
  type ProcessIdentity,
  placeOf,
} from '../../schema/model/runner/process.ts';
import { jobMarkVariable, processesOf, ticksSinceBoot } from './process.ts';
import { interruptGroup, killJob, signalJob } from './signal.ts';

const started: ChildProcess[] = [];
const survivors: ProcessIdentity[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  for (const survivor of survivors.splice(0)) if (isAlive(survivor)) process.kill(survivor.pid, 'SIGKILL');
});

/** Runs a script as the leader of a process group that prints the pid of one of its children. */
async function group(script: string, jobMark: string | null = null) {
  const env = { PATH: process.env['PATH'], ...(jobMark === null ? {} : { [jobMarkVariable]: jobMark }) };
  const leader = spawn('bash', ['-c', script], { detached: true, env, stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(leader);
  const identity = identify(leader.pid ?? 0);
  const [printed] = await once(leader.stdout, 'data');
  const child = identify(Number(printed));
  survivors.push(child);
  return { leader, identity, child, jobMark: jobMark ?? 'none@test' };
}
const ended = async (leader: ChildProcess): Promise<void> => {
  if (leader.exitCode === null && leader.signalCode === null) await once(leader, 'exit');
};

const leaves = (command: string): string => `${command} & echo $!; exec >&-`;
const withoutJobMark = 'env -i /bin/sleep 60 >&- 2>&-';

describe('the processes of a job', () => {
  it('B1 a process group that has only the number of the job’s is left alone', async () => {
    const { leader, identity, child, jobMark } = await group(leaves(withoutJobMark));
    await ended(leader);
    // scap had this pid before the group that was found now.
    const scap = { ...identity, startTime: identity.startTime - 1 };
    for (const leaderExitedAt of [undefined, identity.startTime - 1]) {
      const job = { jobMark, leader: scap, leaderExitedAt, cgroup: null };
      expect(signalJob(job, 'SIGTERM')).toBe(0);
      interruptGroup(job);
      expect(await killJob(job)).toMatchObject({
        killed: 0,
        leftAlone: [{ name: 'sleep', pid: child.pid }],
      });
    }
    expect(isAlive(child)).toBe(true);
  });

  it('B1 a group whose leader reuses the pid of scap is left alone', async () => {
    const { identity, child, jobMark } = await group(`sleep 60 & echo $!; exec sleep 60`);
    const job = { jobMark, leader: { ...identity, startTime: identity.startTime - 1 }, cgroup: null };
    expect(await killJob(job)).toMatchObject({ killed: 0 });
    expect([isAlive(identity), isAlive(child)]).toEqual([true, true]);
  });

  it('the process search finds a process without its environment in the group of a scap that lives or has just exited', async () => {
    const { leader, identity, child, jobMark } = await group(`${leaves(withoutJobMark)}; exec sleep 60`);
    const job = { jobMark, leader: identity, cgroup: null };
    expect(processesOf(job).own.map(({ pid }) => pid)).toContain(child.pid);
    leader.kill('SIGKILL');
    await ended(leader);
    expect(await killJob({ ...job, leaderExitedAt: ticksSinceBoot() })).toEqual({ killed: 1, leftAlone: [] });
    expect(isAlive(child)).toBe(false);
  });

  it('the process search finds the whole group of a process with the job mark after the exit of scap', async () => {
    const { leader, identity, child, jobMark } = await group(
      `sleep 60 >&- 2>&- & ${leaves(withoutJobMark)}`,
      '7@test-signal',
    );
    await ended(leader);
    expect(await killJob({ jobMark, leader: identity, cgroup: null })).toEqual({ killed: 2, leftAlone: [] });
    expect(isAlive(child)).toBe(false);
  });
});

describe('the identity of a process', () => {
  const self = identify(process.pid);

  it('B2 the identity of a process does not depend on the name of the host', () => {
    const before = { ...self, host: 'its-name-before' };
    expect(placeOf(before)).toBe('here');
    expect(isAlive(before)).toBe(true);
    expect(isSame(before, self)).toBe(true);
  });

  it('B2 the identity of a process distinguishes containers, boots and machines', () => {
    const container = { ...self, pidNamespace: 'pid:[1]' };
    expect([placeOf(container), isAlive(container)]).toEqual(['elsewhere', false]);
    expect(placeOf({ ...self, boot: 'before' })).toBe('rebooted');
    expect(placeOf({ ...self, boot: 'before', host: 'other' })).toBe('elsewhere');
    expect(placeOf({ ...self, boot: 'before', machine: 'other' })).toBe('elsewhere');
  });

  it('B2 the identity of a process reads rows of earlier versions, which have only the name', () => {
    const { host, boot, pid, startTime } = self;
    expect(isAlive({ host, boot, pid, startTime })).toBe(true);
    expect(placeOf({ host: 'other', boot, pid, startTime })).toBe('elsewhere');
    expect(placeOf({ host, boot: 'before', pid, startTime })).toBe('rebooted');
  });
});
