// Owns the OpenTelemetry SDK: it sends spans as JSON over HTTP to the endpoint of the standard variables. Imported only when traces are wanted (tracing.ts).
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { packageVersion } from './files.ts';
import type { Tracing } from './span.ts';

const kinds = { server: SpanKind.SERVER, consumer: SpanKind.CONSUMER } as const;

/** How long the last spans may take when a process ends, in milliseconds. A collector that hangs must not hold it. */
const lastExport = 2_000;

/** `00-TRACE-SPAN-FLAGS`. Anything else begins a new trace: a client can send any header. */
const traceparentPattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Opens the SDK. The variables `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` win over its own attributes. */
export function openSdk(
  process: string,
  environment: { readonly [name: string]: string | undefined },
): Tracing {
  const resource = resourceFromAttributes({
    'service.name': environment['OTEL_SERVICE_NAME'] ? undefined : `spiderpig-${process}`,
    'service.version': packageVersion(),
  }).merge(detectResources({ detectors: [envDetector] }));
  const provider = new TracerProvider({
    resource,
    spanProcessors: [
      new BatchSpanProcessor({ exporter: new OTLPTraceExporter(), scheduledDelayMillis: 1_000 }),
    ],
  });
  const tracer = provider.getTracer('spiderpig');
  return {
    begin(name, { parent, at, kind, attributes }) {
      const span = tracer.startSpan(
        name,
        {
          ...(at === undefined ? {} : { startTime: at }),
          ...(kind && { kind: kinds[kind] }),
          attributes: { ...attributes },
        },
        contextOf(parent),
      );
      const { traceId, spanId, traceFlags } = span.spanContext();
      return {
        traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
        end({ at: end, error } = {}) {
          if (error) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
          span.end(end);
        },
      };
    },
    async [Symbol.asyncDispose]() {
      await Promise.race([
        provider.shutdown().catch(() => {}),
        new Promise((resolve) => setTimeout(resolve, lastExport).unref()),
      ]);
    },
  };
}

function contextOf(parent: string | null) {
  const [, traceId, spanId, flags = '00'] = traceparentPattern.exec(parent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}
