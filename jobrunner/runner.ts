// Owns the jobrunner: its presence and its four loops. It holds no state that a restart would lose.
import { hostname } from 'node:os';
import { announcePresence } from '../schema/model/runner/presence.ts';
import { identify } from '../schema/model/runner/process.ts';
import { claimJobs } from './loop/claim.ts';
import { removeOldJobs } from './loop/clean-up.ts';
import { compactOldLogs } from './loop/compaction.ts';
import type { RunnerContext } from './loop/context.ts';
import { watchSupervisors } from './loop/supervisor-check.ts';
import { scapOf } from './process/scap.ts';

/** Runs until `signal` aborts, then leaves running jobs to their supervisors. */
export async function runJobs(context: RunnerContext, signal: AbortSignal): Promise<void> {
  const { configuration, database, logger } = context;
  const { lanes } = configuration;
  const id = `${hostname()}/${lanes.join(',')}/${process.pid}`;
  const { command, simulated } = scapOf(configuration);
  const presence = await announcePresence(database, {
    id,
    host: hostname(),
    lanes,
    process: identify(process.pid),
    startedAt: Date.now(),
    scap: simulated ? 'simulated scap' : command.join(' '),
    simulated,
  });
  logger.info({ lanes }, 'jobrunner ready');
  // Keeps an idle process alive: neither a doorbell nor a stand-by does.
  const keepAlive = setInterval(() => {}, 2 ** 31 - 1);
  try {
    await Promise.all([
      claimJobs(context, id, signal),
      watchSupervisors(context, signal),
      removeOldJobs(context, id, signal),
      compactOldLogs(context, signal),
    ]);
  } finally {
    clearInterval(keepAlive);
    await presence
      .leave()
      .catch((error) => logger.warn({ error: String(error) }, 'removing the presence failed'));
  }
}
