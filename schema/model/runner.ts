// Owns what is known of a jobrunner: where it is, what it serves, whether it is there. Not its work (jobrunner/).
import { defineEntity, p } from '@mikro-orm/core';
import { text, time } from './column.ts';
import type { Database } from './database.ts';

/** How often a jobrunner says that it is there, in milliseconds. */
export const heartbeatInterval = 5_000;
/** A jobrunner that was silent for this long counts as gone, in milliseconds. */
export const heartbeatLimit = 16_000;

const RunnerSchema = defineEntity({
  name: 'Runner',
  tableName: 'runner',
  properties: {
    /** `HOST` and the lanes it serves: a restarted jobrunner takes its own row again. */
    id: text().primary(),
    host: text(),
    lanes: p.json<readonly string[]>(),
    pid: p.integer(),
    startedAt: time(),
    seenAt: time(),
    /** Set when it went by itself. */
    leftAt: time().nullable(),
    /** The command that deploys, as it is run. */
    scap: text(),
    /** Whether that is the bundled stand-in. */
    simulated: p.boolean(),
  },
});
/** A jobrunner. */
export class Runner extends RunnerSchema.class {}
RunnerSchema.setClass(Runner);

/** Whether a jobrunner is there, as far as its heartbeat tells. */
export const isOnline = (runner: Runner, now = Date.now()): boolean =>
  runner.leftAt === null && now - runner.seenAt < heartbeatLimit;

/** A jobrunner says that it is there, for the first time. One transaction. */
export async function registerRunner(
  db: Database,
  runner: Pick<Runner, 'id' | 'host' | 'lanes' | 'pid' | 'scap' | 'simulated'>,
  now = Date.now(),
): Promise<void> {
  await db.write(['runners'], async (em) => {
    await em.upsert(Runner, { ...runner, startedAt: now, seenAt: now, leftAt: null });
  });
}

/** The heartbeat. One statement, no ring: nobody's page changes by it. */
export async function beat(db: Database, runnerId: string, now = Date.now()): Promise<void> {
  await db.write([], (em) => em.nativeUpdate(Runner, { id: runnerId }, { seenAt: now, leftAt: null }));
}

/** A jobrunner says that it goes. One transaction. */
export async function leaveRunner(db: Database, runnerId: string, now = Date.now()): Promise<void> {
  await db.write(['runners'], async (em) => {
    await em.nativeUpdate(Runner, { id: runnerId }, { seenAt: now, leftAt: now });
  });
}
