import { expect, it } from 'vitest';
import { statOf } from '../../schema/model/runner/process.ts';
import { laneProblemOf } from './lane-check.ts';

const problemOf = (script: string, limit?: number): Promise<string | null> =>
  laneProblemOf(['sh', '-c', script], limit);

/** The pid that a check has printed last. */
const printedPid = (problem: string | null): number => Number(/([0-9]+)$/.exec(problem ?? '')?.[1]);

const isAlive = (pid: number): boolean => statOf(pid) !== null;

it('a check that leaves a process behind, which holds its output, ends with its exit', async () => {
  const problem = await problemOf('sleep 600 & echo "passive $!"; exit 1');
  expect(problem).toMatch(/^passive [0-9]+$/);
  const left = printedPid(problem);
  expect(isAlive(left)).toBe(true);
  process.kill(left, 'SIGKILL');
  expect(await problemOf('exec sleep 1 & exit 0')).toBeNull();
});

it('a check that does not end is killed with its children', async () => {
  const problem = await problemOf('trap "" TERM; sleep 600 & echo $!; wait', 1_000);
  expect(problem).toMatch(/^the check of this lane did not end within 1 s\. [0-9]+$/);
  await expect.poll(() => isAlive(printedPid(problem)), { timeout: 30_000 }).toBe(false);
});

it('a check says why it forbids deployments', async () => {
  expect(await problemOf('printf "\\303"; sleep 0.1; printf "\\244\\n\\tpassive"; exit 3')).toBe('ä passive');
  expect(await problemOf('exit 3')).toBe('the check of this lane ended with exit status 3');
  expect(await problemOf('kill -HUP $$')).toContain('SIGHUP');
  expect(await laneProblemOf(['/no/such/check'])).toContain('ENOENT');
});
