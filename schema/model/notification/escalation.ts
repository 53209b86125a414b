// Owns the escalation of questions that nobody handles: when one is due, and recording it as an event. Not sending it (server/webhook, server/push).
import { claimDuration, Interaction, keyOf } from '../job/interaction.ts';
import { latestPlausible } from '../store/clock.ts';
import type { Database } from '../store/database.ts';
import { recordJobEvent } from './event.ts';

/** A question is open and nobody has claimed it. Two placeholders: the oldest and the latest time of a claim that still holds. */
const unhandled =
  'answered_at is null and closed_at is null and (claimed_at is null or claimed_at < ? or claimed_at > ?)';
/**
 * When its next escalation is due: after the delay, then after twice, four times … of it. If a clock far ahead asked it: now, and each time after the delay.
 * For the placeholders see {@link dueValues}.
 */
const dueAt = `(case
  when asked_at > ? then (case when escalated_at is null or escalated_at > ? then 0 else escalated_at + ? end)
  when escalated_at is null or escalated_at > ? then asked_at + ?
  else asked_at + 2 * (escalated_at - asked_at) end)`;

/** @param latest the latest time at which a question can have been asked or escalated */
const dueValues = (latest: number, delay: number): number[] => [latest, latest, delay, latest, delay];

/**
 * Records each question that has waited for `delay` without being answered or claimed as an event, and again after twice, four times … the
 * time. Of several servers one records it. Returns when the next one is due, in milliseconds since 1970 UTC; null if no question is open.
 */
export async function escalateQuestions(
  db: Database,
  delay: number,
  now = Date.now(),
): Promise<number | null> {
  const latest = latestPlausible(now);
  const rows = await db.execute(`select id, ${dueAt} as due from interaction where ${unhandled}`, [
    ...dueValues(latest, delay),
    now - claimDuration,
    latest,
  ]);
  const due = rows.filter((row) => Number(row['due']) <= now).map(({ id }) => Number(id));
  for (const id of due) await escalate(db, id, delay, now);
  const later = rows.map((row) => Number(row['due'])).filter((at) => at > now);
  return later.length === 0 ? null : Math.min(...later);
}

async function escalate(db: Database, id: number, delay: number, now: number): Promise<void> {
  const latest = latestPlausible(now);
  await db.write(['events'], async (em) => {
    const [changed] = await db.execute(
      `update interaction set escalated_at = ? where id = ? and ${unhandled} and ${dueAt} <= ? returning id`,
      [now, id, now - claimDuration, latest, ...dueValues(latest, delay), now],
      em,
    );
    if (!changed) return;
    const { job, prompt, key, choices } = await em.findOneOrFail(Interaction, { id });
    const question = { id, key: keyOf({ key, prompt, choices }), prompt };
    await recordJobEvent(em, 'unanswered', { jobId: job, at: now, question });
  });
}
