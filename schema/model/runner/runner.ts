// Owns what is known about a jobrunner: its host and lanes, when it started and left. Not whether it is online (presence.ts), not its work (jobrunner/).
import { defineEntity, p } from '@mikro-orm/core';
import { storableText, text, time } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import { isAlive, type ProcessIdentity } from './process.ts';

/** How long a jobrunner that left is still listed, in milliseconds. */
export const runnerRetention = 24 * 3_600_000;

const RunnerSchema = defineEntity({
  name: 'Runner',
  tableName: 'runner',
  properties: {
    /** `HOST/LANES/PID`: two jobrunners on one host have two rows. */
    id: text().primary(),
    host: text(),
    lanes: p.json<readonly string[]>(),
    /** The process; null for jobrunners of an earlier version, which write heartbeats instead. */
    process: p.json<ProcessIdentity | null>().nullable(),
    startedAt: time(),
    /** When it last registered, or, while jobs are queued, looked for jobs, see lease.ts. */
    seenAt: time(),
    /** When it exited or was first found missing; null while it is online or its absence was not noticed yet. */
    leftAt: time().nullable(),
    /** Since when it has not looked for jobs although some are queued; null while it does. */
    notRespondingSince: time().nullable(),
    /** Why its host may not deploy now, as the command of --lane-check says; null if it may. */
    laneProblem: text().nullable(),
    /** Why it removes no jobs because of their age; null if it does. */
    cleanUpProblem: text().nullable(),
    /** The command that deploys. */
    scap: text(),
    /** Whether the command is the bundled simulator. */
    simulated: p.boolean(),
  },
});
/** A jobrunner. */
export class Runner extends RunnerSchema.class {}
RunnerSchema.setClass(Runner);

/** What a jobrunner reports about itself. */
export type RunnerDescription = Pick<
  Runner,
  'id' | 'host' | 'lanes' | 'process' | 'scap' | 'simulated' | 'startedAt'
>;

/**
 * Registers a jobrunner, and removes rows of dead jobrunners on the same host and of any that left more than {@link runnerRetention} ago.
 * One transaction.
 */
export async function registerRunner(
  db: Database,
  runner: RunnerDescription,
  now = Date.now(),
): Promise<void> {
  await db.write(['runners'], async (em) => {
    await em.upsert(Runner, { ...runner, seenAt: now, leftAt: null, notRespondingSince: null });
    await em.nativeDelete(Runner, { leftAt: { $lt: now - runnerRetention } });
    for (const other of await em.find(Runner, { host: runner.host, id: { $ne: runner.id } })) {
      if (other.process && !isAlive(other.process)) await em.nativeDelete(Runner, { id: other.id });
    }
  });
}

/** Records why the host of a jobrunner may not deploy now; null if it may. One transaction. Rings `runners`. */
export async function recordLaneProblem(
  db: Database,
  runnerId: string,
  problem: string | null,
): Promise<void> {
  const laneProblem = problem === null ? null : storableText(problem);
  await db.write(['runners'], async (em) => {
    await em.nativeUpdate(Runner, { id: runnerId }, { laneProblem });
  });
}

/** Records why a jobrunner removes no jobs because of their age; null if it does. One transaction if this has changed; rings `runners`. */
export async function recordCleanUpProblem(
  db: Database,
  runnerId: string,
  problem: string | null,
): Promise<void> {
  const cleanUpProblem = problem === null ? null : storableText(problem);
  const runner = await db.em().findOne(Runner, { id: runnerId });
  if (!runner || (runner.cleanUpProblem ?? null) === cleanUpProblem) return;
  await db.write(['runners'], async (em) => {
    await em.nativeUpdate(Runner, { id: runnerId }, { cleanUpProblem });
  });
}

/** The jobrunners that remove no jobs because of their age, and why, as sentences for operators. Reads only. */
export async function cleanUpProblems(db: Database): Promise<string[]> {
  const runners = await db
    .em()
    .find(Runner, { leftAt: null, cleanUpProblem: { $ne: null } }, { orderBy: { id: 'asc' }, limit: 20 });
  return runners.map(
    ({ id, cleanUpProblem }) =>
      `The jobrunner ${id} removes no jobs or sessions because of their age: ${cleanUpProblem}.`,
  );
}

/** Records that a jobrunner exits. One transaction. */
export async function recordRunnerLeft(db: Database, runnerId: string, now = Date.now()): Promise<void> {
  await db.write(['runners'], async (em) => {
    await em.nativeUpdate(Runner, { id: runnerId }, { leftAt: now });
  });
}

/** Records when a jobrunner was first found missing, unless it has registered again since the row was read. One transaction. */
export async function recordMissingRunner(db: Database, runner: Runner, now = Date.now()): Promise<void> {
  await db.write([], async (em) => {
    await em.nativeUpdate(Runner, { id: runner.id, seenAt: runner.seenAt, leftAt: null }, { leftAt: now });
  });
}
