// Owns what is known of a jobrunner: where it is, what it serves, when it came and went. Not whether it is there now (presence.ts), not its work (jobrunner/).
import { defineEntity, p } from '@mikro-orm/core';
import { text, time } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import { isAlive, type ProcessIdentity } from './process.ts';

/** How long a jobrunner that is gone is still shown, in milliseconds. */
export const runnerRetention = 24 * 3_600_000;

const RunnerSchema = defineEntity({
  name: 'Runner',
  tableName: 'runner',
  properties: {
    /** `HOST/LANES/PID`: two jobrunners of one host are two rows. */
    id: text().primary(),
    host: text(),
    lanes: p.json<readonly string[]>(),
    /** The process; null: a jobrunner of an earlier version, which is known by its heartbeat. */
    process: p.json<ProcessIdentity | null>().nullable(),
    startedAt: time(),
    /** When it last said that it is there: at its start, and after a connection was cut. */
    seenAt: time(),
    /** When it went by itself or was first missed; null while it is there, and as long as nobody has missed it. */
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

/** What a jobrunner says of itself. */
export type RunnerDescription = Pick<
  Runner,
  'id' | 'host' | 'lanes' | 'process' | 'scap' | 'simulated' | 'startedAt'
>;

/**
 * A jobrunner says that it is there, and removes the rows of those that will not come back: of its own host, and of any that went more
 * than {@link runnerRetention} ago. One transaction.
 */
export async function registerRunner(
  db: Database,
  runner: RunnerDescription,
  now = Date.now(),
): Promise<void> {
  await db.write(['runners'], async (em) => {
    await em.upsert(Runner, { ...runner, seenAt: now, leftAt: null });
    await em.nativeDelete(Runner, { leftAt: { $lt: now - runnerRetention } });
    for (const other of await em.find(Runner, { host: runner.host, id: { $ne: runner.id } })) {
      if (other.process && !isAlive(other.process)) await em.nativeDelete(Runner, { id: other.id });
    }
  });
}

/** A jobrunner says that it goes. One transaction. */
export async function recordRunnerLeft(db: Database, runnerId: string, now = Date.now()): Promise<void> {
  await db.write(['runners'], async (em) => {
    await em.nativeUpdate(Runner, { id: runnerId }, { leftAt: now });
  });
}

/** Notes when a jobrunner that said nothing was first missed; not if it has come back since the row was read. One transaction. */
export async function recordMissingRunner(db: Database, runner: Runner, now = Date.now()): Promise<void> {
  await db.write([], async (em) => {
    await em.nativeUpdate(Runner, { id: runner.id, seenAt: runner.seenAt, leftAt: null }, { leftAt: now });
  });
}
