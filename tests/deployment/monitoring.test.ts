// Tests the metrics of a deployment with a history: every metric that the documentation, the alert rules and the dashboard name exists in a real scrape.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startErrorLog } from '../../jobrunner/simulator/error-log/error-log.ts';
import { packageRoot } from '../../schema/process/files.ts';
import { freePort } from '../support/network/port.ts';
import { hasPromtool, promtool } from '../support/promtool.ts';
import { openWorld, program } from '../support/world.ts';

const read = (...path: string[]): string => readFileSync(join(packageRoot, 'docs', ...path), 'utf8');

it('each metric that the documentation, the alert rules and the dashboard name is in the scrapes of a deployment', async () => {
  const port = await freePort();
  await using errorLog = await startErrorLog();
  await using world = await openWorld({
    scap: program('question/counts-and-asks', 1, 1),
    environment: {
      SPIDERPIG_JOBRUNNER_METRICS: String(port),
      SPIDERPIG_LOGSTASH_URL: errorLog.url,
    },
  });
  const token = await world.token();
  const start =
    'mutation { startBackport(input: { changes: ["1102340"], acceptUnverified: true }) { __typename } }';
  await world.run(token, start);
  const updates = 'subscription { jobUpdates(id: 1) { pendingInteraction { id } } }';
  interface Update {
    readonly pendingInteraction: { readonly id: string } | null;
  }
  for await (const { jobUpdates } of world.subscribe<{ jobUpdates: Update }>(token, updates)) {
    const asked = jobUpdates.pendingInteraction;
    if (asked === null) continue;
    const answer =
      'mutation ($input: AnswerInteractionInput!) { answerInteraction(input: $input) { __typename } }';
    await world.run(token, answer, { input: { interactionId: asked.id, answer: 'y' } });
  }
  const scrape = async (url: string): Promise<string> => await (await fetch(`${url}/metrics`)).text();
  // The durations are read when the supervisor has exited.
  await expect
    .poll(() => scrape(`http://127.0.0.1:${port}`), { timeout: 10_000 })
    .toMatch(/^spiderpig_job_phase_seconds_count\{phase="running",kind="backport"\} 1$/m);
  const server = await scrape(world.url);
  expect(server).toMatch(/^spiderpig_ended_jobs_total\{kind="backport",outcome="\w+"\} 1$/m);
  // Prometheus needs the value before the first increase.
  expect(server).toMatch(/^spiderpig_ended_jobs_total\{kind="train",outcome="rolled_back"\} 0$/m);
  const scrapes = [server, await scrape(`http://127.0.0.1:${port}`)];
  const existing = new Set(
    scrapes.flatMap((text) => [...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name)),
  );
  const named = [
    ...['alerts.yml', 'dashboard.json'].flatMap((file) => read('monitoring', file).match(metric) ?? []),
    ...(read('operations.md').match(/`(?:spiderpig)_[a-z_]+`/g) ?? []).map((each) => each.slice(1, -1)),
  ].map((name) => name.replace(/_bucket$/, ''));
  expect(new Set(named).size).toBeGreaterThan(25);
  // The age is known only after a search.
  const missing = named.filter((name) => !existing.has(name) && name !== 'spiderpig_error_log_age_seconds');
  expect(missing).toEqual([]);
  if (hasPromtool) for (const text of scrapes) expect(promtool(['check', 'metrics'], text)).toBe('');
});

const metric = /\b(?:spiderpig|nodejs|process)_[a-z0-9_]+/g;
