// The reserve: really there, given back in parts, taken again. On a disk that is really full: tests/trouble.test.ts.
import { mkdtempSync, rmSync, statSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Reserve, reserveSize, reserveStep } from './reserve.ts';

const directory = mkdtempSync(join(tmpdir(), 'spiderpig-reserve-'));
afterAll(() => rmSync(directory, { recursive: true }));
const file = join(directory, 'reserve');

it('takes its room on the disk, for its owner alone', () => {
  const reserve = new Reserve(directory);
  reserve.create();
  const { size, blocks, mode } = statSync(file);
  expect(size).toBe(reserveSize);
  expect(blocks * 512).toBeGreaterThanOrEqual(reserveSize);
  expect(mode & 0o777).toBe(0o600);
});

it('gives back a part at a time until nothing is left, and takes it again', () => {
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

it('is no more where somebody has removed it, until a process makes it', () => {
  const reserve = new Reserve(directory);
  unlinkSync(file);
  reserve.refill();
  expect(reserve.release()).toBe(false);
  reserve.create();
  expect(statSync(file).size).toBe(reserveSize);
});
