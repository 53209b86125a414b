// Owns the statistics of repeated measurements. Pure.

/** The statistics of a list of measurements. */
export interface Summary {
  readonly n: number;
  readonly median: number;
  /** By nearest rank: with fewer than a hundred measurements it is the maximum. */
  readonly p99: number;
  readonly min: number;
  readonly max: number;
}

/** The same measurement without SpiderPig, in the same run. */
export interface Baseline extends Summary {
  readonly name: string;
}

/** One measured quantity. */
export interface Figure extends Summary {
  readonly name: string;
  readonly unit: 'ms' | 's' | 'MB' | 'kB' | 'ms/min' | '/min' | 'klines/s' | 'clicks' | 'keystrokes' | '%';
  readonly baseline: Baseline | null;
  /** This median as a multiple of the baseline's. */
  readonly ratio: number | null;
  /** The figures of the reference system (reference.ts), as text; null for no reference. */
  readonly reference: string | null;
}

/** The percentile by nearest rank; `share` is from 0 to 1. `sorted` must be sorted and not empty. */
export function rank(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Summarises measurements; null without measurements. */
export function summarise(measurements: readonly number[]): Summary | null {
  if (measurements.length === 0) return null;
  const sorted = measurements.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return {
    n: sorted.length,
    median: Number.isInteger(half)
      ? ((sorted[half - 1] ?? Number.NaN) + (sorted[half] ?? Number.NaN)) / 2
      : rank(sorted, 0.5),
    p99: rank(sorted, 0.99),
    min: rank(sorted, 0),
    max: rank(sorted, 1),
  };
}

/** Creates a figure. Throws when there are no measurements: an empty row in a table would look like a result. */
export function figureOf(
  name: string,
  unit: Figure['unit'],
  measurements: readonly number[],
  beside: { baseline?: readonly [name: string, measurements: readonly number[]]; reference?: string } = {},
): Figure {
  const summary = summarise(measurements);
  if (!summary) throw new Error(`no measurements for: ${name}`);
  const base = beside.baseline ? summarise(beside.baseline[1]) : null;
  return {
    name,
    unit,
    ...summary,
    baseline: base && beside.baseline ? { name: beside.baseline[0], ...base } : null,
    ratio: base && base.median > 0 ? summary.median / base.median : null,
    reference: beside.reference ?? null,
  };
}
