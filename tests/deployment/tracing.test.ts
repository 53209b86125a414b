// Tests that traces follow a job and an answer through the processes, with a real collector of OTLP over HTTP.
import { expect, it } from 'vitest';
import { tracesAreWanted } from '../../schema/process/tracing.ts';
import { openTraceCollector } from '../support/network/trace-collector.ts';
import { openWorld, program } from '../support/world.ts';

it('a trace follows a job from the mutation to its exit, and an answer from the mutation to stdin', async () => {
  await using collector = await openTraceCollector();
  await using world = await openWorld({
    scap: program('question/counts-and-asks', 50, 5),
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
  });
  const token = await world.token('deploy', 'alice');
  const start =
    'mutation { startBackport(input: { changes: ["1102340"], acceptUnverified: true }) { __typename } }';
  // A client that records traces itself.
  const [trace, caller] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
  await fetch(`${world.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      traceparent: `00-${trace}-${caller}-01`,
    },
    body: JSON.stringify({ query: start }),
  });
  const question = 'subscription { jobUpdates(id: 1) { ended pendingInteraction { id choices { code } } } }';
  interface Update {
    readonly ended: boolean;
    readonly pendingInteraction: {
      readonly id: string;
      readonly choices: readonly { code: string }[];
    } | null;
  }
  for await (const { jobUpdates } of world.subscribe<{ jobUpdates: Update }>(token, question)) {
    const asked = jobUpdates.pendingInteraction;
    if (asked === null) continue;
    const input = { interactionId: asked.id, answer: asked.choices[0]?.code ?? 'y' };
    const answer =
      'mutation ($input: AnswerInteractionInput!) { answerInteraction(input: $input) { __typename } }';
    await world.run(token, answer, { input });
  }

  const job = await collector.span('job backport');
  const started = await collector.span('mutation startBackport');
  expect(started).toMatchObject({ service: 'spiderpig-server', trace, parent: caller, failed: false });
  expect(job).toMatchObject({ service: 'spiderpig-supervisor', trace, parent: started.id });
  expect(job.attributes).toMatchObject({ 'spiderpig.job.id': 1, 'spiderpig.job.kind': 'backport' });
  const [queued, scap] = [await collector.span('queued'), await collector.span('scap')];
  for (const part of [queued, scap]) expect(part).toMatchObject({ trace, parent: job.id });
  expect(queued.end).toBeLessThanOrEqual(scap.end);
  expect(queued.begin).toBe(job.begin);

  const answered = await collector.span('mutation answerInteraction');
  const delivered = await collector.span('deliver answer');
  expect(delivered).toMatchObject({ trace: answered.trace, parent: answered.id });
  expect(answered.trace).not.toBe(trace);
  expect(JSON.stringify(collector.spans)).not.toContain(token);
});

it.each([
  [{}, false],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }, true],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:4318/v1/traces' }, true],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_TRACES_EXPORTER: 'none' }, false],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_SDK_DISABLED: 'true' }, false],
])('with %j, traces are wanted: %s', (environment, wanted) => {
  expect(tracesAreWanted(environment)).toBe(wanted);
});
