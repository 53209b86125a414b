// Owns measuring the noise of the machine: two fixed pieces of work, timed around each section. No figure is more precise than these vary.
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Summary, summarise } from './figure.ts';

/** The noise at one moment: milliseconds of repeated identical work. */
export interface Noise {
  /** A counting loop. */
  readonly loop: Summary;
  /** Writing 4 KiB with fsync. */
  readonly sync: Summary;
}

const loops = 15;
const syncs = 60;

function timed(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

/** Some milliseconds of pure computation. The result is returned so that the loop is not optimized away. */
function count(): number {
  let x = 1;
  for (let turn = 0; turn < 5_000_000; turn++) x = (x * 1_103_515_245 + 12_345) & 0x7fff_ffff;
  return x;
}

/** Measures the noise. Takes about a fifth of a second on a quiet machine. */
export function measureNoise(): Noise {
  const directory = mkdtempSync(join(tmpdir(), 'spiderpig-noise-'));
  const file = openSync(join(directory, 'file'), 'w');
  try {
    const block = Buffer.alloc(4_096, 1);
    const loop = summarise(Array.from({ length: loops }, () => timed(count)));
    const sync = summarise(
      Array.from({ length: syncs }, () =>
        timed(() => {
          writeSync(file, block);
          fdatasyncSync(file);
        }),
      ),
    );
    if (!loop || !sync) throw new Error('the noise was not measured');
    return { loop, sync };
  } finally {
    closeSync(file);
    rmSync(directory, { recursive: true, force: true });
  }
}
