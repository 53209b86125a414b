// Owns how long ended jobs are kept, and the record of what was removed because it was old. Not the removing (removal.ts).
import { defineEntity, p } from '@mikro-orm/core';
import { time } from '../store/column.ts';
import type { Database } from '../store/database.ts';

/** How long ended jobs are kept. A job that has not ended is kept however old it is. */
export interface Retention {
  /** Days after its end; 0: for ever. */
  readonly days: number;
  /** How many ended jobs, those with the highest numbers; 0: any number. */
  readonly jobs: number;
}

const CleanUpSchema = defineEntity({
  name: 'CleanUp',
  tableName: 'clean_up',
  properties: {
    id: p.integer().primary(),
    startedAt: time(),
    /** Null while it goes on. One that was broken off is gone on with by the next. */
    finishedAt: time().nullable(),
    /** How many jobs it removed, with how many lines, in how many bytes of log. */
    jobs: p.integer(),
    lines: p.bigint('number'),
    bytes: p.bigint('number'),
  },
});
/** One clean-up that removed something. */
export class CleanUp extends CleanUpSchema.class {}
CleanUpSchema.setClass(CleanUp);

/** The clean-up that removed something last, or removes it now. */
export async function lastCleanUp(db: Database): Promise<CleanUp | null> {
  const [last] = await db.em().find(CleanUp, {}, { orderBy: { id: 'desc' }, limit: 1 });
  return last ?? null;
}
