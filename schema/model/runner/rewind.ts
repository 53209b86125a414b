// Owns what happens to jobs when the database was restored or has lost commits: the queue is held, and no job number is reused. Not recognising it (store/continuity.ts).
import type { SqlEntityManager } from '@mikro-orm/sql';
import { hostSource, recordAudit } from '../account/audit.ts';
import { ownName } from '../account/name.ts';
import { userNamed } from '../account/user.ts';
import { currentHold, Hold, lockHolds, maxReasonLength } from '../job/hold.ts';
import { endAllDeliveries } from '../notification/delivery-state.ts';
import { recordHoldEvent } from '../notification/event.ts';
import type { Rewind } from '../store/continuity.ts';
import type { Database } from '../store/database.ts';
import { recordHome, wasMarkedAfter } from '../store/ledger.ts';

/** How many job numbers are skipped where another process may have given out numbers that are not known here. */
const skippedNumbers = 1_000;

/**
 * Holds all deployments until an admin has looked, lets job numbers and the ledger continue after everything that is known, and records why. Returns
 * the reason; `null` if another process has done it. `also` runs first in the same transaction, even if another process has held already.
 */
export async function holdAfterRewind(
  db: Database,
  rewind: Rewind,
  {
    now = Date.now(),
    what = whatHappened(rewind),
    also,
  }: { now?: number; what?: string; also?: (em: SqlEntityManager) => Promise<void> } = {},
): Promise<string | null> {
  return await db.write(
    ['holds', 'jobs', 'runners', 'events', 'sessions'],
    async (em) => {
      await lockHolds(db, em, 'hold');
      await also?.(em);
      if (rewind.home != null) await recordHome(db.execute, rewind.home, em);
      if (await wasMarkedAfter(db.execute, rewind.last.position, em)) return null;
      if (rewind.state === 'another' && rewind.last.job === 0) return await continueAfter(db, em, rewind, 0);
      const skipped = db.dialect === 'postgresql' || rewind.known === null ? skippedNumbers : 0;
      await continueAfter(db, em, rewind, skipped);
      if (isOfEarlier(db, rewind)) await endWhatIsEarlier(db, em, now);
      return await hold(em, what, now);
    },
    { order: false },
  );
}

/**
 * Whether the database is a copy of what was long ago or somewhere else. On PostgreSQL, a database that has lost commits can be a standby without the last
 * seconds, and another database than before can be in use by others. Pure.
 */
const isOfEarlier = ({ dialect }: Database, { state }: Rewind): boolean =>
  state === 'restored' || dialect === 'sqlite';

/**
 * Ends the messages that were pending and the sessions that were open when a copy was made: they were sent and ended since. Bypasses the ORM, because
 * jobrunners know no sessions. In the caller's transaction.
 */
async function endWhatIsEarlier(db: Database, em: SqlEntityManager, now: number): Promise<void> {
  await endAllDeliveries(db, em, now);
  const expireLinks = 'update sign_in_link set expires_at = ? where redeemed_at is null and expires_at > ?';
  await db.execute(expireLinks, [now, now], em);
  await db.execute("update device_request set decision = 'denied' where redeemed_at is null", [], em);
  const endSessions = 'update session set ended_at = ? where ended_at is null returning id';
  const ended = await db.execute(endSessions, [now], em);
  if (ended.length === 0) return;
  const user = await userNamed(em, ownName, now);
  const detail = `everyone: ${ended.length} ${ended.length === 1 ? 'session' : 'sessions'}`;
  await recordAudit(em, { at: now, user, action: 'sign-out of all', detail, through: hostSource });
}

/** Holds all deployments because scap runs on without a record of its job. `what`: the sentence for admins. One transaction. */
export async function holdForUnrecordedJob(db: Database, what: string, now = Date.now()): Promise<void> {
  await db.write(
    ['holds', 'jobs', 'runners'],
    async (em) => {
      await lockHolds(db, em, 'hold');
      await hold(em, what, now);
    },
    { order: false },
  );
}

/** The sentence for admins: what was found. Pure. */
function whatHappened({ state, known, last }: Rewind): string {
  switch (state) {
    case 'restored':
      return 'The database was restored or copied here.';
    case 'another':
      return 'This is another database than the one that was used here before.';
    case 'rewound': {
      const lost = known && known.job > last.job ? ` Jobs ${last.job + 1} to ${known.job} are gone.` : '';
      return `The database has lost what was recorded last: it was restored, or a standby that lagged behind was promoted.${lost}`;
    }
  }
}

/** Lets the positions of the ledger and the job numbers continue after all known ones. In the caller's transaction. */
async function continueAfter(
  db: Database,
  em: SqlEntityManager,
  { known, last }: Rewind,
  skipped: number,
): Promise<null> {
  const isSame = known?.origin === last.origin;
  await raiseSequence(db, em, 'ledger', Math.max(last.position, isSame ? known.position : 0));
  await raiseSequence(db, em, 'job', Math.max(last.job, isSame ? known.job : 0) + skipped);
  await db.continuity.record(db, em, 'rewound');
  return null;
}

/** Lets the ids of a table continue after `id`, unless they already do. In the caller's transaction. */
async function raiseSequence(
  db: Database,
  em: SqlEntityManager,
  table: 'ledger' | 'job',
  id: number,
): Promise<void> {
  if (id === 0) return;
  if (db.dialect === 'postgresql') {
    await db.execute(
      `select setval(pg_get_serial_sequence('${table}', 'id'), greatest(nextval(pg_get_serial_sequence('${table}', 'id')), cast(? as bigint)))`,
      [id],
      em,
    );
    return;
  }
  const raised = await db.execute(
    'update sqlite_sequence set seq = max(seq, ?) where name = ? returning seq',
    [id, table],
    em,
  );
  if (raised.length === 0)
    await db.execute('insert into sqlite_sequence (name, seq) values (?, ?)', [table, id], em);
}

/** Replaces the active hold, if there is one, by a hold without an end. Returns its reason. In the caller's transaction. */
async function hold(em: SqlEntityManager, what: string, now: number): Promise<string> {
  const user = await userNamed(em, ownName, now);
  const before = await currentHold(em, now);
  if (before) await em.nativeUpdate(Hold, { id: before.id }, { releasedAt: now, releasedBy: user.id });
  const advice = 'Queued jobs may have run already: stop those that have, then release the hold.';
  const earlier = before ? ` Held before: ${before.reason}` : '';
  const reason = `${what} ${advice}${earlier}`.slice(0, maxReasonLength);
  await em.insert(Hold, { reason, user: user.id, createdAt: now, endsAt: null });
  const detail = `until released: “${reason}”`;
  await recordAudit(em, { at: now, user, action: 'hold', detail, through: hostSource });
  await recordHoldEvent(em, 'held', { at: now, by: user.name, reason, endsAt: null });
  return reason;
}
