// Owns how noisy the machine is: two fixed pieces of work, timed around each section. What they vary by, no figure can be better than.
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Summary, summarise } from './figure.ts';

/** The machine at one moment. Milliseconds of the same work, again and again. */
export interface Noise {
  /** A loop that does nothing but count. */
  readonly loop: Summary;
  /** Writing 4 KiB and having it on the disk. */
  readonly sync: Summary;
}

const loops = 15;
const syncs = 60;

function timed(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

/** Some milliseconds of pure computation. Its result is given away, so that the loop cannot be left out. */
function count(): number {
  let x = 1;
  for (let turn = 0; turn < 5_000_000; turn++) x = (x * 1_103_515_245 + 12_345) & 0x7fff_ffff;
  return x;
}

/** Takes a look at the machine: about a fifth of a second when it is quiet. */
export function lookAtNoise(): Noise {
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
    if (!loop || !sync) throw new Error('no look at the machine');
    return { loop, sync };
  } finally {
    closeSync(file);
    rmSync(directory, { recursive: true, force: true });
  }
}
