import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, expect, it, vi } from 'vitest';
import { Job } from '../schema/model/job/job.ts';
import { readConfiguration } from '../schema/process/configuration-reader.ts';
import { openTestDatabase } from '../tests/support/database.ts';
import { claimJobs } from './claim.ts';

const { execPath } = process;
afterEach(() => {
  Object.defineProperty(process, 'execPath', { value: execPath, configurable: true });
});

it('E9 logs once that no supervisor can be started, and leaves the job queued', async () => {
  await using world = await openTestDatabase('sqlite');
  const { id } = await world.enqueue();
  let attempts = 0;
  const missing = (): string => {
    attempts++;
    return '/no/such/node';
  };
  Object.defineProperty(process, 'execPath', { get: missing, configurable: true });
  const data = mkdtempSync(join(tmpdir(), 'spiderpig-claim-'));
  const configuration = readConfiguration({
    options: { data },
    environment: { HOME: '/home/x' },
    root: '/nowhere',
  });
  const entries: string[] = [];
  const logger = pino({ base: null, timestamp: false }, { write: (line: string) => entries.push(line) });
  const stop = new AbortController();
  const claiming = claimJobs({ configuration, database: world.database, logger }, 'test', stop.signal);
  await vi.waitUntil(() => attempts > 1, { timeout: 20_000 });
  stop.abort();
  await claiming;
  rmSync(data, { recursive: true });
  expect(entries).toEqual([expect.stringContaining('the supervisor process could not be started: spawn')]);
  expect(await world.database.em().findOneOrFail(Job, { id })).toMatchObject({ state: 'queued' });
});
