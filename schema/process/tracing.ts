// Owns recording of OpenTelemetry traces, and that nothing of it is loaded without an OTLP endpoint. Not what is recorded, not how it is sent (tracing-sdk.ts).
import type { Tracing } from './span.ts';

type Environment = { readonly [name: string]: string | undefined };

/** Whether the standard variables of OpenTelemetry name a place for traces. Pure. */
export const tracesAreWanted = (environment: Environment): boolean =>
  environment['OTEL_SDK_DISABLED'] !== 'true' &&
  environment['OTEL_TRACES_EXPORTER'] !== 'none' &&
  Boolean(environment['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] || environment['OTEL_EXPORTER_OTLP_ENDPOINT']);

/** Begins recording for a process (`server`, `supervisor`); null: traces are not wanted. */
export async function openTracing(process: string, environment: Environment): Promise<Tracing | null> {
  if (!tracesAreWanted(environment)) return null;
  const { openSdk } = await import('./tracing-sdk.ts');
  return openSdk(process, environment);
}
