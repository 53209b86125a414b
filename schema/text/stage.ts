// Owns the stages of a deployment and how a status of scap names one. Pure. Known from the statuses of scap 4.283. Not when a job reached them.

/** The stages in the order in which scap goes through them. `check` is everything before the first status that names another. */
export const stageNames = ['check', 'merge', 'prepare', 'testservers', 'canaries', 'production'] as const;
export type StageName = (typeof stageNames)[number];

/** Statuses with which a stage begins. A status that matches none belongs to the stage before it. */
const beginnings: Readonly<Record<Exclude<StageName, 'check'>, RegExp>> = {
  merge: /\bto be merged\b|\bhave been merged\b|^Merging\b/i,
  prepare: /^Checking out\b|^Starting scap sync-world\b|\bl10n\b|\bcontainer images\b/i,
  testservers: /\btest ?servers\b/i,
  canaries: /\bcanar(?:y|ies)\b/i,
  production: /\bproduction\b|\bsync-apaches\b/i,
};
const rollBack = /^Rolling back\b/i;

/** The stage that begins with a status; null if it belongs to `current`, or goes back to an earlier stage, as a roll-back does. */
export function stageBegunBy(status: string, current: StageName): StageName | null {
  if (rollBack.test(status)) return null;
  const name = stageNames.findLast((each) => each !== 'check' && beginnings[each].test(status));
  return name !== undefined && stageNames.indexOf(name) > stageNames.indexOf(current) ? name : null;
}
