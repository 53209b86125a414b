// Owns how figures are printed: a table for people.
import type { Figure, Summary } from './figure.ts';
import type { Noise } from './noise.ts';

/** The result of one section. */
export interface SectionReport {
  readonly name: string;
  readonly seconds: number;
  readonly figures: readonly Figure[];
  /** The noise of the machine before and after. */
  readonly noise: readonly [Noise, Noise];
}

const digits = (value: number): string =>
  value >= 1_000 ? value.toFixed(0) : value >= 100 ? value.toFixed(1) : value.toFixed(2);

const columns = [
  'figure',
  'unit',
  'n',
  'median',
  'p99',
  'min',
  'max',
  'baseline',
  '×',
  'reference, p50 / p99',
] as const;

function row(figure: Figure): string[] {
  const { name, unit, n, median, p99, min, max, baseline, ratio, reference } = figure;
  return [
    name,
    unit,
    String(n),
    digits(median),
    // With fewer than a hundred measurements, the p99 is only the maximum.
    n >= 100 ? digits(p99) : '–',
    n > 1 ? digits(min) : '–',
    n > 1 ? digits(max) : '–',
    baseline ? digits(baseline.median) : '–',
    ratio === null ? '–' : digits(ratio),
    reference ?? '–',
  ];
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = columns.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows
    .map((cells) =>
      cells
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const rangeText = ({ median, min, max }: Summary): string =>
  `${digits(median)} ms (${digits(min)}–${digits(max)})`;

/** A section as text. */
export function sectionText({ name, seconds, figures, noise: [before, after] }: SectionReport): string {
  const baselines = new Set(figures.flatMap(({ baseline }) => baseline?.name ?? []));
  return [
    `\n# ${name} (${seconds.toFixed(0)} s)`,
    table([columns, ...figures.map(row)]),
    ...(baselines.size > 0 ? [`baseline: ${[...baselines].join('; ')}`] : []),
    `machine before: loop ${rangeText(before.loop)}, sync ${rangeText(before.sync)}; after: loop ${rangeText(after.loop)}, sync ${rangeText(after.sync)}`,
    '',
  ].join('\n');
}
