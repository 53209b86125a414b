// Tests the metrics of a jobrunner, and the examples of docs/monitoring with the names of all metrics.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { expect, it } from 'vitest';
import { claimJob } from '../schema/model/job/claim.ts';
import { endJob } from '../schema/model/job/ending.ts';
import { appendLines } from '../schema/model/log/log.ts';
import { ConfigurationError } from '../schema/process/error.ts';
import { openTestDatabase } from '../tests/support/database.ts';
import { hasPromtool, promtool } from '../tests/support/promtool.ts';
import { RunnerMetrics, serveMetrics } from './metrics.ts';

const monitoring = join(import.meta.dirname, '..', 'docs', 'monitoring');

it('a jobrunner reports the durations of ended jobs, stored lines and its lanes', async () => {
  await using world = await openTestDatabase('sqlite');
  const { database } = world;
  const metrics = new RunnerMetrics(database, ['default', 'other'], '1.2.3', pino({ level: 'silent' }));
  await using served = await serveMetrics(metrics, 0, pino({ level: 'silent' }));
  const text = async (): Promise<string> =>
    await (await fetch(`http://127.0.0.1:${served.port}/metrics`)).text();
  const { id } = await world.enqueue();
  await claimJob(database, 'r', ['default']);
  metrics.started(id);
  const line = { at: 1, kind: 'output' as const, text: 'x', sensitive: false, continues: false };
  await appendLines(database, id, 1, [line, line]);
  expect(await text()).toMatch(/^spiderpig_log_lines_total 2$/m);
  expect(await text()).toMatch(/^spiderpig_lane_active\{lane="default"\} 1$/m);
  await appendLines(database, id, 3, [line]);
  await endJob(database, id, { state: 'failed', reason: 'x', exit: { status: 1, signal: null } });
  await metrics.ended(id);
  const after = await text();
  expect(after).toMatch(/^spiderpig_log_lines_total [34]$/m);
  expect(after).toMatch(/^spiderpig_job_phase_seconds_count\{phase="queued",kind="backport"\} 1$/m);
  expect(after).toMatch(/^spiderpig_lane_active\{lane="default"\} 0$/m);
  if (hasPromtool) expect(promtool(['check', 'metrics'], after)).toBe('');
  expect((await fetch(`http://127.0.0.1:${served.port}/other`)).status).toBe(404);
});

it('a jobrunner whose port for metrics is in use says so', async () => {
  await using world = await openTestDatabase('sqlite');
  const logger = pino({ level: 'silent' });
  const metrics = new RunnerMetrics(world.database, ['default'], '1.2.3', logger);
  await using served = await serveMetrics(metrics, 0, logger);
  await expect(serveMetrics(metrics, served.port, logger)).rejects.toThrow(
    new ConfigurationError(
      `--jobrunner-metrics: port ${served.port} of 127.0.0.1 is already in use; choose another`,
    ),
  );
});

it('a jobrunner reports that the database is away, with the metrics of its process', async () => {
  await using world = await openTestDatabase('sqlite');
  let isAway = true;
  const database = {
    ...world.database,
    execute: (...request: Parameters<typeof world.database.execute>) =>
      isAway ? Promise.reject(new Error('connect ECONNREFUSED')) : world.database.execute(...request),
  };
  const lines: string[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => lines.push(line) });
  const metrics = new RunnerMetrics(database, ['default'], '1.2.3', logger);
  await using served = await serveMetrics(metrics, 0, logger);
  const scrape = () => fetch(`http://127.0.0.1:${served.port}/metrics`);
  const away = await scrape();
  expect(away.status).toBe(200);
  const text = await away.text();
  expect(text).toMatch(/^spiderpig_jobrunner_database_up 0$/m);
  expect(text).toMatch(/^process_resident_memory_bytes \d/m);
  expect(text).not.toContain('spiderpig_lane_active');
  if (hasPromtool) expect(promtool(['check', 'metrics'], text)).toBe('');
  await scrape();
  isAway = false;
  expect(await (await scrape()).text()).toMatch(/^spiderpig_jobrunner_database_up 1$/m);
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual([
    'the database could not be read for the metrics',
    'over: the database could not be read for the metrics',
  ]);
});

it('the alert rules and the dashboard use only metrics that the documentation lists', () => {
  const documented = readFileSync(join(monitoring, '..', 'operations.md'), 'utf8');
  const used = ['alerts.yml', 'dashboard.json'].flatMap((file) => [
    ...readFileSync(join(monitoring, file), 'utf8').matchAll(/\bspiderpig_[a-z_]+/g),
  ]);
  expect(used.length).toBeGreaterThan(10);
  for (const [name] of used) expect(documented).toContain(`\`${name.replace(/_bucket$/, '')}\``);
});

it.skipIf(!hasPromtool)('the alert rules pass their tests with promtool', () => {
  expect(promtool(['test', 'rules', join(monitoring, 'alerts-test.yml')])).toBe('');
});
