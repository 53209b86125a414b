// The reserve: takes real disk space, is released in parts and refilled. On a disk that is really full: tests/deployment/database-problem.test.ts.
import { mkdtempSync, rmSync, statSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Reserve, reserveSize, reserveStep } from './reserve.ts';

const directory = mkdtempSync(join(tmpdir(), 'spiderpig-reserve-'));
afterAll(() => rmSync(directory, { recursive: true }));
const file = join(directory, 'reserve');

it('the reserve takes disk space in a file that only its owner can read', () => {
  const reserve = new Reserve(directory);
  reserve.create();
  const { size, blocks, mode } = statSync(file);
  expect(size).toBe(reserveSize);
  expect(blocks * 512).toBeGreaterThanOrEqual(reserveSize);
  expect(mode & 0o777).toBe(0o600);
});

it('the reserve releases one part at a time until nothing is left, and is refilled', () => {
  const reserve = new Reserve(directory);
  expect(reserve.release()).toBe(true);
  expect(statSync(file).size).toBe(reserveSize - reserveStep);
  let times = 1;
  while (reserve.release()) times++;
  expect(times).toBe(reserveSize / reserveStep);
  expect(statSync(file).blocks).toBe(0);
  reserve.refill();
  expect(statSync(file).size).toBe(reserveSize);
});

it('the reserve stays missing after its file was deleted until a process creates it', () => {
  const reserve = new Reserve(directory);
  unlinkSync(file);
  reserve.refill();
  expect(reserve.release()).toBe(false);
  reserve.create();
  expect(statSync(file).size).toBe(reserveSize);
});
