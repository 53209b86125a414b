// Owns the retention of ended jobs, and the record of each clean-up. Not the removing (removal.ts).
import { defineEntity, p } from '@mikro-orm/core';
import { time } from '../store/column.ts';
import type { Database } from '../store/database.ts';

/** How long ended jobs are kept. Jobs that have not ended are always kept. */
export interface Retention {
  /** Days after their end; 0: without limit. */
  readonly days: number;
  /** How many ended jobs, those with the highest numbers; 0: without limit. */
  readonly jobs: number;
}

const CleanUpSchema = defineEntity({
  name: 'CleanUp',
  tableName: 'clean_up',
  properties: {
    id: p.integer().primary(),
    startedAt: time(),
    /** Null while it is running. An interrupted clean-up is continued by the next one. */
    finishedAt: time().nullable(),
    /** How many jobs it removed, with how many lines, and bytes of log. */
    jobs: p.integer(),
    lines: p.bigint('number'),
    bytes: p.bigint('number'),
  },
});
/** A clean-up that removed something. */
export class CleanUp extends CleanUpSchema.class {}
CleanUpSchema.setClass(CleanUp);

/** The latest clean-up that removed something, possibly still running; `null` if none exists. */
export async function lastCleanUp(db: Database): Promise<CleanUp | null> {
  const [last] = await db.em().find(CleanUp, {}, { orderBy: { id: 'desc' }, limit: 1 });
  return last ?? null;
}
