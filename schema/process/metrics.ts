// Owns the metrics that every process has (CPU, memory, event loop, version), in the Prometheus text format. Not those of the server (server/monitoring/metrics.ts) or of the jobrunner (jobrunner/metrics.ts).
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** The media type of the text. */
export const metricsType = Registry.PROMETHEUS_CONTENT_TYPE;

/** Gauges that end in `_total`, which only counters may. */
const misnamed = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

let registry: Registry | null = null;

/** The metrics of this process. They are measured from the first call, once for the whole process. */
export function processMetrics(version: string): Registry {
  if (registry) return registry;
  registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of misnamed) registry.removeSingleMetric(name);
  new Gauge({
    name: 'spiderpig_build_info',
    help: 'The version of SpiderPig and of Node; always 1.',
    labelNames: ['version', 'node'],
    registers: [registry],
  }).set({ version, node: process.version }, 1);
  return registry;
}

/** A value with its labels. */
export type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** Metrics with the values of one moment, such as those that were read from the database for one scrape. */
export class Reading {
  readonly registry = new Registry();

  /** Adds a gauge: one value, or one for each combination of labels; nothing if none exists. */
  gauge(name: string, help: string, values: number | readonly Sample[]): void {
    const samples = typeof values === 'number' ? [[{}, values] as const] : values;
    if (samples.length === 0) return;
    const labelNames = Object.keys(samples[0]?.[0] ?? {});
    const gauge = new Gauge({ name, help, labelNames, registers: [this.registry] });
    for (const [labels, value] of samples) gauge.set({ ...labels }, value);
  }

  /** Adds a counter whose value is kept elsewhere. */
  counter(name: string, help: string, samples: readonly Sample[]): void {
    const labelNames = Object.keys(samples[0]?.[0] ?? {});
    const counter = new Counter({ name, help, labelNames, registers: [this.registry] });
    for (const [labels, value] of samples) counter.inc({ ...labels }, value);
  }
}

/** The text of several sets of metrics, whose names must differ. */
export const metricsText = (registries: readonly Registry[]): Promise<string> =>
  Registry.merge([...registries]).metrics();
